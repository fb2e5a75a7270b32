"""What was published, with its quality figures, back to the lake: the next build compares itself with it."""

import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa  # type: ignore[import-untyped]
from dlt.pipeline.exceptions import PipelineStepFailed

from orchestration.publish.errors import WriteBackFailed
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import Warehouse

_LAYOUT = "{table_name}/{load_id}.{file_id}.{ext}"
_COMMON = {"provider!": "text", "retrieved_at!": "timestamp", "generation!": "text", "run_id": "text"}
_COLUMNS = {
    "published_quality": _COMMON
    | {"method": "text", "seed_group": "text", "metric!": "text", "value": "double", "seed_count": "bigint"},
    "published_neighbours": _COMMON | {"artist_id!": "text", "neighbour_artist_ids": "text"},
}
_ARROW = {"text": pa.string(), "timestamp": pa.timestamp("us", tz="UTC"), "double": pa.float64()}
_ARROW |= {"bigint": pa.int64()}
_NEEDS = {"published_quality": "recommendation_quality", "published_neighbours": "artist_similarity"}
_QUERIES = {
    "published_quality": (
        "select {common}, method, seed_group, metric, value, seed_count from marts.recommendation_quality"
    ),
    "published_neighbours": (
        "select {common}, artist_id, cast(to_json(list(neighbour_artist_id order by rank))as varchar) "
        "as neighbour_artist_ids from marts.artist_similarity where method = 'blend' group by artist_id"
    ),
}

logger = logging.getLogger(__name__)


def write(warehouse: Warehouse, settings: Settings) -> list[str]:
    """Append both tables to `<lake>/raw_segue`; return the load ids. Raises WriteBackFailed.

    A mart that is not built yet is left out. A failure does not undo the publication; the next one writes its own.
    """
    folder = settings.home / "dlt" / "write_back"
    shutil.rmtree(folder, ignore_errors=True)
    pipeline = dlt.pipeline(
        "segue",
        pipelines_dir=str(folder),
        destination=dlt.destinations.filesystem(bucket_url=_bucket(settings.lake_url), layout=_LAYOUT),
        dataset_name="raw_segue",
    )
    for column in ("load_id", "id"):  # of this pipeline alone: staging reads only rows of loads that are complete
        dlt.config[f"{pipeline.pipeline_name}.normalize.parquet_normalizer.add_dlt_{column}"] = True
    wanted = [table for table in _COLUMNS if warehouse.has(_NEEDS[table])]
    try:
        info = pipeline.run([_resource(warehouse, settings, table) for table in wanted], loader_file_format="parquet")
    except PipelineStepFailed as error:
        raise WriteBackFailed(
            f"{settings.generation} is published, but its figures did not reach {settings.lake_url}/raw_segue "
            f"(step {error.step}): {error}. Next: see that the lake can be written to; the next publish writes its own."
        ) from error
    logger.info("publish: wrote %s back to the lake", " and ".join(wanted))
    return list(info.loads_ids)


def _resource(warehouse: Warehouse, settings: Settings, table: str) -> Any:
    columns: Any = {
        name.rstrip("!"): {"name": name.rstrip("!"), "data_type": kind, "nullable": not name.endswith("!")}
        for name, kind in _COLUMNS[table].items()
    }
    common = (
        f"'segue' as provider, timestamptz '{datetime.now(UTC).isoformat()}' as retrieved_at, "
        f"'{settings.generation}' as generation, '{settings.run_id}' as run_id"
    )

    def rows() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        for batch in warehouse.query(_QUERIES[table].format(common=common)):
            yield batch.cast(_arrow_schema(table))

    return dlt.resource(rows, name=table, columns=columns, write_disposition="append")


def _arrow_schema(table: str) -> pa.Schema:
    """Types and nullability as declared, so that dlt finds nothing to reconcile."""
    return pa.schema(
        pa.field(name.rstrip("!"), _ARROW[kind], nullable=not name.endswith("!"))
        for name, kind in _COLUMNS[table].items()
    )


def _bucket(lake_url: str) -> str:
    return lake_url if "://" in lake_url else str(Path(lake_url).resolve())
