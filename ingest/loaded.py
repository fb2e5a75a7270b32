"""Rows of an API source -> arrow chunks for dlt, without those that a completed load already holds.

Answers are replayed from the cache after a kill or on the next run; dlt's state, committed with the load, says up to
which number the lake holds them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import dlt
import fsspec  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]

from ingest import tables
from ingest.answers import Answer

CHUNK_ROWS = 5_000
CONTEXT = ("artist_id", "found_for_artist_id", "locale")
"""Columns that make two rows of one key different rows."""
ARROW_TYPES = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True)
class Row:
    """A row for `table`; `answer` is where it comes from, None for what is said anew in every run."""

    table: str
    values: dict[str, Any]
    answer: Answer | None = None


@cache
def arrow_schema(dataset: str, table: str) -> pa.Schema:
    """Arrow schema of a declared table."""
    return pa.schema(
        pa.field(name, ARROW_TYPES[column["data_type"]], column["nullable"])
        for name, column in tables.columns(dataset, table).items()
    )


def new_rows(dataset: str, rows: Iterator[Row], cache_id: str, lake_url: str) -> Iterator[Any]:
    """Chunks of rows by table, ready for dlt. Runs inside a resource: it reads and writes dlt's source state."""
    state: dict[str, Any] = dlt.current.source_state()
    known = int(state["number"]) if _holds(state, cache_id, dataset, lake_url) else 0
    highest = known
    buffers: dict[str, list[dict[str, Any]]] = {}
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        if row.answer is not None:
            if row.answer.number <= known:
                continue
            highest = max(highest, row.answer.number)
        if _is_repeated(dataset, row, seen):
            continue
        buffer = buffers.setdefault(row.table, [])
        buffer.append(row.values)
        if len(buffer) >= CHUNK_ROWS:
            yield into(dataset, row.table, buffers.pop(row.table))
    for table, buffer in buffers.items():
        yield into(dataset, table, buffer)
    if highest > known:
        state.update(cache=cache_id, number=highest, load_id=dlt.current.load_package_state()["load_id"])


def _holds(state: dict[str, Any], cache_id: str, dataset: str, lake_url: str) -> bool:
    """True where the load that wrote the state is in the lake: a lake thrown away is filled again."""
    if state.get("cache") != cache_id:
        return False
    system, root = fsspec.core.url_to_fs(lake_url)
    return bool(system.glob(f"{root}/{dataset}/_dlt_loads/*__{state['load_id']}.jsonl"))


def _is_repeated(dataset: str, row: Row, seen: set[tuple[str, ...]]) -> bool:
    """True for a second row of the same key in one load."""
    if row.table == "quarantine":
        return False
    names = (*tables.key_columns(dataset, row.table), *(name for name in CONTEXT if name in row.values))
    key = (row.table, *(str(row.values[name]) for name in names))
    if key in seen:
        return True
    seen.add(key)
    return False


def into(dataset: str, table: str, rows: list[dict[str, Any]]) -> Any:
    """A chunk of rows for one table, ready for dlt, from whichever resource it comes."""
    hints = tables.hints(dataset, table)
    marked = dlt.mark.make_hints(
        table_name=table,
        columns=hints["columns"],
        write_disposition=hints["write_disposition"],
        schema_contract=hints["schema_contract"],
    )
    chunk = pa.Table.from_pylist(rows, schema=arrow_schema(dataset, table))
    return dlt.mark.with_hints(chunk, marked, create_table_variant=True)
