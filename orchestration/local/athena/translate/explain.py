"""`explain`: what stands behind it is planned, and told to Trino with the same words before.

Its result is the one text result whose first row is the name of its column.
"""

from collections.abc import Callable

from orchestration.local.athena.translate.plan import Context, Plan, StatementType
from orchestration.local.athena.translate.positions import Edit, Edits
from orchestration.local.athena.translate.refuse import unsupported
from orchestration.local.athena.translate.steps import TrinoStep
from orchestration.local.athena.translate.words import Reader

_EXPLAINED = ("SELECT", "INSERT", "MERGE", "UPDATE", "DELETE", "CREATE_TABLE_AS_SELECT", "CREATE_VIEW")


def plan(reader: Reader, context: Context, inner: Callable[[str, Context], Plan]) -> Plan:
    """Plan an `explain`; `inner` plans the statement behind it."""
    reader.expect("EXPLAIN")
    reader.accept("ANALYZE")
    reader.accept("VERBOSE")
    if reader.sees("(") and not (len(reader.words) > reader.at + 1 and reader.words[reader.at + 1].says("SELECT")):
        while not reader.accept(")"):
            reader.next()
    if reader.word is None:
        raise reader.mismatch("<query>")
    start = reader.word.start
    explained = inner(reader.text[start:], context)
    step = explained.steps[0]
    if not isinstance(step, TrinoStep) or explained.substatement_type not in _EXPLAINED:
        raise unsupported()
    text = Edits(reader.text, tuple(Edit(one.start + start, one.end + start, one.new) for one in step.edits.edits))
    step = TrinoStep(text.applied(), session=step.session, edits=text)
    return Plan(StatementType.UTILITY, "EXPLAIN", (step,), has_header=True)
