"""The registry source -> dataset, and the one way data gets into the lake: lock, pending package first, then the new.

Adding a source: a package with a `command.py` (HELP, add_arguments, run), its tables in `tables.py`, one line here.
"""

import errno
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dlt
from dlt.extract import DltResource, DltSource
from dlt.pipeline.exceptions import PipelineStepFailed

from ingest import glue_tables, tables
from ingest.errors import IngestError, LakeUnwritable, Retryable
from ingest.lake import Lake, probe_folder
from ingest.lock import only_one
from ingest.settings import Settings
from ingest.unfinished import finish_moves

SOURCES: dict[str, str] = {
    "catalogue_dump": "raw_catalogue_dump",
    "spotify": "raw_spotify",
    "reccobeats": "raw_reccobeats",
    "musicbrainz": "raw_musicbrainz",
    "dynamodb": "raw_dynamodb",
}
"""Source, which is also its package, its pipeline and its subcommand -> dataset in the lake."""

UNWRITABLE = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)

LAYOUT = "{table_name}/{load_id}.{file_id}.{ext}"

logger = logging.getLogger(__name__)


@dataclass
class Summary:
    """What one command loaded: rows by table over all `load_ids`; `details` is the source's own account."""

    source: str
    load_ids: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def quarantined(self) -> int:
        """Rows that went to the quarantine table."""
        return self.rows.get("quarantine", 0)

    def as_json(self) -> dict[str, Any]:
        """The answer of `--json`."""
        return {
            "source": self.source,
            "load_ids": self.load_ids,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "seconds": round(self.seconds, 3),
            **self.details,
        }


def load(source: str, data: DltSource, settings: Settings) -> Summary:
    """Load `data` into the dataset of `source`, a package left by a kill first.

    Raises what the source raised, AlreadyRunning, LakeUnwritable, Retryable.
    """
    with _ready(source, settings) as summary:
        _declare(source, settings, summary)
        _run(source, data, settings, summary)
    return summary


def load_each(source: str, data: Iterable[DltSource], settings: Settings) -> Summary:
    """Load several, one after the other, each a load of its own; raises what `load` raises.

    `data` is asked for the first when what was left by a kill is loaded, and for the next when the one before is.
    """
    with _ready(source, settings) as summary:
        _declare(source, settings, summary)
        _run(source, None, settings, summary)
        for one in data:
            _run(source, one, settings, summary)
    return summary


def declare(settings: Settings) -> list[Summary]:
    """Give every dataset that lacks one its empty, fully typed tables and a completed load."""
    summaries = []
    for dataset in tables.datasets():
        source = dataset.removeprefix("raw_")
        with _ready(source, settings) as summary:
            _declare(source, settings, summary)
        summaries.append(summary)
    return summaries


@contextmanager
def _ready(source: str, settings: Settings) -> Iterator[Summary]:
    """Folders that can be written, the lock held, the clock running."""
    started = time.monotonic()
    summary = Summary(source)
    probe_folder(settings.dlt_home, "SEGUE_HOME")
    Lake(settings.lake_url).prepare()
    with only_one(source, settings.home / "dlt"):
        yield summary
    summary.seconds = time.monotonic() - started


def _declare(source: str, settings: Settings, summary: Summary) -> None:
    dataset = SOURCES.get(source, f"raw_{source}")
    missing = Lake(settings.lake_url).undeclared(dataset)
    if missing:
        logger.info("%s: declare %s", source, ", ".join(missing))
        _run(source, _empty(source, dataset, missing), settings, summary)
    if settings.glue_schema is not None:
        glue_tables.register(settings.lake_url, dataset, settings.glue_schema)


def _empty(source: str, dataset: str, names: list[str]) -> DltSource:
    def no_rows() -> Iterator[Any]:
        yield dlt.mark.materialize_table_schema()

    def resources() -> Iterator[DltResource]:
        for name in names:
            # a column that is declared by now and was not when the lake was laid out is no unknown one
            yield dlt.resource(no_rows, **tables.hints(dataset, name) | {"schema_contract": tables.DECLARING})

    return dlt.source(resources, name=source, max_table_nesting=0)()


def _run(source: str, data: DltSource | None, settings: Settings, summary: Summary) -> None:
    """Load a package that a kill left, then `data` where there is any."""
    pipeline = dlt.pipeline(
        pipeline_name=source,
        pipelines_dir=str(settings.dlt_home),
        destination=dlt.destinations.filesystem(bucket_url=settings.lake_url, layout=LAYOUT),
        dataset_name=SOURCES.get(source, f"raw_{source}"),
    )
    try:
        finish_moves(pipeline)
        if pipeline.has_pending_data:
            logger.info("%s: finish the load that was cut short", source)
            pipeline.normalize()
            # None: killed in its very first extract, dlt knows no schema yet and takes that package up below
            if (finished := pipeline.load()) is not None:
                _count(pipeline, finished, summary)
        if data is not None:
            _count(pipeline, pipeline.run(data, loader_file_format="parquet"), summary)
    except PipelineStepFailed as failure:
        raise _explain(source, settings, failure) from failure


def _count(pipeline: dlt.Pipeline, info: Any, summary: Summary) -> None:
    summary.load_ids += info.loads_ids
    trace = pipeline.last_trace
    normalized = trace.last_normalize_info if trace else None
    for table, rows in (normalized.row_counts if normalized else {}).items():
        if not table.startswith("_dlt"):
            summary.rows[table] = summary.rows.get(table, 0) + rows


def _explain(source: str, settings: Settings, failure: PipelineStepFailed) -> IngestError:
    """The error of ours inside dlt's, or one that says at which step dlt gave up and what may be done."""
    link: BaseException | None = failure
    innermost: BaseException = failure
    while link is not None:
        if isinstance(link, IngestError):
            return link
        innermost, link = link, link.__cause__ or link.__context__
    said = f"{innermost} {failure}"
    if isinstance(innermost, OSError) or any(os.strerror(number) in said for number in UNWRITABLE):
        return LakeUnwritable(
            f"cannot write {source} to the lake {settings.lake_url} (step {failure.step}): {innermost}. Nothing of "
            "this load is visible. Next: free space or rights there or in the state folder, and run the same command "
            "again."
        )
    return Retryable(
        f"cannot load {source} into {settings.lake_url}: dlt gave up in step {failure.step}: {innermost}. Nothing of "
        "this load is visible. Next: run the same command again; if it fails the same way, delete "
        f"{settings.dlt_home / source} (it holds only what is not loaded yet) and load afresh."
    )
