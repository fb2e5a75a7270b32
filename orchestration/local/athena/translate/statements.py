"""Tells what kind of statement a text is, and hands it to the planner of that kind. What is not listed is refused."""

import re
from collections.abc import Callable

from orchestration.local.athena.translate import create_table, ctas, databases, drops
from orchestration.local.athena.translate.plan import Context, InvalidRequest, Plan, StatementType, TrinoStep
from orchestration.local.athena.translate.positions import Edit, Edits
from orchestration.local.athena.translate.queries import edits
from orchestration.local.athena.translate.refuse import EXPECTED_FIRST, KNOWN_FIRST, unsupported
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


def closing(sql: str) -> list[Edit]:
    """Return the edits that take closing `;` away: Trino reads none."""
    return [Edit(word.start, word.end, "") for word in trino_words(sql) if word.says(";")]


def query(kind: str) -> Planner:
    """Return a planner of queries and changes of rows."""

    def planner(sql: str, context: Context) -> Plan:
        reader = trino_reader(sql)
        text = Edits.of(sql, [*edits(sql, reader.words, context.parameters), *closing(sql)])
        step = TrinoStep(text.applied(), edits=text)
        return Plan(StatementType.DML, kind, (step,), output="csv", has_header=kind == "SELECT")

    return planner


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
    if any(word.says("AS") for word in words) and any(
        word.says("SELECT") or word.says("VALUES") or word.says("WITH") or word.says("TABLE") for word in words[2:]
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
    reader = trino_reader(sql)
    text = Edits.of(sql, [*edits(sql, reader.words, context.parameters), *closing(sql)])
    return Plan(StatementType.DDL, "CREATE_VIEW", (TrinoStep(text.applied(), edits=text),), answer=None)


def _drop_view(sql: str, context: Context) -> Plan:
    reader = hive_reader(sql) if "`" in sql else trino_reader(sql)
    reader.expect("DROP", "VIEW")
    return drops.view(reader, context)


_KINDS: tuple[tuple[tuple[str, ...], Planner], ...] = (
    (("SELECT",), query("SELECT")),
    (("WITH",), query("SELECT")),
    (("VALUES",), query("SELECT")),
    (("TABLE",), query("SELECT")),
    (("(",), query("SELECT")),
    (("INSERT", "INTO"), query("INSERT")),
    (("MERGE", "INTO"), query("MERGE")),
    (("UPDATE",), query("UPDATE")),
    (("DELETE", "FROM"), query("DELETE")),
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
    (("DROP", "VIEW"), _drop_view),
)
