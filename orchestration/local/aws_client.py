"""boto3 clients for the services of this machine, and the dummy account they all accept."""

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

REGION = "ap-northeast-2"
ACCOUNT = "000000000000"
KEY = "segue"
TRINO_KEY = "trino"
"""By which Glue knows that Trino asks."""
DUMMIES: Mapping[str, str] = {
    "AWS_ACCESS_KEY_ID": KEY,
    "AWS_SECRET_ACCESS_KEY": KEY,
    "AWS_DEFAULT_REGION": REGION,
}


def client(service: str, url: str) -> Any:
    """Return a client of one local service; it asks once and gives up soon, so that a wait can go on."""
    config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 1}, proxies={})
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        region_name=REGION,
        config=config,
    )
