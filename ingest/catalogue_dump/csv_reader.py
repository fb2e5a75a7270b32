"""A CSV file -> chunks, with line numbers; a damaged record costs its first line, not what follows it."""

import csv
import gzip
import io
from collections.abc import Iterator
from typing import TextIO, cast

from ingest import tables
from ingest.catalogue_dump.chunks import CHUNK_ROWS, DATASET, Bad, Chunk, DumpFile, declared_name, printable
from ingest.catalogue_dump.errors import WrongFile, expected

FIELD_LIMIT = 256 * 1024
LINE_LIMIT = 4 * 1024 * 1024


class _Lines:
    """The lines of a file with their numbers; those of the current record can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._returned: list[str] = []
        self.taken: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else self._file.readline(LINE_LIMIT)
        if not line:
            raise StopIteration
        self.taken.append(line)
        return line

    def next_record(self) -> None:
        self.first += len(self.taken)
        self.taken = []

    def give_back_all_but_first(self) -> str:
        first, *rest = self.taken
        self._returned.extend(reversed(rest))
        self.taken = [first]
        return first


def open_text(file: DumpFile) -> TextIO:
    """Open as UTF-8, with or without BOM; broken bytes become surrogates, which the converter finds."""
    binary = gzip.open(file.path) if file.is_gzipped else file.path.open("rb")  # noqa: SIM115 (the wrapper closes it)
    return io.TextIOWrapper(cast(io.BytesIO, binary), encoding="utf-8-sig", errors="surrogateescape", newline="")


def read_header(file: DumpFile) -> list[str]:
    """The file's own column names. Raises WrongFile where keys are missing or a column comes twice."""
    with open_text(file) as text:
        try:
            names = next(csv.reader(text, strict=True), [])
        except csv.Error as broken:
            raise WrongFile(file.path, f"its header cannot be read ({broken})", expected(file.table)) from broken
    declared = [declared_name(name) for name in names]
    twice = sorted({name for name in declared if declared.count(name) > 1})
    missing = [key for key in tables.key_columns(DATASET, file.table) if key not in declared]
    if missing:
        found = printable(", ".join(names))[:200] or "nothing"
        raise WrongFile(file.path, f"no column {', '.join(missing)} in its header ({found})", expected(file.table))
    if twice:
        raise WrongFile(file.path, f"its header names {', '.join(twice)} twice", expected(file.table))
    return names


def read_csv(file: DumpFile) -> Iterator[Chunk]:
    """Yield chunks of at most CHUNK_ROWS rows; the header must have been checked."""
    names = read_header(file)
    rows: list[list[str]] = []
    lines: list[int] = []
    bad: list[Bad] = []
    for record in _records(file, names):
        if isinstance(record, Bad):
            bad.append(record)
        else:
            lines.append(record[0])
            rows.append(record[1])
        if len(rows) + len(bad) >= CHUNK_ROWS:
            yield _chunk(file, names, rows, lines, bad)
            rows, lines, bad = [], [], []
    if rows or bad:
        yield _chunk(file, names, rows, lines, bad)


def _records(file: DumpFile, names: list[str]) -> Iterator[tuple[int, list[str]] | Bad]:
    csv.field_size_limit(FIELD_LIMIT)
    with open_text(file) as text:
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True)
        next(reader)
        while True:
            lines.next_record()
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                yield Bad(lines.first, f"broken CSV: {broken}", printable(lines.give_back_all_but_first()))
                continue
            if len(row) == len(names) and row != names:
                yield lines.first, row
            elif row:
                reason = "the header again" if row == names else f"{len(row)} fields instead of {len(names)}"
                yield Bad(lines.first, reason, printable(lines.give_back_all_but_first()))


def _chunk(file: DumpFile, names: list[str], rows: list[list[str]], lines: list[int], bad: list[Bad]) -> Chunk:
    known = tables.columns(DATASET, file.table)
    by_column = zip(*rows, strict=True) if rows else iter([()] * len(names))
    columns = {
        declared_name(name): list(values)
        for name, values in zip(names, by_column, strict=True)
        if declared_name(name) in known
    }
    return Chunk(columns, frozenset(columns), lines, rows, names, bad)
