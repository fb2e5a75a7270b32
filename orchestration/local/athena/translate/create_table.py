"""`create [external] table` of Hive's DDL: a table for Glue, or an empty Iceberg table made by Trino."""

from dataclasses import dataclass, field
from typing import Any

from orchestration.local.athena.translate import hive_formats, iceberg_ddl
from orchestration.local.athena.translate.databases import read_text_properties
from orchestration.local.athena.translate.hive_types import Column, read_column, read_columns
from orchestration.local.athena.translate.names import TableName, read_table
from orchestration.local.athena.translate.plan import Context, CreateTable, Plan, Refused, StatementType
from orchestration.local.athena.translate.refuse import hive_failure, not_supported, unsupported
from orchestration.local.athena.translate.words import Reader

_DELIMITERS = (
    (("FIELDS", "TERMINATED", "BY"), "field.delim"),
    (("COLLECTION", "ITEMS", "TERMINATED", "BY"), "collection.delim"),
    (("MAP", "KEYS", "TERMINATED", "BY"), "mapkey.delim"),
    (("LINES", "TERMINATED", "BY"), "line.delim"),
    (("NULL", "DEFINED", "AS"), "serialization.null.format"),
)


@dataclass
class Definition:
    """The clauses of a `create table`, as they were read."""

    name: TableName
    if_not_exists: bool
    columns: tuple[Column, ...] = ()
    comment: str | None = None
    partition_columns: tuple[Column, ...] = ()
    transforms: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    sorting: tuple[dict[str, Any], ...] = ()
    bucket_count: int = -1
    serde: str | None = None
    serde_parameters: dict[str, str] = field(default_factory=dict)
    format: hive_formats.Format | None = None
    location: str | None = None
    properties: dict[str, str] = field(default_factory=dict)


def plan(reader: Reader, context: Context, external: bool) -> Plan:
    """Plan what follows `create table` or `create external table`."""
    definition = _read(reader, context)
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


def _read(reader: Reader, context: Context) -> Definition:
    if_not_exists = reader.accept("IF")
    if if_not_exists:
        reader.expect("NOT", "EXISTS")
    definition = Definition(read_table(reader, context), if_not_exists)
    if reader.sees("LIKE"):
        raise unsupported()
    if reader.sees("("):
        definition.columns = read_columns(reader)
    _read_clauses(reader, definition)
    reader.end()
    return definition


def _read_clauses(reader: Reader, definition: Definition) -> None:
    if reader.accept("COMMENT"):
        definition.comment = reader.string()
    if reader.accept("PARTITIONED", "BY"):
        _read_partitions(reader, definition)
    if reader.accept("CLUSTERED", "BY"):
        _read_buckets(reader, definition)
    if reader.accept("ROW", "FORMAT"):
        _read_row_format(reader, definition)
    if reader.accept("STORED", "AS"):
        _read_stored_as(reader, definition)
    if reader.accept("WITH", "SERDEPROPERTIES"):
        definition.serde_parameters |= read_text_properties(reader)
    if reader.accept("LOCATION"):
        definition.location = reader.string()
    if reader.accept("TBLPROPERTIES"):
        definition.properties = read_text_properties(reader)


def _read_partitions(reader: Reader, definition: Definition) -> None:
    """Read `(dt string, ..)` of a Hive table, or `(dt, day(ts), bucket(16, id))` of an Iceberg one."""
    at = reader.at
    reader.expect("(")
    reader.name()
    transforms = reader.word is not None and reader.word.kind == "sign"
    reader.at = at
    if not transforms:
        definition.partition_columns = read_columns(reader)
        return
    reader.expect("(")
    found = [iceberg_ddl.read_transform(reader)]
    while reader.accept(","):
        found.append(iceberg_ddl.read_transform(reader))
    reader.expect(")")
    definition.transforms = tuple(found)


def _read_buckets(reader: Reader, definition: Definition) -> None:
    definition.buckets = _names(reader)
    if reader.accept("SORTED", "BY"):
        definition.sorting = _sorting(reader)
    reader.expect("INTO")
    definition.bucket_count = int(reader.number())
    reader.expect("BUCKETS")


def _names(reader: Reader) -> tuple[str, ...]:
    reader.expect("(")
    names = [reader.name()]
    while reader.accept(","):
        names.append(reader.name())
    reader.expect(")")
    return tuple(names)


def _sorting(reader: Reader) -> tuple[dict[str, Any], ...]:
    reader.expect("(")
    found = []
    while True:
        name, descending = reader.name(), reader.accept("DESC")
        if not descending:
            reader.accept("ASC")
        found.append({"Column": name, "SortOrder": 0 if descending else 1})
        if not reader.accept(","):
            break
    reader.expect(")")
    return tuple(found)


def _read_row_format(reader: Reader, definition: Definition) -> None:
    if reader.accept("SERDE"):
        definition.serde = hive_formats.check_serde(reader.string())
        if reader.accept("WITH", "SERDEPROPERTIES"):
            definition.serde_parameters |= read_text_properties(reader)
        return
    reader.expect("DELIMITED")
    definition.serde = hive_formats.LAZY_SIMPLE
    for keywords, parameter in _DELIMITERS:
        if reader.accept(*keywords):
            definition.serde_parameters[parameter] = reader.string()
        if parameter == "field.delim" and parameter in definition.serde_parameters and reader.accept("ESCAPED", "BY"):
            definition.serde_parameters["escape.delim"] = reader.string()
    if "field.delim" in definition.serde_parameters:
        definition.serde_parameters["serialization.format"] = definition.serde_parameters["field.delim"]


def _read_stored_as(reader: Reader, definition: Definition) -> None:
    if reader.accept("INPUTFORMAT"):
        reads = reader.string()
        reader.expect("OUTPUTFORMAT")
        definition.format = hive_formats.Format(reads, reader.string(), hive_formats.LAZY_SIMPLE)
        return
    name = reader.name().upper()
    if name not in hive_formats.FORMATS:
        raise hive_failure(f"SemanticException Unrecognized file format in STORED AS clause: '{name.lower()}'")
    definition.format = hive_formats.FORMATS[name]


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


__all__ = ["Definition", "check_location", "plan", "read_column", "table_input"]
