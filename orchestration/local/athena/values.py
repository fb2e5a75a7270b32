"""Trino's values and types as Athena prints and describes them."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.local.athena.trino_client import Column

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


def text(value: Any, signature: Mapping[str, Any]) -> str | None:
    """Return a value as Athena prints it; None for null.

    Args:
        value: as Trino's JSON has it; floating point numbers as Java wrote them.
        signature: Trino's type signature.
    """
    if value is None:
        return None
    kind = signature["rawType"]
    if kind == "array":
        element = _types(signature)[0]
        return "[" + ", ".join(_inner(one, element) for one in value) + "]"
    if kind == "map":
        key, item = _types(signature)
        return "{" + ", ".join(f"{_inner(one, key)}={_inner(value[one], item)}" for one in value) + "}"
    if kind == "row":
        fields = zip(_fields(signature), value, strict=True)
        return "{" + ", ".join(f"{name}={_inner(one, of)}" for (name, of), one in fields) + "}"
    return _scalar(value, kind)


def _inner(value: Any, signature: Mapping[str, Any]) -> str:
    printed = text(value, signature)
    return "null" if printed is None else printed


def _types(signature: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [one["value"] for one in signature["arguments"]]


def _fields(signature: Mapping[str, Any]) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """Return names and types of a row; a field without a name is called by its position."""
    found = []
    for position, one in enumerate(_types(signature)):
        name = (one.get("fieldName") or {}).get("name") or f"field{position}"
        found.append((name, one["typeSignature"]))
    return found


def _scalar(value: Any, kind: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "varbinary":
        return base64.b64decode(value).hex(" ")
    if kind in ("timestamp", "time"):
        return _with_milliseconds(str(value))
    if kind == "timestamp with time zone":
        moment, _, zone = str(value).rpartition(" ")
        return f"{_with_milliseconds(moment)} {zone}"
    if kind == "time with time zone":
        return _with_milliseconds(value[:-6]) + str(value[-6:])
    return str(value)


def _with_milliseconds(moment: str) -> str:
    whole, _, fraction = moment.partition(".")
    return f"{whole}.{fraction.ljust(_SPARE_DIGITS, '0')}"
