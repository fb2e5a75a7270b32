"""`alter table`: of a Hive table a change of its entry in Glue, of an Iceberg table statements for Trino."""

from collections.abc import Callable
from typing import Any

from orchestration.local.athena.translate import alter_iceberg, partition_specs
from orchestration.local.athena.translate.create_table import check_location
from orchestration.local.athena.translate.databases import read_text_properties
from orchestration.local.athena.translate.hive_types import Column, read_column, read_columns
from orchestration.local.athena.translate.names import TableName, is_iceberg, is_view, read_table
from orchestration.local.athena.translate.plan import Context, Plan, Refused, StatementType
from orchestration.local.athena.translate.refuse import hive_failure, not_supported, unsupported
from orchestration.local.athena.translate.steps import (
    AddPartitions,
    ChangePartition,
    ChangeTable,
    DropPartitions,
    PartitionSpec,
    Step,
    Table,
)
from orchestration.local.athena.translate.words import Reader

_TASK = "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."
Change = Callable[[Table], dict[str, Any]]


def plan(reader: Reader, context: Context) -> Plan:
    """Plan what follows `alter table`."""
    name = read_table(reader, context)
    known = context.lookup(name.database, name.table)
    if known is None:
        raise hive_failure(f"SemanticException [Error 10001]: Table not found {name}")
    if is_view(known):
        raise hive_failure("SemanticException To alter a view you need to use the ALTER VIEW command.")
    kind, steps = _steps(reader, context, name, known)
    reader.end()
    return Plan(StatementType.DDL, kind, steps, answer=None)


def _steps(reader: Reader, context: Context, name: TableName, known: Table) -> tuple[str, tuple[Step, ...]]:
    iceberg = is_iceberg(known)
    if reader.sees("ADD", "COLUMNS"):
        columns = _columns(reader, "ADD")
        return "ALTER_TABLE_ADD_COLUMNS", alter_iceberg.add(name, columns) if iceberg else _change(
            name, _added(columns)
        )
    if reader.sees("REPLACE", "COLUMNS"):
        columns = _columns(reader, "REPLACE")
        if iceberg:
            raise not_supported("ALTER TABLE REPLACE COLUMNS is not supported for table type ICEBERG")
        return "ALTER_TABLE_REPLACE_COLUMNS", _change(name, _replaced(columns))
    if reader.accept("CHANGE"):
        reader.accept("COLUMN")
        return "ALTER_TABLE_CHANGE_COLUMN", _change_column(reader, name, known, iceberg)
    if reader.accept("DROP", "COLUMN"):
        column = reader.name()
        if not iceberg:
            raise not_supported("ALTER TABLE DROP COLUMN is only supported for table type ICEBERG")
        return "ALTER_TABLE_DROP_COLUMN", alter_iceberg.drop(name, column)
    if reader.accept("RENAME", "TO"):
        new = read_table(reader, context)
        if not iceberg:
            raise Refused("NOT_SUPPORTED", "Table rename is not yet supported by Glue service")
        return "ALTER_TABLE_RENAME", alter_iceberg.rename(name, new)
    if reader.accept("SET", "TBLPROPERTIES"):
        properties = read_text_properties(reader)
        steps = alter_iceberg.set_properties(name, properties) if iceberg else _change(name, _with(properties))
        return "ALTER_TABLE_SET_TBLPROPERTIES", steps
    if reader.accept("UNSET", "TBLPROPERTIES"):
        return "ALTER_TABLE_UNSET_TBLPROPERTIES", _unset(reader, name, iceberg)
    if iceberg:
        raise unsupported()
    return _of_partitions(reader, name)


def _change(name: TableName, change: Change) -> tuple[Step, ...]:
    return (ChangeTable(name.database, name.table, change),)


def _columns(reader: Reader, verb: str) -> tuple[Column, ...]:
    reader.expect(verb, "COLUMNS")
    return read_columns(reader)


def _with_columns(table: Table, columns: list[dict[str, Any]]) -> dict[str, Any]:
    names = [one["Name"] for one in [*columns, *table.get("PartitionKeys", [])]]
    for name in names:
        if names.count(name) > 1:
            raise hive_failure(f"SemanticException [Error 10036]: Duplicate column name: {name}")
    return {**table, "StorageDescriptor": {**table["StorageDescriptor"], "Columns": columns}}


def _added(columns: tuple[Column, ...]) -> Change:
    new = [column.in_glue() for column in columns]
    return lambda table: _with_columns(table, [*table["StorageDescriptor"]["Columns"], *new])


def _replaced(columns: tuple[Column, ...]) -> Change:
    return lambda table: _with_columns(table, [column.in_glue() for column in columns])


