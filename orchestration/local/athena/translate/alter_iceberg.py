"""`alter table` of Iceberg tables: the statements Trino's Iceberg catalogue is told instead."""

from collections.abc import Sequence

from orchestration.local.athena.translate import iceberg_properties
from orchestration.local.athena.translate.hive_types import Column, of_glue
from orchestration.local.athena.translate.names import TableName, literal, quoted
from orchestration.local.athena.translate.refuse import not_supported
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, Step, Table, TrinoStep


def _alter(name: TableName, action: str) -> TrinoStep:
    return TrinoStep(f"alter table {name.in_trino(ICEBERG_CATALOG)} {action}")


def add(name: TableName, columns: Sequence[Column]) -> tuple[Step, ...]:
    """Return the steps of `add columns`: Trino adds one at a time."""
    return tuple(
        _alter(name, f"add column {quoted(column.name)} {column.type.in_trino()}{_comment(column)}")
        for column in columns
    )


def _comment(column: Column) -> str:
    return f" comment {literal(column.comment)}" if column.comment is not None else ""


def drop(name: TableName, column: str) -> tuple[Step, ...]:
    """Return the steps of `drop column`."""
    return (_alter(name, f"drop column {quoted(column)}"),)


def rename(name: TableName, new: TableName) -> tuple[Step, ...]:
    """Return the steps of `rename to`."""
    return (_alter(name, f"rename to {new.in_trino(ICEBERG_CATALOG)}"),)


def change(name: TableName, table: Table, old: str, new: Column) -> tuple[Step, ...]:
    """Return the steps of `change column`: a new type, a new comment, a new name, whichever differ."""
    steps: list[Step] = []
    known = {one["Name"]: one for one in table["StorageDescriptor"]["Columns"]}
    if old not in known or of_glue(known[old]["Type"]) != new.type:
        steps.append(_alter(name, f"alter column {quoted(old)} set data type {new.type.in_trino()}"))
    if new.comment is not None:
        column = f"{name.in_trino(ICEBERG_CATALOG)}.{quoted(old)}"
        steps.append(TrinoStep(f"comment on column {column} is {literal(new.comment)}"))
    if new.name != old:
        steps.append(_alter(name, f"rename column {quoted(old)} to {quoted(new.name)}"))
    return tuple(steps)


def set_properties(name: TableName, given: dict[str, str]) -> tuple[Step, ...]:
    """Return the step of `set tblproperties`; the properties the table has besides stay."""
    lower = {key.lower(): value for key, value in given.items()}
    if lower.pop("table_type", "iceberg").lower() != "iceberg":
        raise not_supported("The table_type of an Iceberg table can not be changed")
    properties = iceberg_properties.in_trino(lower)
    if "format" not in lower:
        del properties["format"]
    written = ", ".join(f"{key} = {value}" for key, value in properties.items())
    return (_alter(name, f"set properties {written}"),) if written else ()


def unset_properties(name: TableName, keys: Sequence[str]) -> tuple[Step, ...]:
    """Return the step of `unset tblproperties`: Trino can not take a property away, so it gets its default again."""
    lower = [key.lower() for key in keys]
    if "format" in lower or "table_type" in lower:
        raise not_supported("The properties format and table_type of an Iceberg table can not be unset")
    defaults = {"write_compression": "zstd", **{key: str(value) for key, value in iceberg_properties.KEPT.items()}}
    return set_properties(name, {key: defaults.get(key, "") for key in lower})
