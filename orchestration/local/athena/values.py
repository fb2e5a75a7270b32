"""Trino's values and types as Athena prints and describes them."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestration.local.athena.trino_client import Column

Printer = Callable[[Any], str | None]
_PRECISIONS = {
    "tinyint": 3,
    "smallint": 5,
    "integer": 10,
    "bigint": 19,
    "float": 17,
    "double": 17,
    "varbinary": 1_073_741_824,
    "timestamp": 3,
    "timestamp with time zone": 3,
    "time": 3,
    "time with time zone": 3,
}
_TEXTS = ("varchar", "char")
_LONGEST_TEXT = 2_147_483_647
_SPARE_DIGITS = 3
"""Athena prints milliseconds at least, whatever the precision of a time or timestamp."""


def column_info(column: Column) -> dict[str, Any]:
    """Return Athena's ColumnInfo of a column of a query's result."""
    kind = athena_type(column.signature)
    precision, scale = _precision(kind, column.signature)
    return described(column.name, kind, precision, scale)


def described(name: str, kind: str, precision: int = 0, scale: int = 0) -> dict[str, Any]:
    """Return a ColumnInfo; Athena never names the table and never knows whether a column is nullable."""
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind in (*_TEXTS, "string"),
    }


def text_column_info(name: str, kind: str) -> dict[str, Any]:
    """Return the ColumnInfo of a column that did not come from Trino: `string` in what SHOW and DESCRIBE answer."""
    precision = _LONGEST_TEXT if kind in ("varchar", "string") else _PRECISIONS.get(kind, 0)
    return described(name, kind, 0 if kind == "string" else precision)


def athena_type(signature: Mapping[str, Any]) -> str:
    """Return the name Athena gives a type: without parameters, and `float` for real."""
    raw = str(signature["rawType"])
    return "float" if raw == "real" else raw


def _precision(kind: str, signature: Mapping[str, Any]) -> tuple[int, int]:
    numbers = [one["value"] for one in signature["arguments"] if one["kind"] == "LONG"]
    if kind == "decimal":
        return int(numbers[0]), int(numbers[1])
    if kind in _TEXTS:
        return (int(numbers[0]) if numbers else _LONGEST_TEXT), 0
    return _PRECISIONS.get(kind, 0), 0


def printer(signature: Mapping[str, Any]) -> Printer:
    """Return what prints a value of a type as Athena does; None stays None.

    Its argument is as Trino's JSON has it; floating point numbers as Java wrote them.
    """
    kind = signature["rawType"]
    if kind == "array":
        return _array(_inner(_types(signature)[0]))
    if kind == "map":
        key, item = _types(signature)
        return _map(_inner(key), _inner(item))
    if kind == "row":
        return _row([(name, _inner(of)) for name, of in _fields(signature)])
    return _SCALARS.get(kind, _plain)


def _inner(signature: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return what prints a value inside another, where null has a text."""
    outer = printer(signature)
    return lambda value: "null" if value is None else str(outer(value))


def _array(element: Callable[[Any], str]) -> Printer:
    return lambda value: None if value is None else f"[{', '.join(map(element, value))}]"


def _map(key: Callable[[Any], str], item: Callable[[Any], str]) -> Printer:
    def printed(value: Any) -> str | None:
        if value is None:
            return None
        return "{" + ", ".join(f"{key(one)}={item(value[one])}" for one in value) + "}"

    return printed


def _row(fields: Sequence[tuple[str, Callable[[Any], str]]]) -> Printer:
    def printed(value: Any) -> str | None:
        if value is None:
            return None
        return "{" + ", ".join(f"{name}={of(one)}" for (name, of), one in zip(fields, value, strict=True)) + "}"

    return printed


def _types(signature: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [one["value"] for one in signature["arguments"]]


def _fields(signature: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Return names and types of a row; a field without a name is called by its position."""
    found = []
    for position, one in enumerate(_types(signature)):
        name = (one.get("fieldName") or {}).get("name") or f"field{position}"
        found.append((name, one["typeSignature"]))
    return found


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)


def _boolean(value: Any) -> str | None:
    return None if value is None else "true" if value in (True, "true") else "false"


def _varbinary(value: Any) -> str | None:
    return None if value is None else base64.b64decode(value).hex(" ")


def _moment(value: Any) -> str | None:
    return None if value is None else _with_milliseconds(value)


def _zoned_timestamp(value: Any) -> str | None:
    if value is None:
        return None
    moment, _, zone = value.rpartition(" ")
    return f"{_with_milliseconds(moment)} {zone}"


def _zoned_time(value: Any) -> str | None:
    return None if value is None else _with_milliseconds(value[:-6]) + value[-6:]


def _with_milliseconds(moment: str) -> str:
    whole, _, fraction = moment.partition(".")
    return f"{whole}.{fraction.ljust(_SPARE_DIGITS, '0')}"


_SCALARS: Mapping[str, Printer] = {
    "boolean": _boolean,
    "varbinary": _varbinary,
    "timestamp": _moment,
    "time": _moment,
    "timestamp with time zone": _zoned_timestamp,
    "time with time zone": _zoned_time,
}
