"""S3, Glue, Secrets Manager and STS (moto with a journal) as a service of the stack."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from orchestration.local.aws_client import DUMMIES, REGION, client
from orchestration.local.http import answers
from orchestration.local.service import HOST, Launch

BUCKET = "segue-athena"
"""Made at the first start, for the lake, query results, and tables of whoever brings no bucket of their own."""
_APIS = ("S3", "GLUE", "SECRETSMANAGER", "STS")


class Aws:
    """One process that answers for four APIs."""

    name = "aws"
    needs: tuple[str, ...] = ()
    deadline_seconds = 120.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """An address for one of the four or for all of AWS, or the real AWS."""
        names = ("AWS_ENDPOINT_URL", *(f"AWS_ENDPOINT_URL_{api}" for api in _APIS))
        return variables.get("SEGUE_STACK") == "production" or any(variables.get(name) for name in names)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Return the server's command line."""
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "orchestration.local.aws_server", "--port", str(port)]
        return Launch((*command, "--folder", str(folder)), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask its health; it listens only when everything is back."""
        return answers(f"http://{HOST}:{port}/_control/health")

    def lay_out(self, home: Path, port: int) -> None:
        """Make the bucket where it is missing."""
        make_bucket(BUCKET, f"http://{HOST}:{port}")

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the four addresses and a dummy account."""
        return {**DUMMIES, **{f"AWS_ENDPOINT_URL_{api}": f"http://{HOST}:{port}" for api in _APIS}}


def make_bucket(name: str, url: str) -> None:
    """Make a bucket in the account that answers at `url`, unless it is there."""
    try:
        client("s3", url).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    except ClientError as error:
        if error.response["Error"]["Code"] != "BucketAlreadyOwnedByYou":
            raise
