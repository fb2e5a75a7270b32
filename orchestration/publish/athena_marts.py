"""The marts of Athena as a warehouse to read: their parquet files, copied from S3, under views of the marts' types.

The files are what the tables consist of, so nothing is scanned, paid for or turned into rows on the way. A table's
entry in Glue names one place in S3 per build: whatever is rebuilt meanwhile, these files are of one build each.
"""

import logging
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import duckdb
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.publish.errors import WarehouseUnreadable
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES, Warehouse

WRITTEN_BACK = ("recommendation_quality",)
_TYPES = {"string": "varchar", "varchar": "varchar", "char": "varchar", "int": "integer", "float": "real"}
_SAME = ("tinyint", "smallint", "bigint", "double", "boolean", "date", "timestamp", "decimal")

logger = logging.getLogger(__name__)


@contextmanager
def open_athena(
    settings: Settings, schema: str = "marts", names: Sequence[str] = (*TABLES, *WRITTEN_BACK)
) -> Iterator[Warehouse]:
    """Copy the files of these tables and open them; of the serving marts, if none are named.

    Raises WarehouseUnreadable where Glue or S3 refuses."""
    database = f"{settings.athena_schema}_{schema}"
    settings.home.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=settings.home, prefix="marts-") as folder,
        duckdb.connect() as connection,
    ):
        connection.execute(f"create schema {schema}")
        try:
            tables = _tables(boto3.client("glue"), database)
            for name in names:
                if name in tables:
                    files = _download(boto3.client("s3"), tables[name], Path(folder) / name)
                    connection.execute(_view(schema, tables[name], files))
        except (ClientError, BotoCoreError) as error:
            raise WarehouseUnreadable(
                f"Reading the marts: {database} in Glue, or its files in S3, cannot be read ({error}). Next: compare "
                "the credentials, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL_GLUE and _S3 with where they are."
            ) from error
        yield Warehouse(connection, f"Glue's {database}", schema)


def _tables(glue: Any, database: str) -> dict[str, Any]:
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
    try:
        return {table["Name"]: table for page in pages for table in page["TableList"]}
    except glue.exceptions.EntityNotFoundException as error:
        raise WarehouseUnreadable(
            f"Reading the marts: Glue has no database {database}. Next: segue build --target athena"
        ) from error


def _download(s3: Any, table: Any, folder: Path) -> list[str]:
    """Copy a table's files, but those that Athena ignores itself: hidden and empty ones."""
    storage = table["StorageDescriptor"]
    if "parquet" not in storage.get("InputFormat", "").lower() or table.get("PartitionKeys"):
        raise WarehouseUnreadable(
            f"Reading the marts: {table['DatabaseName']}.{table['Name']} is not a Hive table of parquet files without "
            "partitions, which is what publishing reads. Next: build it as dbt_project.yml says."
        )
    place = urlsplit(storage["Location"])
    folder.mkdir()
    files: list[str] = []
    prefix = place.path.strip("/") + "/"
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=place.netloc, Prefix=prefix):
        for found in page.get("Contents", []):
            if found["Size"] and not found["Key"].rpartition("/")[2].startswith(("_", ".")):
                files.append(str(folder / f"{len(files)}.parquet"))
                s3.download_file(place.netloc, found["Key"], files[-1])
    return files


def _view(schema: str, table: Any, files: list[str]) -> str:
    """A view of these files; a mart without rows may have none."""
    columns = [(column["Name"], _type(column["Type"])) for column in table["StorageDescriptor"]["Columns"]]
    name = table["Name"]
    if not files:
        chosen = ", ".join(f'cast(null as {kind or "varchar"}) as "{column}"' for column, kind in columns)
        return f'create view {schema}."{name}" as select {chosen} where false'
    chosen = ", ".join(
        f'cast("{column}" as {kind}) as "{column}"' if kind else f'"{column}"' for column, kind in columns
    )
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return f'create view {schema}."{name}" as select {chosen} from read_parquet([{listed}])'


def _type(given: str) -> str | None:
    """DuckDB's word for a scalar type of Glue's; None for any other, which is left as it is."""
    word = re.sub(r"\(.*", "", given)
    return given if word in _SAME else _TYPES.get(word)
