"""Puts the parts together: store, Glue, S3 and Trino behind one application."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from orchestration.local.athena.api import Api
from orchestration.local.athena.executions import Executions, Limits
from orchestration.local.athena.metadata import Metadata
from orchestration.local.athena.named_queries import NamedQueries
from orchestration.local.athena.prepared import PreparedStatements
from orchestration.local.athena.query_results import QueryResults
from orchestration.local.athena.records import Records
from orchestration.local.athena.running import Runner
from orchestration.local.athena.server import Application
from orchestration.local.athena.starting import DATABASE, Starting
from orchestration.local.athena.store import Store
from orchestration.local.athena.tags import Tags
from orchestration.local.athena.translate.glue_steps import Clients
from orchestration.local.athena.trino_client import Trino
from orchestration.local.athena.work_groups import WorkGroups
from orchestration.local.aws_client import ACCOUNT, KEY, REGION

_CONNECTIONS = 32


@dataclass(frozen=True)
class Settings:
    """Where everything is: kept files, Trino and its log, the default place of results, the quotas."""

    folder: Path
    trino_url: str
    trino_log: Path = Path("trino.log")
    output_location: str | None = None
    limits: Limits = field(default_factory=Limits)


@contextmanager
def assembled(settings: Settings, glue: Any, s3: Any) -> Iterator[Application]:
    """Yield the application over boto3 clients of Glue and S3; afterwards its queries are stopped, its store closed."""
    store = Store(settings.folder / "athena.sqlite")
    trino, clients = Trino(settings.trino_url), Clients(glue, s3)
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": DATABASE, "Description": "Default Hive database"})
    groups = WorkGroups(store, settings.output_location)
    prepared = PreparedStatements(store, groups)
    records = Records(store, settings.folder / "results")
    starting = Starting(groups, prepared, records, clients, trino)
    runner = Runner(trino, clients, prepared)
    executions = Executions(store, records, starting, runner, settings.limits, settings.trino_log)
    tags = Tags(store, ACCOUNT, REGION)
    results, metadata, named = QueryResults(records, s3), Metadata(store, glue), NamedQueries(store, groups)
    api = Api(executions, results, groups, metadata, prepared, named, tags)
    try:
        yield Application(api, trino.is_up)
    finally:
        executions.close()
        store.close()


def client(service: str, url: str) -> Any:
    """Return a client for many threads; Glue and S3 are on this machine, and busy at times."""
    config = Config(
        connect_timeout=5,
        read_timeout=120,
        max_pool_connections=_CONNECTIONS,
        retries={"total_max_attempts": 4, "mode": "standard"},
        proxies={},
        s3={"addressing_style": "path"},
    )
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        region_name=REGION,
        config=config,
    )
