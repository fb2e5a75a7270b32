"""`show`, `describe` and `msck repair table`: what is asked, read from Glue or, for Iceberg tables, from Trino."""

from collections.abc import Callable

from orchestration.local.athena.translate import describe, iceberg_show, partition_specs, show
from orchestration.local.athena.translate.names import TableName, is_iceberg, read_database, read_table
from orchestration.local.athena.translate.plan import Context, Plan, StatementType
from orchestration.local.athena.translate.refuse import not_supported, unsupported
from orchestration.local.athena.translate.steps import (
    Answer,
    DescribePartition,
    RepairPartitions,
    ShowDatabases,
    ShowPartitions,
    ShowTable,
    ShowTables,
    Step,
    Table,
)
from orchestration.local.athena.translate.words import Reader


def _utility(kind: str, *steps: Step) -> Plan:
    return Plan(StatementType.UTILITY, kind, steps, answer=len(steps) - 1)


def databases(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show databases`."""
    pattern = _pattern(reader)
    reader.end()
    return _utility("SHOW_DATABASES", ShowDatabases(pattern))


def tables(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show tables`."""
    return _utility("SHOW_TABLES", _list(reader, context, views_only=False))


def views(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show views`."""
    return _utility("SHOW_VIEWS", _list(reader, context, views_only=True))


def _list(reader: Reader, context: Context, views_only: bool) -> ShowTables:
    database = context.database
    if reader.accept("IN") or reader.accept("FROM"):
        database = read_database(reader, context)
    pattern = _pattern(reader)
    reader.end()
    return ShowTables(database, pattern, views_only)


def _pattern(reader: Reader) -> str | None:
    if reader.accept("LIKE") or (reader.word is not None and reader.word.kind == "string"):
        return reader.string()
    return None


def columns(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show columns`."""
    if not reader.accept("FROM"):
        reader.expect("IN")
    name = read_table(reader, context)
    if reader.accept("FROM") or reader.accept("IN"):
        name = TableName(read_database(reader, context), name.table)
    reader.end()
    return _utility("SHOW_COLUMNS", ShowTable(name.database, name.table, show.columns))


def partitions(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show partitions`."""
    name = read_table(reader, context)
    reader.end()
    if is_iceberg(context.lookup(name.database, name.table)):
        raise not_supported("SHOW PARTITIONS is not supported for table type ICEBERG: query its $partitions table")
    return _utility("SHOW_PARTITIONS", ShowPartitions(name.database, name.table))


def create_table(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show create table`."""
    name = read_table(reader, context)
    reader.end()
    known = context.lookup(name.database, name.table)
    if known is not None and is_iceberg(known):
        return _utility("SHOW_CREATE_TABLE", *iceberg_show.create_table(name, known))
    step = ShowTable(name.database, name.table, lambda table: show.create_table(table, str(name)))
    return _utility("SHOW_CREATE_TABLE", step)


def create_view(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show create view`."""
    name = read_table(reader, context)
    reader.end()
    return _utility("SHOW_CREATE_VIEW", ShowTable(name.database, name.table, show.create_view))


def properties(reader: Reader, context: Context) -> Plan:
    """Plan what follows `show tblproperties`."""
    name, key = read_table(reader, context), None
    if reader.accept("("):
        key = reader.string()
        reader.expect(")")
    reader.end()
    if is_iceberg(context.lookup(name.database, name.table)):
        return _utility("SHOW_TBLPROPERTIES", *iceberg_show.properties(name, key))
    step = ShowTable(name.database, name.table, lambda table: show.properties(table, key))
    return _utility("SHOW_TBLPROPERTIES", step)


def describe_table(reader: Reader, context: Context) -> Plan:
    """Plan what follows `describe`."""
    for word in ("DATABASE", "SCHEMA", "FUNCTION", "INPUT", "OUTPUT"):
        if reader.sees(word) and len(reader.words) > reader.at + 1 and not reader.words[reader.at + 1].says("."):
            raise unsupported()
    answer: Callable[[Table], Answer] = describe.table
    if reader.accept("EXTENDED"):
        answer = describe.extended
    elif reader.accept("FORMATTED"):
        answer = describe.formatted
    name = read_table(reader, context)
    spec = partition_specs.read(reader) if reader.sees("PARTITION") else None
    if reader.word is not None:
        path = _path(reader)
        reader.end()
        step = ShowTable(name.database, name.table, lambda table: describe.column(table, path))
        return _utility("DESCRIBE_TABLE", step)
    if spec is not None:
        return _utility("DESCRIBE_TABLE", DescribePartition(name.database, name.table, spec, describe.partition))
    known = context.lookup(name.database, name.table)
    if known is not None and is_iceberg(known):
        return _utility("DESCRIBE_TABLE", *iceberg_show.describe(name, known))
    return _utility("DESCRIBE_TABLE", ShowTable(name.database, name.table, answer))


def _path(reader: Reader) -> list[str]:
    """Read `col` or `col.field.'$elem$'`."""
    path = [reader.name()]
    while reader.accept("."):
        path.append(reader.string() if reader.word is not None and reader.word.kind == "string" else reader.name())
    return path


def repair(reader: Reader, context: Context) -> Plan:
    """Plan what follows `msck repair table`."""
    name = read_table(reader, context)
    reader.end()
    if is_iceberg(context.lookup(name.database, name.table)):
        raise not_supported("MSCK REPAIR TABLE is not supported for table type ICEBERG")
    return Plan(StatementType.DDL, "MSCK_REPAIR_TABLE", (RepairPartitions(name.database, name.table),))
