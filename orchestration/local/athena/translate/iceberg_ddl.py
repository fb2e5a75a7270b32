"""Iceberg tables in Hive's DDL: what Trino's Iceberg catalogue is told instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.local.athena.translate import iceberg_properties
from orchestration.local.athena.translate.names import literal, quoted
from orchestration.local.athena.translate.plan import Plan, Refused, StatementType
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, TrinoStep
from orchestration.local.athena.translate.words import Reader

if TYPE_CHECKING:
    from orchestration.local.athena.translate.definitions import Definition

_TRANSFORMS = ("year", "month", "day", "hour")
_NUMBERED = ("bucket", "truncate")


def read_transform(reader: Reader) -> str:
    """Read a column or a transform of `partitioned by`; return Trino's spelling: `day(ts)`, `bucket(id, 16)`."""
    name = reader.name()
    if not reader.accept("("):
        return quoted(name) if not name.isidentifier() else name
    if name in _TRANSFORMS:
        transform = f"{name}({reader.name()})"
    elif name in _NUMBERED:
        number = reader.number()
        reader.expect(",")
        transform = f"{name}({reader.name()}, {number})"
    else:
        raise Refused("NOT_SUPPORTED", f"Unsupported partition transform: {name}")
    reader.expect(")")
    return transform


def create(definition: Definition) -> Plan:
    """Plan an empty Iceberg table."""
    for given, clause in (
        (definition.partition_columns, "a type in PARTITIONED BY"),
        (definition.buckets, "CLUSTERED BY"),
        (definition.serde, "ROW FORMAT"),
        (definition.serde_parameters, "WITH SERDEPROPERTIES"),
        (definition.format, "STORED AS"),
    ):
        if given:
            raise Refused("NOT_SUPPORTED", f"{clause} is not supported for table type ICEBERG")
    if definition.location is None:
        raise Refused("INVALID_TABLE_PROPERTY", "Table location can not be null")
    if not definition.location.startswith("s3://"):
        raise Refused(
            "INVALID_TABLE_PROPERTY", f"Table location '{definition.location}' is not an address in Amazon S3"
        )
    columns = ", ".join(
        f"{quoted(column.name)} {column.type.in_trino()}{_comment(column.comment)}" for column in definition.columns
    )
    exists = "if not exists " if definition.if_not_exists else ""
    name = definition.name.in_trino(ICEBERG_CATALOG)
    sql = f"create table {exists}{name} ({columns}){_comment(definition.comment)} with ({_with(definition)})"
    return Plan(StatementType.DDL, "CREATE_TABLE", (TrinoStep(sql),), answer=None)


def _with(definition: Definition) -> str:
    given = {name.lower(): value for name, value in definition.properties.items() if name.lower() != "table_type"}
    properties = {"location": literal((definition.location or "").rstrip("/")), **iceberg_properties.in_trino(given)}
    if definition.transforms:
        properties["partitioning"] = f"ARRAY[{', '.join(map(literal, definition.transforms))}]"
    return ", ".join(f"{name} = {value}" for name, value in properties.items())


def _comment(comment: str | None) -> str:
    return f" comment {literal(comment)}" if comment is not None else ""
