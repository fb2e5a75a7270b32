"""Which ids completed loads of the lake hold, read column by column."""

from datetime import datetime
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]


def ids_in(lake_url: str, dataset: str, table: str, column: str, since: datetime | None = None) -> dict[str, None]:
    """Return the values of `column` in order of loading, each once; with `since`, of rows retrieved after it."""
    system, _ = fsspec.core.url_to_fs(lake_url)
    found: dict[str, None] = {}
    for path in completed_files(lake_url, dataset, table):
        _read(system, path, column, since, found)
    return found


def completed_files(lake_url: str, dataset: str, table: str) -> list[str]:
    """Return the files of a table that completed loads brought, in order of loading."""
    system, root = fsspec.core.url_to_fs(lake_url)
    completed = {
        path.rpartition("__")[2].removesuffix(".jsonl") for path in system.glob(f"{root}/{dataset}/_dlt_loads/*.jsonl")
    }
    files = sorted(system.glob(f"{root}/{dataset}/{table}/*.parquet"))
    return [path for path in files if ".".join(path.rpartition("/")[2].split(".")[:2]) in completed]


def _read(system: Any, path: str, column: str, since: datetime | None, found: dict[str, None]) -> None:
    columns = [column] if since is None else [column, "retrieved_at"]
    with system.open(path, "rb") as file:
        for batch in pq.ParquetFile(file).iter_batches(columns=columns):
            values = batch.column(0).to_pylist()
            moments = batch.column(1).to_pylist() if since is not None else [None] * len(values)
            for value, moment in zip(values, moments, strict=True):
                if value is not None and (since is None or _utc(moment, since) >= since):
                    found[value] = None


def _utc(moment: datetime, like: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=like.tzinfo)
