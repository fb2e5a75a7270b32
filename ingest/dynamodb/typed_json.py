"""DynamoDB's typed JSON <-> plain Python values, without loss: every attribute type, numbers of 38 digits, 32 levels.

S str, N Decimal, B bytes, BOOL bool, NULL None, SS/NS/BS frozenset, L list, M dict.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

DEEPEST = 32
_DIGITS = 38
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_HIGHEST, _LOWEST = 125, -130  # powers of ten that DynamoDB takes


class Undecodable(ValueError):
    """A value that DynamoDB cannot have written; the message names its place."""


def parse(line: str) -> Any:
    """Read one line of JSON. Raises Undecodable for what is none, and where an object names one key twice."""
    try:
        return json.loads(line, object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise Undecodable(f"no JSON object: {problem}") from None


def decode_item(item: Any) -> dict[str, Any]:
    """Attributes of an item -> values by name. Raises Undecodable."""
    if not isinstance(item, dict):
        raise Undecodable(f"an item is {type(item).__name__}, not an object of attributes")
    return {_text(name, "a name"): decode(value, name) for name, value in item.items()}


def decode(typed: Any, place: str = "value", level: int = 0) -> Any:
    """One typed value -> its Python value. Raises Undecodable."""
    if not isinstance(typed, dict) or len(typed) != 1:
        tags = ", ".join(typed) or "none" if isinstance(typed, dict) else type(typed).__name__
        raise Undecodable(f"{place}: expected one type tag, got {tags}")
    if level > DEEPEST:
        raise Undecodable(f"{place}: nested deeper than {DEEPEST} levels")
    ((tag, value),) = typed.items()
    if tag == "L":
        return [decode(one, f"{place}[{index}]", level + 1) for index, one in enumerate(_of(list, value, place))]
    if tag == "M":
        members = _of(dict, value, place).items()
        return {_text(name, place): decode(one, f"{place}.{name}", level + 1) for name, one in members}
    if tag in _SETS:
        return _set(_SCALARS[_SETS[tag]], value, place)
    if tag not in _SCALARS:
        raise Undecodable(f"{place}: unknown type tag {tag!r}")
    return _SCALARS[tag](value, place)


def encode(value: Any) -> dict[str, Any]:
    """A decoded value -> typed JSON in one canonical form: sets in order, numbers written plainly."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case Decimal():
            return {"N": number(value)}
        case bytes():
            return {"B": base64.b64encode(value).decode()}
        case list():
            return {"L": [encode(one) for one in value]}
        case dict():
            return {"M": {name: encode(one) for name, one in value.items()}}
        case frozenset():
            ordered = [encode(one) for one in sorted(value)]
            (tag,) = {name for one in ordered for name in one}
            return {f"{tag}S": [one[tag] for one in ordered]}
    raise TypeError(f"{type(value).__name__} is no type that decode gives")


def typed_text(item: dict[str, Any]) -> str:
    """Decoded attributes as the text of typed JSON, keys in order: equal items give equal text."""
    return json.dumps({name: encode(item[name]) for name in sorted(item)}, ensure_ascii=False, separators=(",", ":"))


def plain_text(value: Any) -> str:
    """A decoded value as the text of ordinary JSON, for SQL to read: numbers keep every digit, sets become lists."""
    match value:
        case Decimal():
            return number(value)
        case bytes():
            return json.dumps(base64.b64encode(value).decode())
        case dict():
            pairs = (f"{json.dumps(name, ensure_ascii=False)}:{plain_text(one)}" for name, one in value.items())
            return "{" + ",".join(pairs) + "}"
        case list() | frozenset():
            members = value if isinstance(value, list) else sorted(value)
            return "[" + ",".join(plain_text(one) for one in members) + "]"
    return json.dumps(value, ensure_ascii=False)


def number(value: Decimal) -> str:
    """The shortest text of a number: 3 for 3.0, without an exponent where that stays readable."""
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int), "decode lets no infinity through"
    kept = "".join(map(str, digits)).rstrip("0") or "0"
    shortest = Decimal((sign if kept != "0" else 0, tuple(map(int, kept)), exponent + len(digits) - len(kept)))
    if kept == "0":
        return "0"
    return format(shortest, "f") if -_DIGITS <= shortest.adjusted() < _DIGITS else str(shortest)


def _text(value: Any, place: str) -> str:
    text = str(_of(str, value, place))
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        raise Undecodable(f"{place}: half of a surrogate pair, which is no text")
    return text


def _number(value: Any, place: str) -> Decimal:
    text = _of(str, value, place)
    if not _NUMBER.fullmatch(text):
        raise Undecodable(f"{place}: {text[:60]!r} is no number")
    found = Decimal(text)
    significant = "".join(map(str, found.as_tuple().digits)).strip("0")
    if len(significant) > _DIGITS or (found and not _LOWEST <= found.adjusted() <= _HIGHEST):
        raise Undecodable(f"{place}: {text[:60]!r} is beyond DynamoDB's {_DIGITS} digits or 1E{_HIGHEST}")
    return found


def _bytes(value: Any, place: str) -> bytes:
    try:
        return base64.b64decode(_of(str, value, place), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Undecodable(f"{place}: no base64 ({problem})") from None


def _bool(value: Any, place: str) -> bool:
    return bool(_of(bool, value, place))


def _null(value: Any, place: str) -> None:
    if value is not True:
        raise Undecodable(f"{place}: NULL is {value!r}; expected true")


def _set(member: Callable[[Any, str], Any], value: Any, place: str) -> frozenset[Any]:
    members = [member(one, f"{place}[{index}]") for index, one in enumerate(_of(list, value, place))]
    if not members:
        raise Undecodable(f"{place}: an empty set")
    return frozenset(members)


_SCALARS: dict[str, Callable[[Any, str], Any]] = {
    "S": _text,
    "N": _number,
    "B": _bytes,
    "BOOL": _bool,
    "NULL": _null,
}
_SETS = {"SS": "S", "NS": "N", "BS": "B"}


def _of(kind: type, value: Any, place: str) -> Any:
    if not isinstance(value, kind):
        raise Undecodable(f"{place}: {type(value).__name__} where {kind.__name__} belongs")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice in one object")
    return made


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
