"""Tells what kind of statement a text is, and hands it to the planner of that kind. What is not listed is refused."""

import re
from collections.abc import Callable
from itertools import pairwise

from orchestration.local.athena.translate import (
    alter_table,
    create_table,
    ctas,
    databases,
    drops,
    explain,
    maintenance,
    prepared,
    show_statements,
    unload,
)
from orchestration.local.athena.translate.hive_formats import session_of
from orchestration.local.athena.translate.names import read_table
from orchestration.local.athena.translate.plan import Context, InvalidRequest, Plan, StatementType
from orchestration.local.athena.translate.positions import Edits
from orchestration.local.athena.translate.queries import edits
from orchestration.local.athena.translate.refuse import EXPECTED_FIRST, KNOWN_CREATED, KNOWN_FIRST, unsupported
from orchestration.local.athena.translate.steps import ChangeTable, TrinoStep
from orchestration.local.athena.translate.view_columns import with_columns
from orchestration.local.athena.translate.words import Reader, hive_words, place, trino_words

_SPACE = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")

Planner = Callable[[str, Context], Plan]


def plan(sql: str, context: Context) -> Plan:
    """Return what to do for one statement."""
    words = first_words(sql)
    if not words:
        return _unreadable(sql)
    for head, planner in _KINDS:
        if words[: len(head)] == head:
            return planner(sql, context)
    if words[0] == "CREATE" and words[1:2] and words[1] not in KNOWN_CREATED:
        reader = Reader(sql, trino_words(sql)[1:])
        raise reader.mismatch("'OR'", "'SCHEMA'", "'TABLE'", "'VIEW'")
    if words[0] in KNOWN_FIRST:
        raise unsupported()
    return _unreadable(sql)


def first_words(sql: str) -> tuple[str, ...]:
    """Return up to four leading words in upper case; an opening bracket before a query counts as `(`."""
    found: list[str] = []
    at = _skip(sql, 0)
    if sql[at : at + 1] == "(":
        return ("(",)
    while len(found) < 4:
        word = _WORD.match(sql, at)
        if word is None:
            break
        found.append(word[0].upper())
        at = _skip(sql, word.end())
    return tuple(found)


def _skip(sql: str, at: int) -> int:
    match = _SPACE.match(sql, at)
    return match.end() if match else at


def _unreadable(sql: str) -> Plan:
    at = _skip(sql, 0)
    word = _WORD.match(sql, at)
    shown = word[0] if word else (sql[at : at + 1] or "<EOF>")
    raise InvalidRequest(f"{place(sql, at)}: mismatched input '{shown}'. Expecting: {EXPECTED_FIRST}")


def trino_reader(sql: str) -> Reader:
    """Return a reader of a statement in Trino's SQL, its closing `;` left out."""
    reader = Reader(sql, trino_words(sql))
    return Reader(sql, reader.words[: _end(reader)])


def hive_reader(sql: str) -> Reader:
    """Return a reader of a statement in Hive's DDL, its closing `;` left out."""
    reader = Reader(sql, hive_words(sql))
    return Reader(sql, reader.words[: _end(reader)])


def _end(reader: Reader) -> int:
    """Return the number of words before the closing `;`; a second statement behind it is refused."""
    for at, word in enumerate(reader.words):
        if word.says(";"):
            if any(not later.says(";") for later in reader.words[at:]):
                raise InvalidRequest(f"Only one sql statement is allowed. Got: {reader.text}")
            return at
    return len(reader.words)


def _query(sql: str, context: Context) -> Plan:
    reader = trino_reader(sql)
    text = Edits.of(sql, edits(sql, reader.words, context.parameters))
    step = TrinoStep(text.applied(), edits=text)
    return Plan(StatementType.DML, "SELECT", (step,), output="csv", has_header=True)


def trino(planner: Callable[[Reader, Context], Plan]) -> Planner:
    """Return a planner of a statement in Trino's SQL, whose reader stands at its first word."""
    return lambda sql, context: planner(trino_reader(sql), context)


def hive(planner: Callable[[Reader, Context], Plan], *head: str) -> Planner:
    """Return a planner of Hive's DDL, whose reader stands behind the words of `head`."""

    def plan_it(sql: str, context: Context) -> Plan:
        reader = hive_reader(sql)
        reader.expect(*head)
        return planner(reader, context)

    return plan_it


def _create_table(sql: str, context: Context) -> Plan:
    """A `create table` with a query in it is Trino's, any other Hive's."""
    try:
        words = trino_words(sql)
    except InvalidRequest:
        words = ()
    if any(
        word.says("AS") and not (before.says("STORED") or before.says("DEFINED")) for before, word in pairwise(words)
    ):
        reader = trino_reader(sql)
        reader.expect("CREATE", "TABLE")
        return ctas.plan(reader, context)
    reader = hive_reader(sql)
    reader.expect("CREATE", "TABLE")
    return create_table.plan(reader, context, external=False)


def _external(reader: Reader, context: Context) -> Plan:
    return create_table.plan(reader, context, external=True)


