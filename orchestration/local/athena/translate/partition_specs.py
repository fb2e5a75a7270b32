"""`partition (dt = '2026-01-01', hour = 3)` of Hive's DDL."""

from orchestration.local.athena.translate.steps import PartitionFilter
from orchestration.local.athena.translate.words import Reader

_OPERATORS = ("<>", "!=", "<=", ">=", "=", "<", ">")


def read(reader: Reader) -> dict[str, str | None]:
    """Read `partition (key = value, ..)`."""
    reader.expect("PARTITION", "(")
    spec: dict[str, str | None] = {}
    while True:
        name = reader.name()
        reader.expect("=")
        spec[name] = None if reader.accept("NULL") else _value(reader)
        if not reader.accept(","):
            break
    reader.expect(")")
    return spec


def read_filters(reader: Reader) -> tuple[PartitionFilter, ...]:
    """Read `partition (key < value, ..)` of `drop partition`, where any comparison may stand."""
    reader.expect("PARTITION", "(")
    filters = []
    while True:
        filters.append(PartitionFilter(reader.name(), _operator(reader), _value(reader)))
        if not reader.accept(","):
            break
    reader.expect(")")
    return tuple(filters)


def _operator(reader: Reader) -> str:
    for operator in _OPERATORS:
        if reader.accept(operator) or reader.accept(*operator):
            return operator
    raise reader.mismatch("'='")


def _value(reader: Reader) -> str:
    """Read a string, a number, or `date '..'` and its like."""
    for prefix in ("DATE", "TIMESTAMP"):
        if reader.accept(prefix):
            return reader.string()
    for keyword in ("TRUE", "FALSE"):
        if reader.accept(keyword):
            return keyword.lower()
    sign = "-" if reader.accept("-") else ""
    if reader.word is not None and reader.word.kind == "number":
        return sign + reader.number()
    return reader.string()
