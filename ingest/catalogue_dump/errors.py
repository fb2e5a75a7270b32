"""Refusals of a whole dump or file; nothing of it has been loaded then."""

from pathlib import Path

from ingest import tables
from ingest.catalogue_dump.chunks import DATASET, RENAMES
from ingest.errors import Final


class WrongDump(Final):
    """The folder as a whole cannot be a dump."""


class WrongFile(Final):
    """One file of the dump cannot be what its name says; `path` is that file."""

    def __init__(self, path: Path, problem: str, expected: str) -> None:
        super().__init__(f"cannot load {path}: {problem}. Expected: {expected}. Nothing was loaded.")
        self.path = path


def expected(table: str) -> str:
    """What a file of this table holds, in words."""
    short = {declared: header for header, declared in RENAMES.items()}
    keys = tables.key_columns(DATASET, table)
    others = [short.get(name, name) for name in tables.columns(DATASET, table) if name not in (*keys, "retrieved_at")]
    return f"{table} with {' and '.join(keys)}, and as many of {', '.join(others)} as there are"
