"""The shapes that travel from the readers to the converter."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHUNK_ROWS = 5_000
"""Rows held in memory at once; each chunk becomes one arrow table."""

RENAMES = {"explicit": "is_explicit", "spotify_id": "artist_id", "ambiguous": "is_ambiguous"}
"""Header in a dump -> declared column."""

DATASET = "raw_catalogue_dump"


@dataclass(frozen=True)
class DumpFile:
    """One file of a dump and the table it fills; `format` is csv, jsonl or parquet."""

    table: str
    path: Path
    format: str
    is_gzipped: bool = False


@dataclass(frozen=True)
class Bad:
    """A row that cannot be loaded: where it is, why, and what it was."""

    line: int
    reason: str
    payload: str


@dataclass(frozen=True)
class Chunk:
    """Some rows of one file by declared column; `textual` columns hold text that is to be parsed.

    `originals` are the rows as the file has them, for the quarantine; `bad` are those that never became rows.
    """

    columns: dict[str, list[Any]]
    textual: frozenset[str]
    lines: list[int]
    originals: list[Any]
    names: list[str]
    bad: list[Bad]

    def original(self, index: int) -> dict[str, Any]:
        """The row as the file has it, by the file's own column names."""
        row = self.originals[index]
        return row if isinstance(row, dict) else dict(zip(self.names, row, strict=True))


Chunks = Iterator[Chunk]


def declared_name(name: str) -> str:
    """Declared column for a header of a dump."""
    stripped = name.strip()
    return RENAMES.get(stripped, stripped)


def printable(text: str) -> str:
    """Text that any database takes: broken bytes and NUL are written out."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
