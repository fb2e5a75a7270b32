"""Marts -> schema landing_<generation>, by dlt: parquet on disk, then binary COPY through ADBC. Memory stays flat."""

import logging
import shutil
import time
from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource
from dlt.pipeline.exceptions import PipelineStepFailed

from orchestration.publish.errors import CopyFailed
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES, Warehouse

logger = logging.getLogger(__name__)


def copy(warehouse: Warehouse, settings: Settings) -> float:
    """Copy every serving mart; return the seconds it took. Raises CopyFailed."""
    started = time.monotonic()
    folder = settings.home / "dlt" / "publish"
    shutil.rmtree(folder, ignore_errors=True)  # what a killed publish left; its landing schema is gone too
    # one table after the other: memory holds a few batches of it, and two cores suffice for this, Postgres and dbt
    dlt.config["extract.next_item_mode"] = "fifo"
    dlt.config["load.workers"] = 1
    pipeline = dlt.pipeline(
        "publish",
        pipelines_dir=str(folder),
        destination=dlt.destinations.postgres(settings.postgres_url, create_indexes=False),
        dataset_name=f"landing_{settings.generation}",
    )
    try:
        pipeline.run([_resource(warehouse, table) for table in TABLES])
    except PipelineStepFailed as error:
        raise CopyFailed(
            f"Copying the marts to landing_{settings.generation}: dlt gave up in step {error.step}: "
            f"{_innermost(error)}. Readers keep what they had. Next: see to it, and publish again."
        ) from error
    shutil.rmtree(folder, ignore_errors=True)
    return time.monotonic() - started


def _resource(warehouse: Warehouse, table: str) -> DltResource:
    columns: Any = {
        name: {
            "name": name,
            "data_type": kind,
            "nullable": True,
            **({"timezone": False} if kind == "timestamp" else {}),
        }
        for name, kind in warehouse.columns(table).items()
    }

    # ADBC cannot read a parquet file without rows (a catalogue without audio features has no track_similarity)
    file_format: Any = "parquet" if warehouse.count(table) else "insert_values"

    def rows() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()
        yield from warehouse.batches(table)

    return dlt.resource(rows, name=table, columns=columns, write_disposition="append", file_format=file_format)


def _innermost(error: BaseException) -> str:
    while (link := error.__cause__ or error.__context__) is not None:
        error = link
    return str(error).strip().partition("\n")[0]
