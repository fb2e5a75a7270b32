"""A chunk -> one arrow table of good rows and the rows for the quarantine.

Whole columns are converted at once; only a column that fails is gone through value by value.
"""

import json
import math
from datetime import datetime
from functools import cache
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from ingest import tables
from ingest.catalogue_dump.chunks import DATASET, Bad, Chunk, printable
from ingest.catalogue_dump.values import RANGES, check_range, parse

ARROW_TYPES = {
    "text": pa.string(),
    "json": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", "UTC"),
}
EXACT: dict[str, type] = {"text": str, "bigint": int, "double": float, "bool": bool}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """Arrow schema of a declared table; keys are not null, so that dlt takes it as it is."""
    return pa.schema(
        pa.field(name, ARROW_TYPES[column["data_type"]], column["nullable"])
        for name, column in tables.columns(DATASET, table).items()
    )


def convert(table: str, chunk: Chunk, retrieved_at: datetime) -> tuple[pa.Table, list[Bad]]:
    """Good rows with all declared columns, and every bad row with all of its reasons."""
    count = len(chunk.lines)
    reasons: dict[int, list[str]] = {}
    arrays = [_column(table, field, chunk, count, reasons) for field in arrow_schema(table)]
    filled = pa.array([retrieved_at] * count, ARROW_TYPES["timestamp"])
    schema = pa.schema(field.with_nullable(True) for field in arrow_schema(table))
    rows = pa.Table.from_arrays(arrays, schema=schema)
    rows = rows.set_column(rows.schema.get_field_index("retrieved_at"), "retrieved_at", filled)
    if reasons:
        rows = rows.filter(pa.array([index not in reasons for index in range(count)]))
    bad = [Bad(chunk.lines[index], "; ".join(why), _payload(chunk, index)) for index, why in sorted(reasons.items())]
    return rows.cast(arrow_schema(table)), sorted([*chunk.bad, *bad], key=lambda row: row.line)


def quarantine_table(file_name: str, bad: list[Bad], retrieved_at: datetime) -> pa.Table:
    """Rows of the quarantine table."""
    columns: dict[str, list[Any]] = {
        "provider": ["catalogue_dump"] * len(bad),
        "retrieved_at": [retrieved_at] * len(bad),
        "file": [file_name] * len(bad),
        "line": [row.line for row in bad],
        "reason": [row.reason for row in bad],
        "payload": [row.payload for row in bad],
    }
    return pa.Table.from_pydict(columns, schema=arrow_schema("quarantine"))


def track_artists_of(rows: pa.Table) -> pa.Table:
    """One row per artist of each track, `position` from 1 in credit order; no row twice."""
    found: list[tuple[str, str, int, str, datetime]] = []
    for track in rows.select(["track_id", "artist_ids", "provider", "retrieved_at"]).to_pylist():
        artists = dict.fromkeys(artist for artist in json.loads(track["artist_ids"] or "[]") if artist)
        found += [
            (track["track_id"], artist, position, track["provider"], track["retrieved_at"])
            for position, artist in enumerate(artists, start=1)
        ]
    order = ("track_id", "artist_id", "position", "provider", "retrieved_at")
    columns = {name: [row[index] for row in found] for index, name in enumerate(order)}
    return pa.Table.from_pydict(columns, schema=arrow_schema("track_artists"))


def _column(table: str, field: pa.Field, chunk: Chunk, count: int, reasons: dict[int, list[str]]) -> pa.Array:
    name = field.name
    if name not in chunk.columns or name == "retrieved_at":
        return pa.array(["catalogue_dump"] * count) if name == "provider" else pa.nulls(count, field.type)
    kind = "json" if name in tables.json_columns(DATASET, table) else tables.columns(DATASET, table)[name]["data_type"]
    values, textual = chunk.columns[name], name in chunk.textual
    array = _at_once(name, kind, values, textual)
    if array is None:
        array = pa.array(_one_by_one(name, kind, values, textual, reasons), field.type)
    if name == "provider":
        return array.fill_null("catalogue_dump")
    if not field.nullable:
        _require(name, array, reasons)
    return array


def _at_once(name: str, kind: str, values: list[Any], textual: bool) -> pa.Array | None:
    """The whole column, or None where some value needs a closer look."""
    try:
        array = _typed_at_once(kind, values, textual)
    except (pa.ArrowException, UnicodeEncodeError, ValueError, OverflowError):
        return None
    if array is None or not _is_plausible(name, kind, array):
        return None
    return array


def _typed_at_once(kind: str, values: list[Any], textual: bool) -> pa.Array | None:
    if kind == "json" or (kind == "bool" and textual):
        return pa.array([parse(kind, value, textual) for value in values], ARROW_TYPES[kind])
    if textual:
        texts = pa.array([value or None for value in values], pa.string())
        return texts if kind == "text" else texts.cast(ARROW_TYPES[kind])
    if set(map(type, values)) <= {EXACT[kind], type(None)}:
        return pa.array(values, ARROW_TYPES[kind])
    return None


def _is_plausible(name: str, kind: str, array: pa.Array) -> bool:
    if kind == "text":
        return not pc.any(pc.match_substring(array, "\0")).as_py()
    if kind == "double" and not pc.all(pc.is_finite(array)).as_py() and array.null_count < len(array):
        return False
    if name not in RANGES:
        return True
    bounds = pc.min_max(array)
    least, most = RANGES[name]
    smallest, largest = bounds["min"].as_py(), bounds["max"].as_py()
    return smallest is None or bool(least <= smallest and largest <= most)


def _one_by_one(
    name: str, kind: str, values: list[Any], textual: bool, reasons: dict[int, list[str]]
) -> list[Any | None]:
    parsed: list[Any | None] = []
    for index, value in enumerate(values):
        try:
            result = parse(kind, value, textual)
            if name in RANGES and result is not None and not math.isnan(result):
                check_range(name, result)
        except ValueError as problem:
            reasons.setdefault(index, []).append(f"{name} {problem}")
            result = None
        parsed.append(result)
    return parsed


def _require(name: str, array: pa.Array, reasons: dict[int, list[str]]) -> None:
    """A key must be there, and an id has no white space in it."""
    absent = pc.is_null(array)
    if name.endswith("_id"):
        spaced = pc.fill_null(pc.match_substring_regex(array, r"\s"), False)
        for index in pc.indices_nonzero(spaced).to_pylist():
            reasons.setdefault(index, []).append(f"{name} has white space in it")
    if array.null_count:
        for index in pc.indices_nonzero(absent).to_pylist():
            if not any(why.startswith(f"{name} ") for why in reasons.get(index, [])):
                reasons.setdefault(index, []).append(f"no {name}")


def _payload(chunk: Chunk, index: int) -> str:
    return printable(json.dumps(chunk.original(index), ensure_ascii=False, default=str))