def _change_column(reader: Reader, name: TableName, known: Table, iceberg: bool) -> tuple[Step, ...]:
    old, new = reader.name(), read_column(reader)
    first = reader.accept("FIRST")
    after = reader.name() if not first and reader.accept("AFTER") else None
    reader.accept("CASCADE") or reader.accept("RESTRICT")
    if iceberg:
        _check_place(known, old, first, after)
        return alter_iceberg.change(name, known, old, new)
    return _change(name, _changed(old, new, first, after))


def _check_place(table: Table, name: str, first: bool, after: str | None) -> None:
    """Trino can not move a column of an Iceberg table: the place asked for must be the one it has."""
    names = [column["Name"] for column in table["StorageDescriptor"]["Columns"]]
    at = _place(table["StorageDescriptor"]["Columns"], name)
    if (first and at != 0) or (after is not None and (at == 0 or names[at - 1] != after)):
        raise not_supported(f"Column '{name}' can not be moved: the local Athena keeps the order of Iceberg columns")


def _changed(old: str, new: Column, first: bool, after: str | None) -> Change:
    def change(table: Table) -> dict[str, Any]:
        columns = list(table["StorageDescriptor"]["Columns"])
        at = _place(columns, old)
        kept = {key: value for key, value in columns[at].items() if key == "Comment"}
        columns[at] = {**kept, **new.in_glue()}
        if first or after is not None:
            moved = columns.pop(at)
            columns.insert(0 if after is None else _place(columns, after) + 1, moved)
        return _with_columns(table, columns)

    return change


def _place(columns: list[dict[str, Any]], name: str) -> int:
    for at, column in enumerate(columns):
        if column["Name"] == name:
            return at
    raise hive_failure(f"{_TASK} Invalid column reference {name}")


def _with(properties: dict[str, str]) -> Change:
    return lambda table: {**table, "Parameters": {**table.get("Parameters", {}), **properties}}


def _unset(reader: Reader, name: TableName, iceberg: bool) -> tuple[Step, ...]:
    if reader.accept("IF"):
        reader.expect("EXISTS")
    reader.expect("(")
    keys = [reader.string()]
    while reader.accept(","):
        keys.append(reader.string())
    reader.expect(")")
    if iceberg:
        return alter_iceberg.unset_properties(name, keys)
    return _change(name, _without(keys))


def _without(keys: list[str]) -> Change:
    def change(table: Table) -> dict[str, Any]:
        left = {key: value for key, value in table.get("Parameters", {}).items() if key not in keys}
        return {**table, "Parameters": left}

    return change


def _of_partitions(reader: Reader, name: TableName) -> tuple[str, tuple[Step, ...]]:
    if reader.accept("ADD"):
        if_not_exists = reader.accept("IF")
        if if_not_exists:
            reader.expect("NOT", "EXISTS")
        return "ALTER_TABLE_ADD_PARTITION", (_add(reader, name, if_not_exists),)
    if reader.accept("DROP"):
        if_exists = reader.accept("IF")
        if if_exists:
            reader.expect("EXISTS")
        filters = [partition_specs.read_filters(reader)]
        while reader.accept(","):
            filters.append(partition_specs.read_filters(reader))
        return "ALTER_TABLE_DROP_PARTITION", (DropPartitions(name.database, name.table, tuple(filters), if_exists),)
    if reader.sees("PARTITION"):
        return _of_one_partition(reader, name)
    if reader.accept("SET", "LOCATION"):
        location = check_location(reader.string())
        return "ALTER_TABLE_SET_LOCATION", _change(name, _at(location))
    raise unsupported()


def _at(location: str) -> Change:
    return lambda table: {**table, "StorageDescriptor": {**table["StorageDescriptor"], "Location": location}}


def _add(reader: Reader, name: TableName, if_not_exists: bool) -> Step:
    specs = []
    while reader.sees("PARTITION"):
        values = partition_specs.read(reader)
        location = check_location(reader.string()) if reader.accept("LOCATION") else None
        specs.append(PartitionSpec(values, location))
    if not specs:
        raise reader.mismatch("'COLUMNS'", "'PARTITION'")
    return AddPartitions(name.database, name.table, tuple(specs), if_not_exists)


def _of_one_partition(reader: Reader, name: TableName) -> tuple[str, tuple[Step, ...]]:
    values = partition_specs.read(reader)
    if reader.accept("RENAME", "TO"):
        new = partition_specs.read(reader)
        return "ALTER_TABLE_RENAME_PARTITION", (ChangePartition(name.database, name.table, values, new_values=new),)
    if reader.accept("SET", "LOCATION"):
        location = check_location(reader.string())
        step = ChangePartition(name.database, name.table, values, new_location=location)
        return "ALTER_TABLE_SET_LOCATION", (step,)
    raise unsupported()
