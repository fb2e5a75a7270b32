"""A view's columns in Glue: Trino leaves a placeholder there, Athena the real ones, and clients read them."""

import base64
import json
import re
from typing import Any

from orchestration.local.athena.translate.steps import Table
from orchestration.local.athena.translate.words import Reader, trino_words

_VIEW = re.compile(r"/\* Presto View: (\S+) \*/")
_PLAIN = {"integer": "int", "real": "float", "varbinary": "binary", "varchar": "string"}


def definition(table: Table) -> dict[str, Any] | None:
    """Return what Trino keeps of a view: `originalSql`, `columns` and more; None if Trino did not make it."""
    found = _VIEW.search(str(table.get("ViewOriginalText", "")))
    return json.loads(base64.b64decode(found[1])) if found else None


def with_columns(table: Table) -> dict[str, Any]:
    """Return a view's TableInput with the columns its query has."""
    view = definition(table)
    if view is None:
        return dict(table)
    columns = [{"Name": one["name"], "Type": in_glue(one["type"])} for one in view["columns"]]
    return {**table, "StorageDescriptor": {**table.get("StorageDescriptor", {}), "Columns": columns}}


def in_glue(kind: str) -> str:
    """Return a type of Trino as Glue spells it: `row("a" integer)` is `struct<a:int>`."""
    return _read(Reader(kind, trino_words(kind)))


def _read(reader: Reader) -> str:
    name = reader.name()
    if name == "row":
        return f"struct<{','.join(_list(reader, named=True))}>"
    if name in ("array", "map"):
        return f"{name}<{','.join(_list(reader, named=False))}>"
    numbers = _numbers(reader)
    zone = name in ("timestamp", "time") and reader.accept("WITH", "TIME", "ZONE")
    if name in ("timestamp", "time"):
        return f"{name} with time zone" if zone else name
    return f"{name}({','.join(numbers)})" if numbers else _PLAIN.get(name, name)


def _list(reader: Reader, named: bool) -> list[str]:
    reader.expect("(")
    parts = [_part(reader, named)]
    while reader.accept(","):
        parts.append(_part(reader, named))
    reader.expect(")")
    return parts


def _part(reader: Reader, named: bool) -> str:
    return f"{reader.name()}:{_read(reader)}" if named else _read(reader)


def _numbers(reader: Reader) -> list[str]:
    if not reader.accept("("):
        return []
    numbers = [reader.number()]
    while reader.accept(","):
        numbers.append(reader.number())
    reader.expect(")")
    return numbers
