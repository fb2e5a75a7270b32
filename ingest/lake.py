"""Looks at the lake: which declared tables of a dataset have no file yet."""

from dataclasses import dataclass

import fsspec
import pyarrow.parquet as pq

from ingest import tables


@dataclass(frozen=True)
class Lake:
    """A lake by its URL: a folder path or s3://bucket/prefix."""

    url: str

    def undeclared(self, dataset: str) -> list[str]:
        """Tables of `dataset` whose newest file is missing or lacks a declared column."""
        system, root = fsspec.core.url_to_fs(self.url)
        if not system.glob(f"{root}/{dataset}/_dlt_loads/*.jsonl"):
            return list(tables.tables(dataset))
        return [name for name in tables.tables(dataset) if not self._is_whole(system, root, dataset, name)]

    def _is_whole(self, system: fsspec.AbstractFileSystem, root: str, dataset: str, table: str) -> bool:
        files = sorted(system.glob(f"{root}/{dataset}/{table}/*.parquet"))
        if not files:
            return False
        with system.open(files[-1], "rb") as file:
            return set(tables.columns(dataset, table)) <= set(pq.read_schema(file).names)
