"""Spark on this machine: tables of the warehouse -> parquet files -> a page in the browser, or rows in the lake."""

import importlib.util
import shutil
import sys
import webbrowser
from collections.abc import Callable, Sequence

from orchestration.errors import EXIT_DONE, OrchestrationError
from orchestration.local.java import cache_folder, libraries
from orchestration.settings import Settings
from orchestration.steps import Step, export_step, spark_step
from orchestration.targets import ATHENA, target_of

RunStep = Callable[[Settings, Step], int]
_S3_LIBRARIES = "hadoop-aws"
_TABLES = {"tracks": "dim_tracks", "artists": "dim_artists", "genres": "artist_genres"}


class SparkMissing(OrchestrationError):
    """Spark is not installed: `make run` leaves it out, since nothing but its jobs needs its 400 MB. Exit code 1."""


def report(settings: Settings, run_step: RunStep, open_page: bool, as_json: bool) -> int:
    """Draw the report of the warehouse that the settings lead to; `run_step` runs one step in the foreground.

    Raises SparkMissing.
    """
    need_spark()
    tables, output = settings.home / "spark" / "marts", settings.home / "report"
    shutil.rmtree(tables, ignore_errors=True)
    names = [f"marts.{table}" for table in _TABLES.values()]
    try:
        places = [
            word for option, table in _TABLES.items() for word in (f"--{option}", str(tables / f"{table}.parquet"))
        ]
        for step in (
            export_step(tables, names, target_of(settings)),
            spark_step("report", [*places, "--output", str(output), *(["--json"] if as_json else [])]),
        ):
            if code := run_step(settings, step):
                return code
    finally:
        shutil.rmtree(tables, ignore_errors=True)
    page = output / "report.html"
    if open_page and not as_json and not webbrowser.open(page.as_uri()):
        sys.stderr.write(f"No browser could be started. Next: open {page}\n")
    return EXIT_DONE


def neighbours(settings: Settings, run_step: RunStep, arguments: Sequence[str]) -> int:
    """Find the neighbours of the warehouse's tracks into the lake, where dbt's source `raw_spark` reads them.

    Raises SparkMissing.
    """
    need_spark()
    tables = settings.home / "spark" / "tables"
    lake = settings.variables.get("SEGUE_LAKE_URL") or str(settings.home / "lake")
    names = ["intermediate.int_tracks_standardised", "marts.artist_tracks"]
    places = ["--vectors", str(tables / "int_tracks_standardised.parquet")]
    places += ["--credits", str(tables / "artist_tracks.parquet"), "--lake", lake]
    if lake.startswith("s3://"):
        places += ["--libraries", str(libraries(_S3_LIBRARIES, cache_folder(settings.variables)))]
    needs = frozenset({"aws"}) if target_of(settings) == ATHENA else frozenset[str]()
    try:
        exporting = export_step(tables, names, target_of(settings))
        return run_step(settings, exporting) or run_step(
            settings, spark_step("neighbours", [*places, *arguments], needs)
        )
    finally:
        shutil.rmtree(tables, ignore_errors=True)


def need_spark() -> None:
    """Raise SparkMissing where `python -m spark` could not run."""
    if importlib.util.find_spec("pyspark") is None:
        raise SparkMissing(
            "Spark is not installed: `make run` leaves out what only its jobs need (400 MB). "
            "Next: make report, which installs it and draws the report."
        )
