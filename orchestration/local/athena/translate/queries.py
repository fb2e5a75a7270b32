"""Queries: Trino's SQL is Athena's, so the user's text goes through with as few edits as make it mean the same."""

from collections.abc import Iterator, Sequence

from orchestration.local.athena.translate.names import check_catalog
from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.positions import Edit
from orchestration.local.athena.translate.refuse import unsupported
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, UNLOAD_CATALOG
from orchestration.local.athena.translate.words import Word, place, trino_words

_HIDDEN = (ICEBERG_CATALOG, UNLOAD_CATALOG, "system")
_BEFORE_TABLE = ("FROM", "JOIN", "INTO", "UPDATE", "TABLE", "USING")


def edits(text: str, words: Sequence[Word], parameters: Sequence[str]) -> list[Edit]:
    """Return the edits every query needs: parameters in place of `?`, decimal literals as double, no closing `;`.

    `words` are the statement's, without the closing `;`.

    Raises:
        Refused: a number of parameters that does not fit, or a table of a catalogue that Athena does not have.
        InvalidRequest: a function defined inside the query.
    """
    _check_functions(words)
    check_tables(text, words)
    return [*_parameters(words, parameters), *_doubles(words), *_closing(text, words)]


def _closing(text: str, words: Sequence[Word]) -> Iterator[Edit]:
    """Trino reads no closing `;`: what stands behind the statement's last word."""
    end = words[-1].end if words else 0
    for word in trino_words(text):
        if word.start >= end and word.says(";"):
            yield Edit(word.start, word.end, "")


def _check_functions(words: Sequence[Word]) -> None:
    """Refuse functions and session properties written into a query: `with function f() ..`."""
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        inline = second.says("FUNCTION") or second.says("SESSION")
        if first.says("WITH") and inline and third.kind == "word" and not third.says("AS"):
            raise unsupported()


def _doubles(words: Sequence[Word]) -> Iterator[Edit]:
    """Athena reads `1.5` as double, where Trino reads decimal: `1 / 0.0` is infinity there and an error here."""
    for before, word in zip([None, *words], words, strict=False):
        if word.kind != "number" or "e" in word.value.lower():
            continue
        if "." in word.value or _starts_with_dot(words, before, word):
            yield Edit(word.end, word.end, "E0")


def _starts_with_dot(words: Sequence[Word], before: Word | None, word: Word) -> bool:
    return before is not None and before.says(".") and before.end == word.start


def _parameters(words: Sequence[Word], parameters: Sequence[str]) -> Iterator[Edit]:
    marks = [word for word in words if word.says("?")]
    if len(marks) != len(parameters):
        raise Refused(
            "INVALID_PARAMETER_USAGE",
            f"line 1:1: Incorrect number of parameters: expected {len(marks)} but found {len(parameters)}",
        )
    for mark, value in zip(marks, parameters, strict=True):
        yield Edit(mark.start, mark.end, _expression(value))


def _expression(value: str) -> str:
    """Return a parameter so that it stays one expression where `?` stood."""
    words = trino_words(value)
    if not words or any(word.says(";") for word in words):
        raise Refused("INVALID_PARAMETER_USAGE", f"line 1:1: '{value}' is not an expression")
    edited = _with_doubles(value, words)
    simple = len(words) == 1 or (len(words) == 2 and words[0].kind == "word" and words[1].kind == "string")
    return edited if simple else f"({edited})"


def _with_doubles(value: str, words: Sequence[Word]) -> str:
    for edit in reversed(list(_doubles(words))):
        value = value[: edit.start] + edit.new + value[edit.end :]
    return value.strip()


def check_tables(text: str, words: Sequence[Word]) -> None:
    """Refuse tables of the catalogues that only our Trino has; any other it refuses itself, in the same words."""
    aliases = {words[at + 1].value.lower() for at, word in enumerate(words[:-1]) if word.says("AS")}
    for at, word in enumerate(words[1:], start=1):
        if word.value.lower() not in _HIDDEN or word.kind not in ("word", "name") or _parts(words, at) < 3:
            continue
        before = words[at - 1]
        may_be = before.says(",") or before.says("(")
        if any(map(before.says, _BEFORE_TABLE)) or (may_be and word.value.lower() not in aliases):
            check_catalog(word.value, place(text, word.start))


def _parts(words: Sequence[Word], at: int) -> int:
    parts = 1
    while at + 2 < len(words) and words[at + 1].says(".") and words[at + 2].kind in ("word", "name"):
        parts, at = parts + 1, at + 2
    return parts
