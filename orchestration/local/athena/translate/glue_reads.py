"""What Glue knows, or the error of Hive's side where it does not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import Table


@dataclass(frozen=True)
class Clients:
    """boto3's clients of Glue and S3."""

    glue: Any
    s3: Any


def lookup(clients: Clients) -> Callable[[str, str], Table | None]:
    """Return the `Context.lookup` of Glue."""

    def find(database: str, table: str) -> Table | None:
        try:
            found: Table = clients.glue.get_table(DatabaseName=database, Name=table)["Table"]
        except ClientError as error:
            if code(error) == "EntityNotFoundException":
                return None
            raise
        return found

    return find


def code(error: ClientError) -> str:
    """Return the code of an error of AWS."""
    return str(error.response["Error"]["Code"])


def database_of(name: str, clients: Clients) -> Mapping[str, Any]:
    """Return a database."""
    try:
        found: Mapping[str, Any] = clients.glue.get_database(Name=name)["Database"]
    except ClientError as error:
        if code(error) == "EntityNotFoundException":
            raise hive_failure(f"SemanticException [Error 10072]: Database does not exist: {name}") from error
        raise
    return found


def table_of(database: str, name: str, clients: Clients) -> Table:
    """Return a table."""
    found = lookup(clients)(database, name)
    if found is None:
        raise no_table(database, name)
    return found


def no_table(database: str, name: str) -> Refused:
    """Return the error of a table that is not there."""
    return hive_failure(f"SemanticException [Error 10001]: Table not found {database}.{name}")


def tables_of(database: str, clients: Clients) -> Iterator[Table]:
    """Return the tables of a database."""
    for page in clients.glue.get_paginator("get_tables").paginate(DatabaseName=database):
        yield from page["TableList"]


def partitions_of(database: str, table: str, clients: Clients) -> list[Mapping[str, Any]]:
    """Return the partitions of a table."""
    pages = clients.glue.get_paginator("get_partitions").paginate(DatabaseName=database, TableName=table)
    return [one for page in pages for one in page["Partitions"]]


def partition_of(database: str, table: str, values: list[str], clients: Clients) -> Mapping[str, Any]:
    """Return the partition of these values."""
    for one in partitions_of(database, table, clients):
        if one["Values"] == values:
            return one
    raise hive_failure(f"SemanticException [Error 10006]: Partition not found ({', '.join(values)})")
