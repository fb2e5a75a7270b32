"""Partitions of Hive tables: their values, names (`a=1/b=2`), folders, and the conditions of `drop partition`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from urllib.parse import quote, unquote

from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import PartitionFilter, PartitionSpec, Table

NULL = "__HIVE_DEFAULT_PARTITION__"
_OPERATORS = {"=": eq, "!=": ne, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_NUMBERS = ("tinyint", "smallint", "int", "bigint", "decimal", "float", "double")
_SAFE = " !$&()+,-.;@_~|`<>{}"
"""Signs Hive leaves as they are in a folder's name, besides letters and digits."""


def keys(table: Table) -> list[str]:
    """Return the names of a table's partition keys."""
    return [key["Name"] for key in table.get("PartitionKeys", [])]


def values_of(table: Table, spec: Mapping[str, str | None]) -> list[str]:
    """Return the values in the order of the table's keys.

    Raises:
        Refused: keys that are not exactly the table's.
    """
    names = keys(table)
    for name in spec:
        if name not in names:
            raise hive_failure(
                f"SemanticException [Error 10098]: Non-Partition column appears in the partition spec: {name}"
            )
    if len(spec) != len(names):
        raise hive_failure(
            f"SemanticException partition spec {dict(spec)} doesn't contain all ({len(names)}) partition columns"
        )
    return [NULL if (value := spec[name]) is None else value for name in names]


def name_of(table: Table, values: Sequence[str]) -> str:
    """Return `a=1/b=2`."""
    return "/".join(f"{key}={quote(value, safe=_SAFE)}" for key, value in zip(keys(table), values, strict=True))


def partition_input(table: Table, spec: PartitionSpec) -> dict[str, Any]:
    """Return Glue's PartitionInput of a partition to add."""
    values = values_of(table, spec.values)
    folder = str(table["StorageDescriptor"]["Location"]).rstrip("/")
    return partition_input_of(table, values, spec.location or f"{folder}/{name_of(table, values)}")


def partition_input_of(table: Table, values: list[str], location: str) -> dict[str, Any]:
    """Return Glue's PartitionInput of values and a folder: the storage is the table's."""
    return {
        "Values": values,
        "StorageDescriptor": {**table["StorageDescriptor"], "Location": location},
        "Parameters": {},
    }


def passes(table: Table, values: Sequence[str], filters: Sequence[PartitionFilter]) -> bool:
    """Whether a partition passes every filter."""
    return all(_passes(table, values, one) for one in filters)


def _passes(table: Table, values: Sequence[str], one: PartitionFilter) -> bool:
    names = keys(table)
    if one.key not in names:
        raise hive_failure(
            f"SemanticException [Error 10098]: Non-Partition column appears in the partition spec: {one.key}"
        )
    at = names.index(one.key)
    kind = str(table["PartitionKeys"][at]["Type"])
    return bool(_OPERATORS[one.operator](*_comparable(kind, values[at], one.value)))


def _comparable(kind: str, left: str, right: str) -> tuple[Any, Any]:
    """Return both sides as the key's type compares them; as text if one is not of that type."""
    try:
        if kind.split("(")[0] in _NUMBERS:
            return Decimal(left), Decimal(right)
        if kind == "date":
            return date.fromisoformat(left), date.fromisoformat(right)
    except (InvalidOperation, ValueError):
        return left, right
    return left, right


def in_folders(table: Table, files: Iterable[str]) -> dict[tuple[str, ...], str]:
    """Return the partitions whose folders hold files: values to folder, sorted; other folders are left alone."""
    base = str(table["StorageDescriptor"]["Location"]).rstrip("/")
    names = keys(table)
    found: dict[tuple[str, ...], str] = {}
    for file in files:
        parts = file[len(base) + 1 :].split("/")[:-1]
        pairs = [part.partition("=") for part in parts[: len(names)]]
        if names and [name.lower() for name, sign, _ in pairs if sign] == names:
            values = tuple(unquote(value) for _, _, value in pairs)
            found[values] = f"{base}/{'/'.join(parts[: len(names)])}"
    return dict(sorted(found.items()))
