"""What a build on Athena read, by model: the bytes Athena bills, as dbt notes them in its run_results.json."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def scanned(variables: Mapping[str, str], since: float) -> dict[str, int]:
    """Bytes by model or test, the most first; empty where dbt has left no account later than `since` (epoch seconds).

    dbt notes none where a warehouse does not bill by what is read, as DuckDB.
    """
    file = Path(variables.get("DBT_TARGET_PATH", "")) / "run_results.json"
    if not file.is_file() or file.stat().st_mtime < since:
        return {}
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    found = {_name(one): int(one["adapter_response"].get("data_scanned_in_bytes") or 0) for one in results}
    return dict(sorted(((name, read) for name, read in found.items() if read), key=lambda item: -item[1]))


def _name(result: Mapping[str, Any]) -> str:
    """`model.segue.dim_artists` -> `dim_artists`; a test's name ends with a digest that says nothing."""
    return str(result["unique_id"]).split(".")[2]


def in_words(account: Mapping[str, int], most: int = 3) -> str:
    """Return one line for a person: all of it, and what read the most."""
    first = ", ".join(f"{name} {_megabytes(read)}" for name, read in list(account.items())[:most])
    return f"{_megabytes(sum(account.values()))} scanned, most by {first}"


def _megabytes(read: int) -> str:
    return f"{read / 1_000_000:.1f} MB"
