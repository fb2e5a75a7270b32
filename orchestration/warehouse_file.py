"""Whether dbt will be able to write the DuckDB file, told before anything is done."""

from pathlib import Path

import duckdb

from orchestration.errors import OrchestrationError
from orchestration.settings import Settings
from orchestration.targets import DUCKDB, target_of

_MAGIC = b"DUCK"
_MAGIC_AT = 8
"""A DuckDB file begins with a checksum of 8 bytes, then these letters (duckdb.org, storage format)."""


class WarehouseUnusable(OrchestrationError):
    """The warehouse's file is no DuckDB database, or another process holds it. Exit code 1."""


def check(settings: Settings) -> None:
    """Look at the warehouse's file where it is the target; one that does not exist yet is fine.

    Raises WarehouseUnusable.
    """
    if target_of(settings) != DUCKDB:
        return
    path = Path(settings.variables.get("SEGUE_WAREHOUSE") or settings.home / "warehouse.duckdb")
    if not path.exists():
        return
    with path.open("rb") as file:
        head = file.read(_MAGIC_AT + len(_MAGIC))
    if head and head[_MAGIC_AT:] != _MAGIC:
        raise WarehouseUnusable(
            f"The warehouse {path} is no DuckDB file. Next: point SEGUE_WAREHOUSE to another file, or delete this one: "
            "the next build makes it anew from the lake."
        )
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.IOException as problem:
        if "lock" in str(problem).lower():
            raise WarehouseUnusable(
                f"The warehouse {path} is being written by another process ({problem}). Next: wait until that has "
                "ended, then run the command again."
            ) from problem
