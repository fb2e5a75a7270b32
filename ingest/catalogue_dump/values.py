"""One raw value -> one typed value; a ValueError says in words why it cannot be.

Textual values come from CSV cells and are parsed; typed ones come from JSON or parquet and are only checked.
"""

import ast
import json
import math
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
WHOLE_NUMBER = re.compile(r"\s*[+-]?\d+(\.0+)?\s*")
LARGEST = 2**63 - 1

UNIT = (0.0, 1.0)
RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("danceability", "energy", "speechiness", "acousticness"), UNIT),
    **dict.fromkeys(("instrumentalness", "liveness", "valence"), UNIT),
    "mode": UNIT,
    "key": (-1, 11),
    "tempo": (0, math.inf),
    "popularity": (0, 100),
    **dict.fromkeys(("followers", "duration_ms", "time_signature", "position", "rank"), (0, math.inf)),
}
"""Column -> smallest and largest value that can be meant. `loudness` above 0 and `tempo` 0 are real and stay."""


def parse(kind: str, value: Any, textual: bool) -> Any:
    """Value of `kind` (text, bigint, double, bool, json); None for an empty cell. Raises ValueError with the reason."""
    if value is None or (textual and value == ""):
        return None
    if textual and isinstance(value, str):
        return _TEXTUAL[kind](value)
    return _TYPED[kind](value)


def check_range(column: str, value: float) -> None:
    """Raises ValueError where the value cannot be meant."""
    least, most = RANGES.get(column, (-math.inf, math.inf))
    if not least <= value <= most:
        bound = f"at least {least:g}" if most == math.inf else f"{least:g} to {most:g}"
        raise ValueError(f"is {value!r}, not {bound}")


def _clean(value: str) -> str:
    if "\0" in value:
        raise ValueError("holds a NUL character")
    try:
        value.encode()
    except UnicodeEncodeError as broken:
        raise ValueError("is not UTF-8") from broken
    return value


def _whole_text(value: str) -> int:
    if len(value) > 64 or not WHOLE_NUMBER.fullmatch(value):
        raise ValueError(f"is {_short(value)}, not a whole number")
    return _fits(int(value.split(".")[0]))


def _fits(value: int) -> int:
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(f"is {_short(value)}, more than 64 bits hold")
    return value


def _double_text(value: str) -> float:
    try:
        number = float(value) if "_" not in value else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"is {_short(value)}, not a number")
    return number


def _bool_text(value: str) -> bool:
    try:
        return BOOLEANS[value.strip().lower()]
    except KeyError:
        raise ValueError(f"is {_short(value)}, not True, False, 1 or 0") from None


@lru_cache(maxsize=4096)
def _list_text(value: str) -> str | None:
    """A JSON list, a Python list or values between one kind of bar or semicolon -> JSON text of a list of texts."""
    text = _clean(value).strip()
    if not text:
        return None
    if text[0] == "[":
        return _list_value(_bracketed(text))
    if text[0] in "{(\"'":
        raise ValueError(f"is {_short(value)}, not a list")
    separators = [mark for mark in "|;" if mark in text]
    if len(separators) > 1 or (not separators and "," in text):
        raise ValueError(f"is {_short(value)}: which mark separates the values is not clear; a JSON list is")
    parts = text.split(separators[0]) if separators else [text]
    return _list_value([part.strip() for part in parts if part.strip()])


def _bracketed(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError) as broken:
        raise ValueError(f"is {_short(text)}, neither a JSON list nor a Python one") from broken


def _list_value(value: Any) -> str | None:
    if isinstance(value, str):
        return _list_text(value)
    if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
        raise ValueError(f"is {_short(value)}, not a list of texts")
    for part in value:
        _clean(part)
    return json.dumps(value, ensure_ascii=False)


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"is {_described(value)}, not a whole number")
    return _fits(value)


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"is {_described(value)}, not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"is {_short(value)}, not a finite number")
    return number


def _bool(value: Any) -> bool:
    if value in (0, 1) and isinstance(value, int):
        return bool(value)
    raise ValueError(f"is {_described(value)}, not true or false")


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise ValueError(f"is {_described(value)}, not a text")
    return _clean(value)


def _described(value: Any) -> str:
    kinds = {str: "the text", bool: "the boolean", int: "the number", float: "the number", list: "the list"}
    return f"{kinds.get(type(value), 'the ' + type(value).__name__)} {_short(value)}"


def _short(value: Any) -> str:
    shown = repr(value) if isinstance(value, str) else str(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


_TEXTUAL: dict[str, Callable[[str], Any]] = {
    "text": _clean,
    "bigint": _whole_text,
    "double": _double_text,
    "bool": _bool_text,
    "json": _list_text,
}
_TYPED: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "bigint": _whole,
    "double": _double,
    "bool": _bool,
    "json": _list_value,
}
