"""The clauses of Hive's `create table`, read in their order."""

from dataclasses import dataclass, field
from typing import Any

from orchestration.local.athena.translate import hive_formats, iceberg_ddl
from orchestration.local.athena.translate.databases import read_text_properties
from orchestration.local.athena.translate.hive_types import Column, read_columns
from orchestration.local.athena.translate.names import TableName, read_table
from orchestration.local.athena.translate.plan import Context
from orchestration.local.athena.translate.refuse import hive_failure, unsupported
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


def read(reader: Reader, context: Context) -> Definition:
    """Read what follows `create table` or `create external table`."""
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
