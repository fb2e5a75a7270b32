"""Write a small lake as the ingest folder would: typed parquet per raw table, and the list of finished loads."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml  # type: ignore[import-untyped]

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
RETRIEVED_AT = "2026-11-01 12:00:00"
Row = Mapping[str, Any]


@cache
def source_columns() -> dict[tuple[str, str], dict[str, str]]:
    """Every raw table of dbt's sources: (dataset, table) -> column -> type. The sources are the contract."""
    tables: dict[tuple[str, str], dict[str, str]] = {}
    for file in sorted((PROJECT / "models/staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(file.read_text())["sources"]:
            for table in source["tables"]:
                columns = {column["name"]: column["data_type"] for column in table["columns"]}
                tables[source["name"], table["name"]] = columns
    return {key: columns for key, columns in tables.items() if key[1] != "_dlt_loads"}


def declare(lake: Path) -> None:
    """Write an empty, typed file for every raw table, and a finished load for every dataset."""
    for dataset, table in source_columns():
        append(lake, dataset, table, [], load_id="0")


def append(
    lake: Path, dataset: str, table: str, rows: Sequence[Row], *, load_id: str = "1", is_complete: bool = True
) -> None:
    """Add one file of rows; what a row does not name is null. An incomplete load gets no entry in `_dlt_loads`."""
    write(lake, dataset, table, f"select * from {_values(dataset, table, rows, load_id)}", load_id=load_id)
    if is_complete:
        finish(lake, dataset, load_id)


def write(lake: Path, dataset: str, table: str, query: str, *, load_id: str = "1") -> None:
    """Write the result of a DuckDB query, which names every column, as one file of a raw table."""
    folder = lake / dataset / table
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{load_id}.{len(list(folder.iterdir()))}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({query}) to '{file}' (format parquet)")


def finish(lake: Path, dataset: str, load_id: str) -> None:
    """Record one load as complete, in the form dlt's filesystem destination writes."""
    folder = lake / dataset / "_dlt_loads"
    folder.mkdir(parents=True, exist_ok=True)
    entry = {"load_id": load_id, "schema_name": dataset, "status": 0, "inserted_at": "2026-11-01T12:00:00+00:00"}
    (folder / f"{dataset}__{load_id}.jsonl").write_text(json.dumps(entry) + "\n")


def _values(dataset: str, table: str, rows: Sequence[Row], load_id: str) -> str:
    columns = source_columns()[dataset, table]
    lines = [f"({', '.join(_literals(columns, row, load_id, number))})" for number, row in enumerate(rows)]
    nothing = f"(select {', '.join(f'cast(null as {kind}) as {name}' for name, kind in columns.items())} limit 0)"
    return f"(values {', '.join(lines)}) as rows ({', '.join(columns)})" if lines else nothing


def _literals(columns: Mapping[str, str], row: Row, load_id: str, number: int) -> Iterator[str]:
    if unknown := row.keys() - columns.keys():
        raise ValueError(f"no such columns: {sorted(unknown)}; there are {sorted(columns)}")
    common = {"retrieved_at": RETRIEVED_AT, "_dlt_load_id": load_id, "_dlt_id": f"{load_id}-{number}"}
    for name, kind in columns.items():
        yield f"cast({_literal(row.get(name, common.get(name)))} as {kind})"


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
    return "'" + text.replace("'", "''") + "'"
