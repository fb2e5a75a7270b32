"""`create [external] table` of Hive's DDL: a table for Glue, or an empty Iceberg table made by Trino."""

from typing import Any

from orchestration.local.athena.translate import definitions, hive_formats, iceberg_ddl
from orchestration.local.athena.translate.definitions import Definition
from orchestration.local.athena.translate.hive_types import Column
from orchestration.local.athena.translate.plan import Context, Plan, Refused, StatementType
from orchestration.local.athena.translate.refuse import hive_failure, not_supported
from orchestration.local.athena.translate.steps import CreateTable
from orchestration.local.athena.translate.words import Reader


def plan(reader: Reader, context: Context, external: bool) -> Plan:
    """Plan what follows `create table` or `create external table`."""
    definition = definitions.read(reader, context)
    kind = {name.lower(): value for name, value in definition.properties.items()}.get("table_type", "").upper()
    if kind == "ICEBERG":
        if external:
            raise Refused("NOT_SUPPORTED", "External keyword not supported for table type ICEBERG")
        return iceberg_ddl.create(definition)
    if kind:
        raise Refused("NOT_SUPPORTED", f"Unsupported table type: {kind}")
    if not external:
        raise hive_failure(
            "SemanticException Only external tables and Iceberg tables can be created: use CREATE EXTERNAL TABLE"
        )
    step = CreateTable(definition.name.database, table_input(definition), definition.if_not_exists)
    return Plan(StatementType.DDL, "CREATE_TABLE", (step,))


def table_input(definition: Definition) -> dict[str, Any]:
    """Return Glue's TableInput of a Hive table.

    Raises:
        Refused: no columns, no location, a location that is no folder of S3, or a column twice.
    """
    if definition.transforms:
        raise hive_failure("SemanticException Partition columns of a Hive table need a type")
    _check(definition)
    written = definition.format or hive_formats.FORMATS["TEXTFILE"]
    storage = {
        "Columns": [column.in_glue() for column in definition.columns],
        "Location": definition.location,
        "InputFormat": written.reads,
        "OutputFormat": written.writes,
        "Compressed": False,
        "NumberOfBuckets": definition.bucket_count,
        "SerdeInfo": {
            "SerializationLibrary": definition.serde or written.serde,
            "Parameters": {"serialization.format": "1", **definition.serde_parameters},
        },
        "BucketColumns": list(definition.buckets),
        "SortColumns": list(definition.sorting),
        "Parameters": {},
        "StoredAsSubDirectories": False,
    }
    comment = {"comment": definition.comment} if definition.comment is not None else {}
    return {
        "Name": definition.name.table,
        "Owner": "hadoop",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage,
        "PartitionKeys": [column.in_glue() for column in definition.partition_columns],
        "Parameters": {"EXTERNAL": "TRUE", **comment, **definition.properties},
    }


def _check(definition: Definition) -> None:
    if definition.location is None:
        raise hive_failure("SemanticException An external table needs a LOCATION in Amazon S3")
    check_location(definition.location)
    if not definition.columns and definition.serde is None:
        raise hive_failure(
            "SemanticException [Error 10043]: Either list of columns or a custom serializer should be specified"
        )
    if definition.serde == hive_formats.OPEN_CSV:
        _check_csv(definition.columns)
    names = [column.name for column in definition.columns + definition.partition_columns]
    for name in names:
        if names.count(name) > 1:
            inside = name in [column.name for column in definition.partition_columns]
            raise hive_failure(
                "SemanticException [Error 10035]: Column repeated in partitioning columns"
                if inside
                else f"SemanticException [Error 10036]: Duplicate column name: {name}"
            )


def _check_csv(columns: tuple[Column, ...]) -> None:
    """Athena converts the text of a CSV file; Trino reads text only, so another type would silently be text."""
    for column in columns:
        if column.type.name != "string":
            raise not_supported(
                f"Column '{column.name}' has type {column.type.in_glue()}: the local Athena reads only string columns "
                "with the OpenCSVSerde. Declare it string and cast it, or use ROW FORMAT DELIMITED"
            )


def check_location(location: str) -> str:
    """Return a location that is an address in S3, as it was given.

    Raises:
        Refused: any other.
    """
    if not location.startswith("s3://") or len(location) <= len("s3://"):
        raise hive_failure(
            "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
            f"MetaException(message:Invalid location {location}: an address like s3://bucket/folder/ is needed)"
        )
    return location
