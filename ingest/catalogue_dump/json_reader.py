"""A JSON lines file, gzipped or not -> chunks with line numbers."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest import tables
from ingest.catalogue_dump.chunks import CHUNK_ROWS, DATASET, Bad, Chunk, DumpFile, declared_name, printable
from ingest.catalogue_dump.csv_reader import LINE_LIMIT, open_text
from ingest.catalogue_dump.errors import WrongFile, expected

FIRST_ROWS = 20
"""How many lines are looked at to tell a damaged row from a wrong file."""


def check_json(file: DumpFile) -> None:
    """Raises WrongFile where none of the first lines is an object with the key columns; an empty file is fine."""
    first = list(islice(_records(file), FIRST_ROWS))
    keys = set(tables.key_columns(DATASET, file.table))
    if first and not any(
        not isinstance(row, Bad) and keys <= {declared_name(name) for name in row[1]} for row in first
    ):
        problem = f"none of its first lines is a JSON object with {' and '.join(sorted(keys))}"
        raise WrongFile(file.path, problem, f"one JSON object a line, {expected(file.table)}")


def read_json(file: DumpFile) -> Iterator[Chunk]:
    """Yield chunks of at most CHUNK_ROWS rows."""
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    bad: list[Bad] = []
    for record in _records(file):
        if isinstance(record, Bad):
            bad.append(record)
        else:
            lines.append(record[0])
            rows.append(record[1])
        if len(rows) + len(bad) >= CHUNK_ROWS:
            yield _chunk(file, rows, lines, bad)
            rows, lines, bad = [], [], []
    if rows or bad:
        yield _chunk(file, rows, lines, bad)


def _records(file: DumpFile) -> Iterator[tuple[int, dict[str, Any]] | Bad]:
    with open_text(file) as text:
        number = 0
        while line := text.readline(LINE_LIMIT):
            number += 1
            if not line.strip():
                continue
            try:
                row = json.loads(line, parse_constant=_refuse)
            except (ValueError, RecursionError) as broken:
                yield Bad(number, f"broken JSON: {broken}", printable(line))
                continue
            if isinstance(row, dict):
                yield number, row
            else:
                yield Bad(number, "not a JSON object", printable(line))


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _chunk(file: DumpFile, rows: list[dict[str, Any]], lines: list[int], bad: list[Bad]) -> Chunk:
    renamed = [{declared_name(name): value for name, value in row.items()} for row in rows]
    columns = {name: [row.get(name) for row in renamed] for name in tables.columns(DATASET, file.table)}
    return Chunk(columns, frozenset(), lines, rows, [], bad)