def _view(sql: str, context: Context) -> Plan:
    """A view is Trino's; its columns are written into Glue afterwards, as Athena does."""
    reader = trino_reader(sql)
    reader.expect("CREATE")
    reader.accept("OR", "REPLACE")
    reader.expect("VIEW")
    name = read_table(reader, context)
    if not reader.sees("AS"):
        raise reader.mismatch("'AS'")
    text = Edits.of(sql, edits(sql, reader.words, context.parameters))
    steps = (TrinoStep(text.applied(), edits=text), ChangeTable(name.database, name.table, with_columns))
    return Plan(StatementType.DDL, "CREATE_VIEW", steps, answer=None)


def either(planner: Callable[[Reader, Context], Plan], *head: str) -> Planner:
    """Return a planner of a statement that both parsers know: names in backticks or in double quotes."""

    def plan_it(sql: str, context: Context) -> Plan:
        reader = hive_reader(sql) if "`" in sql else trino_reader(sql)
        reader.expect(*head)
        return planner(reader, context)

    return plan_it


def _explain(reader: Reader, context: Context) -> Plan:
    return explain.plan(reader, context, plan)


def _execute(reader: Reader, context: Context) -> Plan:
    return prepared.execute(reader, context, plan)


def change(kind: str, *head: str) -> Planner:
    """Return a planner of statements that write rows into the table named behind `head`."""

    def planner(sql: str, context: Context) -> Plan:
        reader = trino_reader(sql)
        reader.expect(*head)
        name = read_table(reader, context)
        session = session_of(context.lookup(name.database, name.table))
        text = Edits.of(sql, edits(sql, reader.words, context.parameters))
        return Plan(StatementType.DML, kind, (TrinoStep(text.applied(), session=session, edits=text),), output="csv")

    return planner


_KINDS: tuple[tuple[tuple[str, ...], Planner], ...] = (
    (("SELECT",), _query),
    (("WITH",), _query),
    (("VALUES",), _query),
    (("TABLE",), _query),
    (("(",), _query),
    (("INSERT",), change("INSERT", "INSERT", "INTO")),
    (("MERGE",), change("MERGE", "MERGE", "INTO")),
    (("UPDATE",), change("UPDATE", "UPDATE")),
    (("DELETE",), change("DELETE", "DELETE", "FROM")),
    (("UNLOAD",), trino(unload.plan)),
    (("EXPLAIN",), trino(_explain)),
    (("OPTIMIZE",), trino(maintenance.optimize)),
    (("VACUUM",), trino(maintenance.vacuum)),
    (("PREPARE",), trino(prepared.prepare)),
    (("EXECUTE",), trino(_execute)),
    (("DEALLOCATE",), trino(prepared.deallocate)),
    (("ALTER", "TABLE"), hive(alter_table.plan, "ALTER", "TABLE")),
    (("MSCK", "REPAIR", "TABLE"), hive(show_statements.repair, "MSCK", "REPAIR", "TABLE")),
    (("SHOW", "DATABASES"), hive(show_statements.databases, "SHOW", "DATABASES")),
    (("SHOW", "SCHEMAS"), hive(show_statements.databases, "SHOW", "SCHEMAS")),
    (("SHOW", "TABLES"), hive(show_statements.tables, "SHOW", "TABLES")),
    (("SHOW", "VIEWS"), hive(show_statements.views, "SHOW", "VIEWS")),
    (("SHOW", "COLUMNS"), hive(show_statements.columns, "SHOW", "COLUMNS")),
    (("SHOW", "PARTITIONS"), hive(show_statements.partitions, "SHOW", "PARTITIONS")),
    (("SHOW", "CREATE", "TABLE"), hive(show_statements.create_table, "SHOW", "CREATE", "TABLE")),
    (("SHOW", "CREATE", "VIEW"), either(show_statements.create_view, "SHOW", "CREATE", "VIEW")),
    (("SHOW", "TBLPROPERTIES"), hive(show_statements.properties, "SHOW", "TBLPROPERTIES")),
    (("DESCRIBE",), hive(show_statements.describe_table, "DESCRIBE")),
    (("DESC",), hive(show_statements.describe_table, "DESC")),
    (("CREATE", "EXTERNAL", "TABLE"), hive(_external, "CREATE", "EXTERNAL", "TABLE")),
    (("CREATE", "TABLE"), _create_table),
    (("CREATE", "VIEW"), _view),
    (("CREATE", "OR", "REPLACE", "VIEW"), _view),
    (("CREATE", "DATABASE"), hive(databases.create, "CREATE", "DATABASE")),
    (("CREATE", "SCHEMA"), hive(databases.create, "CREATE", "SCHEMA")),
    (("ALTER", "DATABASE"), hive(databases.alter, "ALTER", "DATABASE")),
    (("ALTER", "SCHEMA"), hive(databases.alter, "ALTER", "SCHEMA")),
    (("DROP", "DATABASE"), hive(databases.drop, "DROP", "DATABASE")),
    (("DROP", "SCHEMA"), hive(databases.drop, "DROP", "SCHEMA")),
    (("DROP", "TABLE"), hive(drops.table, "DROP", "TABLE")),
    (("DROP", "VIEW"), either(drops.view, "DROP", "VIEW")),
)
