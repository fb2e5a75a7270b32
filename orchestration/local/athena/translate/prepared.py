"""`prepare`, `execute` and `deallocate`: prepared statements of the work group, in SQL."""

from collections.abc import Callable
from dataclasses import replace

from orchestration.local.athena.translate.plan import Context, Plan, Refused, StatementType
from orchestration.local.athena.translate.steps import Deallocate, Prepare
from orchestration.local.athena.translate.words import Reader

_BRACKETS = {"(": 1, "[": 1, ")": -1, "]": -1}


def prepare(reader: Reader, context: Context) -> Plan:
    """Plan `prepare name from statement`."""
    reader.expect("PREPARE")
    name = reader.name()
    reader.expect("FROM")
    statement = reader.rest()
    if not statement:
        raise reader.mismatch("<query>")
    return Plan(StatementType.UTILITY, "PREPARE", (Prepare(name, statement),), answer=None)


def execute(reader: Reader, context: Context, plan: Callable[[str, Context], Plan]) -> Plan:
    """Plan `execute name [using value, ..]`: the prepared text with these parameters."""
    reader.expect("EXECUTE")
    name = reader.name()
    values = _values(reader) if reader.accept("USING") else ()
    reader.end()
    statement = context.prepared(name)
    if statement is None:
        raise Refused("NOT_FOUND", f"Prepared statement not found: {name}")
    return plan(statement, replace(context, parameters=values or context.parameters))


def _values(reader: Reader) -> tuple[str, ...]:
    """Read the values up to the end: the text between commas that are in no brackets."""
    values, depth, start = [], 0, reader.word
    while True:
        word = reader.word
        if start is None:
            raise reader.mismatch("<expression>")
        if word is None or (depth == 0 and word.says(",")):
            end = reader.words[reader.at - 1].end
            values.append(reader.text[start.start : end])
            if word is None:
                return tuple(values)
            reader.next()
            start = reader.word
            continue
        depth += _BRACKETS.get(word.value, 0) if word.kind == "sign" else 0
        reader.next()


def deallocate(reader: Reader, context: Context) -> Plan:
    """Plan `deallocate prepare name`."""
    reader.expect("DEALLOCATE", "PREPARE")
    name = reader.name()
    reader.end()
    return Plan(StatementType.UTILITY, "DEALLOCATE", (Deallocate(name),), answer=None)
