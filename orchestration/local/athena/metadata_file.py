"""`<result>.metadata`, the description of a result's columns that Athena puts beside it: a protobuf message.

Its layout is not published; readers of real files have found that field 4 is a column, and fields 1 to 10 of that are
those of ColumnInfo.
"""

from collections.abc import Mapping, Sequence
from typing import Any

_COLUMN = 4
_TEXTS = {1: "CatalogName", 2: "SchemaName", 3: "TableName", 4: "Name", 5: "Label", 6: "Type"}
_NUMBERS = {7: "Precision", 8: "Scale"}
_NULLABLE, _CASE_SENSITIVE = 9, 10
_NULLABLES = {"NOT_NULL": 1, "NULLABLE": 2, "UNKNOWN": 3}
_VARINT, _BYTES = 0, 2


def encoded(columns: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the message for a list of ColumnInfo."""
    return b"".join(_bytes(_COLUMN, _column(one)) for one in columns)


def _column(column: Mapping[str, Any]) -> bytes:
    texts = (_bytes(number, str(column[name]).encode()) for number, name in _TEXTS.items())
    numbers = {number: int(column[name]) for number, name in _NUMBERS.items()}
    numbers |= {_NULLABLE: _NULLABLES[column["Nullable"]], _CASE_SENSITIVE: int(column["CaseSensitive"])}
    return b"".join(texts) + b"".join(_varint(number << 3 | _VARINT) + _varint(of) for number, of in numbers.items())


def _bytes(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Return a number in groups of seven bits, the lowest first."""
    groups = bytearray()
    while True:
        low, value = value & 0x7F, value >> 7
        groups.append(low | (0x80 if value else 0))
        if not value:
            return bytes(groups)
