"""Which exports the lake holds, and who is to be forgotten: read from the lake, the only place that says so."""

from datetime import UTC, datetime

import fsspec  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ingest.dynamodb.items import DATASET
from ingest.lake_ids import completed_files


def loaded_exports(lake_url: str) -> dict[str, datetime]:
    """Export -> the moment of the state that it left."""
    return _pairs(lake_url, "exports", "export_arn", "to_time")


def forgotten(lake_url: str) -> dict[str, datetime]:
    """Digest of a person -> the latest moment from before which nothing of the person may be kept."""
    return _pairs(lake_url, "forgotten", "digest", "forgotten_at")


def _pairs(lake_url: str, table: str, name: str, moment: str) -> dict[str, datetime]:
    system, _ = fsspec.core.url_to_fs(lake_url)
    found: dict[str, datetime] = {}
    for path in completed_files(lake_url, DATASET, table):
        with system.open(path, "rb") as file:
            read = pq.read_table(file, columns=[name, moment])
        for key, value in zip(read[name].to_pylist(), read[moment].to_pylist(), strict=True):
            at = value if value.tzinfo else value.replace(tzinfo=UTC)
            found[key] = max(at, found.get(key, at))
    return found
