"""Marts and a related-artists table -> figures, by the models that a build measures itself with.

The marts that are measured are copied into a DuckDB file of their own, whichever engine built them, beside a lake of
their own that holds the reference; there dbt builds the quality models. Marts and lake of the user are only read.
"""

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from orchestration.evaluation.errors import EvaluationFailed, NoReference
from orchestration.evaluation.lake import bring
from orchestration.publish.marts import open_marts
from orchestration.publish.settings import Settings
from orchestration.settings import ROOT
from orchestration.steps import DBT

MEASURED = {
    "dim_artists": ("artist_id", "name", "genres", "popularity", "country"),
    "artist_genres": ("artist_id", "genre"),
    "artist_similarity": ("artist_id", "neighbour_artist_id", "method", "rank"),
}
"""The marts that the quality models read, and the columns."""

MODELS = (
    "stg_catalogue_dump__related_artists",
    "stg_segue__published_neighbours",
    "int_quality_*",
    "recommendation_quality",
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Figure:
    """One row of `recommendation_quality`: the mean of a metric over `seed_count` artists of a group."""

    method: str
    seed_group: str
    metric: str
    value: float
    seed_count: int


@dataclass(frozen=True)
class Found:
    """The figures, and what they were measured on: a folder, or the lake's address."""

    reference: str
    figures: Sequence[Figure]

    def as_json(self) -> dict[str, Any]:
        """The answer of `--json`."""
        return {"reference": self.reference, "figures": [asdict(figure) for figure in self.figures]}


def measure(settings: Settings, folder: Path | None) -> Found:
    """Measure the marts on a folder's related artists, or else on those of the lake.

    Raises NoReference, EvaluationFailed, and WarehouseUnreadable where the marts cannot be read.
    """
    file = None if folder is None else _reference(folder)
    with _workplace(settings.home / "evaluation") as work:
        _copy_marts(settings, work)
        bring(settings.lake_url, "raw_segue", work / "lake")
        if file is None:
            bring(settings.lake_url, "raw_catalogue_dump", work / "lake")
        else:
            _load(settings, file, work)
        _build(settings, work)
        figures = _read(work)
    return Found(str(folder or settings.lake_url), figures)


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Give an empty folder of this evaluation alone, under one name: where paths change, dbt reads the project anew."""
    work = folder / "work"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        shutil.rmtree(work, ignore_errors=True)  # one that was killed left it
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _copy_marts(settings: Settings, work: Path) -> None:
    with open_marts(settings) as marts, duckdb.connect(str(work / "warehouse.duckdb")) as copy:
        copy.execute("create schema marts")
        for table, columns in MEASURED.items():
            marts.export(table, columns, work / f"{table}.parquet")
            copy.execute(f"create table marts.{table} as from read_parquet('{work}/{table}.parquet')")


def _reference(folder: Path) -> Path:
    files = sorted(folder.glob("related_artists.*")) if folder.is_dir() else [folder] if folder.exists() else []
    if len(files) == 1:
        return files[0].resolve()
    held = ", ".join(file.name for file in files) or ("nothing of that name" if folder.is_dir() else "no folder")
    raise NoReference(
        f"Evaluating on {folder}: there is {held}. Expected one file related_artists.csv, .jsonl or .parquet with the "
        "columns artist_id, related_artist_id and rank. Next: name the folder that holds it."
    )


def _load(settings: Settings, file: Path, work: Path) -> None:
    """Load the table as a dump is loaded, into the lake of this evaluation alone."""
    (work / "dump").mkdir()
    words = ["catalogue_dump", str(work / "dump"), "--related", str(file), "--json"]
    variables = {"SEGUE_HOME": str(work / "home"), "SEGUE_TARGET": "duckdb", "SEGUE_LAKE_URL": str(work / "lake")}
    said = _run((sys.executable, "-P", "-m", "ingest", *words), {**settings.environ, **variables}, NoReference)
    answer = json.loads(said.splitlines()[-1])
    bad = f", {answer['quarantined']} left out as bad rows" if answer["quarantined"] else ""
    logger.info("%s: %s relations%s", file, f"{answer['rows'].get('related_artists', 0):,}", bad)


def _build(settings: Settings, work: Path) -> None:
    variables = {
        "DBT_TARGET": "duckdb",
        "DBT_TARGET_PATH": str(settings.home / "dbt" / "evaluation"),
        "DBT_LOG_PATH": str(work / "logs"),
        "SEGUE_WAREHOUSE": str(work / "warehouse.duckdb"),
        "SEGUE_LAKE_URL": str(work / "lake"),
        "SEGUE_RUN_ID": settings.run_id,
    }
    command = (DBT, "--quiet", "--no-use-colors", "run", "--select", *MODELS)
    _run(command, {**settings.environ, **variables}, EvaluationFailed, ROOT / "dbt_project")


def _run(
    command: Sequence[str],
    environment: Mapping[str, str],
    failure: type[EvaluationFailed] | type[NoReference],
    folder: Path | None = None,
) -> str:
    """Run one command of another folder to its end; return its standard output. Raises `failure` with what it said."""
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode:
        raise failure(f"{' '.join(command[:6])} ... ended with code {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _read(work: Path) -> list[Figure]:
    statement = (
        "select method, seed_group, metric, value, seed_count from marts.recommendation_quality "
        "order by seed_group, method, metric"
    )
    with duckdb.connect(str(work / "warehouse.duckdb"), read_only=True) as copy:
        return [Figure(*row) for row in copy.execute(statement).fetchall()]
