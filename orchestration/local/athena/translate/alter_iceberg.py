"""`alter table` of Iceberg tables: the statements Trino's Iceberg catalogue is told instead."""

from collections.abc import Sequence
from typing import Any

from orchestration.local.athena.translate import iceberg_properties, iceberg_show
from orchestration.local.athena.translate.hive_types import Column, of_glue
from orchestration.local.athena.translate.names import TableName, literal, quoted
from orchestration.local.athena.translate.plan import ICEBERG_CATALOG, Step, Table, Then, TrinoStep
from orchestration.local.athena.translate.refuse import not_supported


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
    """Return the steps of `set tblproperties`: the table's kept properties and the new ones, written together."""
    lower = {key.lower(): value for key, value in given.items()}
    iceberg_properties.in_trino(lower)
    return iceberg_show.properties_query(name), Then(lambda rows: _write(name, rows, lower, ()))


def unset_properties(name: TableName, keys: Sequence[str]) -> tuple[Step, ...]:
    """Return the steps of `unset tblproperties`."""
    lower = [key.lower() for key in keys]
    if "format" in lower or "table_type" in lower:
        raise not_supported("The properties format and table_type of an Iceberg table can not be unset")
    return iceberg_show.properties_query(name), Then(lambda rows: _write(name, rows, {}, lower))


def _write(
    name: TableName, rows: Sequence[Sequence[Any]], given: dict[str, str], without: Sequence[str]
) -> tuple[Step, ...]:
    known = {str(key): str(value) for key, value in rows if key in iceberg_properties.NAMES and key != "format"}
    known = {key: value for key, value in {**known, **given}.items() if key not in without}
    properties = iceberg_properties.in_trino(known)
    if "format" not in given:
        del properties["format"]
    properties.setdefault("extra_properties", "MAP()")
    written = ", ".join(f"{key} = {value}" for key, value in properties.items())
    return (_alter(name, f"set properties {written}"),)
