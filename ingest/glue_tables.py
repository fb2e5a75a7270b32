"""Tables in Glue over the lake's files, so that Athena reads what dlt wrote: one external table per declared table.

They are laid out once and never written through: a load only adds files, and its rows count from the moment its entry
in `_dlt_loads` is there.
"""

import logging
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ingest import tables
from ingest.errors import CatalogueUnwritable

HIVE_TYPES = {"text": "string", "bigint": "bigint", "double": "double", "bool": "boolean", "timestamp": "timestamp"}
LOADS = "_dlt_loads"

_PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
_JSON_LINES = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
}

logger = logging.getLogger(__name__)


def register(lake_url: str, dataset: str, schema: str) -> list[str]:
    """Bring the tables of Glue database `<schema>_<dataset>` in line with what is declared; return those changed.

    Raises CatalogueUnwritable where Glue does not answer or refuses.
    """
    database = f"{schema}_{dataset}"
    try:
        return _register(boto3.client("glue"), database, lake_url, dataset)
    except (ClientError, BotoCoreError) as problem:
        raise CatalogueUnwritable(
            f"cannot lay out the tables of {database} in Glue: {problem}. Expected a catalogue in which this user may "
            "create databases and tables. Next: compare the credentials, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL_GLUE "
            "with what the catalogue needs."
        ) from problem


def _register(glue: Any, database: str, lake_url: str, dataset: str) -> list[str]:
    known = _known(glue, database)
    if known is None:
        glue.create_database(DatabaseInput={"Name": database})
    changed = []
    for name in (*tables.tables(dataset), LOADS):
        wanted, found = table_input(lake_url, dataset, name), (known or {}).get(name)
        if found is None:
            glue.create_table(DatabaseName=database, TableInput=wanted)
        elif any(found["StorageDescriptor"].get(key) != value for key, value in wanted["StorageDescriptor"].items()):
            glue.update_table(DatabaseName=database, TableInput=wanted)
        else:
            continue
        changed.append(name)
    if changed:
        logger.info("%s: laid out %s in Glue", database, ", ".join(changed))
    return changed


def _known(glue: Any, database: str) -> dict[str, Any] | None:
    """Tables by name; None where there is no such database."""
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
    try:
        return {table["Name"]: table for page in pages for table in page["TableList"]}
    except glue.exceptions.EntityNotFoundException:
        return None


def table_input(lake_url: str, dataset: str, table: str) -> dict[str, Any]:
    """Return Glue's TableInput for one table over `<lake>/<dataset>/<table>/`."""
    declared = _load_columns() if table == LOADS else _columns(dataset, table)
    storage = _JSON_LINES if table == LOADS else _PARQUET
    return {
        "Name": table,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "json" if table == LOADS else "parquet"},
        "PartitionKeys": [],
        "StorageDescriptor": {"Columns": declared, "Location": f"{lake_url}/{dataset}/{table}/", **storage},
    }


def _columns(dataset: str, table: str) -> list[dict[str, str]]:
    declared = [(column["name"], column["data_type"]) for column in tables.columns(dataset, table).values()]
    return [
        {"Name": name, "Type": HIVE_TYPES[kind]}
        for name, kind in [*declared, ("_dlt_load_id", "text"), ("_dlt_id", "text")]
    ]


def _load_columns() -> list[dict[str, str]]:
    return [{"Name": "load_id", "Type": "string"}, {"Name": "status", "Type": "bigint"}]
