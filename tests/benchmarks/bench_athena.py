"""The local Athena: its starts, its memory, the whole job on it step by step, and two ways of laying a lake.

    python tests/benchmarks/bench_athena.py [start] [demo] [catalogue] [lake]

Without words, all of them. `start` fetches Trino anew, into a cache of its own.
"""

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import dlt
import psutil
import pyarrow.csv as csv  # type: ignore[import-untyped]

from orchestration.local import stack

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ingest import glue_tables
from tests.segue_command import Segue, segue_in

CATALOGUE = ROOT.parent / "shared" / "data" / "catalog"
BUCKET = "segue-athena"
SLOWEST = 8


def main(wanted: list[str]) -> None:
    """Measure what is wanted, each in a state folder of its own."""
    parts = {"start": _start, "demo": _demo, "catalogue": _catalogue, "lake": _lake}
    for name, measure in parts.items():
        if not wanted or name in wanted:
            with tempfile.TemporaryDirectory() as folder:
                measure(Path(folder))


def _start(folder: Path) -> None:
    with segue_in(folder / "home", SEGUE_CACHE=str(folder / "cache")) as segue:
        for label in ("first start, Trino fetched and unpacked", "start after that"):
            began = time.perf_counter()
            segue.run("up", "athena")
            _say(f"{label}: {time.perf_counter() - began:.1f} s")
            _say(f"memory of its processes, idle: {_megabytes(_of_the_stack(segue))} MB")
            segue.run("down")


def _demo(folder: Path) -> None:
    _run(folder, "demo catalogue")


def _catalogue(folder: Path) -> None:
    _run(folder, "real catalogue", "--source", "catalogue_dump", str(CATALOGUE))


def _run(folder: Path, label: str, *words: str) -> None:
    """Do the whole job; print seconds by step, by model, and how much memory the local Athena took at most."""
    with segue_in(folder) as segue:
        began = time.perf_counter()
        with _watching(segue) as peak:
            segue.run("run", "--target", "athena", *words)
        _say(f"{label}, whole run: {time.perf_counter() - began:.0f} s, local Athena at most {max(peak)} MB")
        steps = segue.last_run()["steps"]
        _say("  by step: " + ", ".join(f"{one['name']} {one['seconds']} s" for one in steps if one["name"] != "ask"))
        results = json.loads((folder / "dbt" / "athena" / "run_results.json").read_text(encoding="utf-8"))["results"]
        seconds = {one["unique_id"].split(".")[2]: one["execution_time"] for one in results}
        slowest = sorted(seconds, key=lambda name: -seconds[name])[:SLOWEST]
        _say("  slowest (four at once): " + ", ".join(f"{name} {seconds[name]:.1f} s" for name in slowest))
        build = next(one for one in steps if one["name"] == "build")
        scanned = sum(build["answer"]["scanned_bytes"].values())
        _say(f"  scanned {scanned / 1e6:.0f} MB in {len(results)} models and tests")


def _lake(folder: Path) -> None:
    """Load the same tables by dlt's athena destination, and by its filesystem destination with tables in Glue."""
    tables = {name: csv.read_csv(CATALOGUE / f"{name}.csv") for name in ("artists", "tracks", "audio_features")}
    with stack.lease(folder / "home", ["athena"]) as variables, mock.patch.dict(os.environ, variables):
        os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
        files = dlt.destinations.filesystem(f"s3://{BUCKET}/bench", credentials=_credentials(variables))
        athena = dlt.destinations.athena(
            query_result_bucket=f"s3://{BUCKET}/results/",
            athena_work_group="primary",
            credentials=_credentials(variables, "AWS_ENDPOINT_URL_ATHENA"),
            connection_params={"poll_interval": 0.1},
        )
        ways: dict[str, dict[str, Any]] = {
            "dlt's athena destination": {"destination": athena, "staging": files},
            "dlt's filesystem destination, tables in Glue": {"destination": files},
        }
        for number, (label, where) in enumerate(ways.items()):
            dataset = f"raw_catalogue_dump_{number}"
            pipeline = dlt.pipeline(dataset, pipelines_dir=str(folder / "dlt"), dataset_name=dataset, **where)
            for load in ("first load", "second load"):
                before, began = _queries(), time.perf_counter()
                resources = [dlt.resource([table], name=name) for name, table in tables.items()]
                pipeline.run(resources, loader_file_format="parquet")
                if "staging" not in where:
                    glue_tables.register(f"s3://{BUCKET}/bench", "raw_catalogue_dump", f"bench{number}")
                seconds = time.perf_counter() - began
                _say(f"{label}, {load}: {seconds:.1f} s, {_queries() - before} queries on Athena")


def _credentials(variables: dict[str, str], endpoint: str = "AWS_ENDPOINT_URL_S3") -> dict[str, str]:
    return {
        "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
        "region_name": variables["AWS_REGION"],
        "endpoint_url": variables[endpoint],
    }


def _queries() -> int:
    pages = boto3.client("athena").get_paginator("list_query_executions").paginate()
    return sum(len(page["QueryExecutionIds"]) for page in pages)


@contextmanager
def _watching(segue: Segue) -> Iterator[list[int]]:
    """Note the memory of the local Athena's processes until the block ends."""
    seen, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            seen.append(_megabytes(_of_the_stack(segue)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _of_the_stack(segue: Segue) -> list[int]:
    return [one.pid for one in stack.status(segue.home) if one.name in stack.ATHENA and one.pid]


def _megabytes(pids: list[int]) -> int:
    total = 0
    for pid in pids:
        try:
            total += psutil.Process(pid).memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total // 2**20


def _say(*words: Any) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
