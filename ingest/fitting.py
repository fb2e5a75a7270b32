"""Does what a provider gave fit the declared columns? Pure."""

from typing import Any

from ingest import tables

Json = dict[str, Any]


class Malformed(ValueError):
    """An object that cannot become a row; the message names the field and the value."""


def objects(given: Any) -> list[Json]:
    """Return the objects of a list; nulls, and things that are none, are left out."""
    return [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []


def checked(dataset: str, table: str, row: Json) -> Json:
    """Return the row if every value has its declared type. Raises Malformed for a type clash or a missing key."""
    columns = tables.columns(dataset, table)
    for name, value in row.items():
        column = columns[name]
        if value is None:
            if not column["nullable"]:
                raise Malformed(f"{name} is missing; expected {column['data_type']}")
            continue
        if not _fits(value, column["data_type"]):
            raise Malformed(f"{name} is {value!r}; expected {column['data_type']}")
        if column["data_type"] == "double":
            row[name] = float(value)
        elif column["data_type"] == "bigint":
            row[name] = int(value)
    return row


def _fits(value: Any, data_type: str) -> bool:
    if data_type == "text":
        return isinstance(value, str)
    if data_type == "bool":
        return isinstance(value, bool)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return False
    return data_type == "double" or (float(value).is_integer() and abs(value) < 2**63)
