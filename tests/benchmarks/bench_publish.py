"""A publish into a Postgres of its own: rows a second, memory, and 20 readers while generations switch.

    python tests/benchmarks/bench_publish.py [WAREHOUSE] [READS]

WAREHOUSE defaults to SEGUE_WAREHOUSE, then to .segue/warehouse.duckdb; where there is none, marts of 20,000 artists are
made up. READS defaults to 100,000.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from orchestration.local.stack import lease
from orchestration.publish import building, publishing

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.orchestration.publish.readers import LONGEST_WAIT_MILLISECONDS, READERS, read_while
from tests.orchestration.publish.small_marts import started_by_sql, write_marts

MADE_UP_ARTISTS = 20_000
COPY = """
import resource
from orchestration.publish import landing, settings, warehouse
given = settings.read_settings()
with warehouse.open_warehouse(given.warehouse) as marts:
    landing.copy(marts, given)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def main(arguments: Sequence[str]) -> int:
    """Measure all three; 1 where a read went wrong."""
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    logging.disable(logging.WARNING)
    reads = int(arguments[1]) if len(arguments) > 1 else 100_000
    given = Path(arguments[0] if arguments else os.environ.get("SEGUE_WAREHOUSE", f"{ROOT}/.segue/warehouse.duckdb"))
    with tempfile.TemporaryDirectory() as scratch, lease(Path(scratch), ["postgres"], {}) as environment:
        folder, url = Path(scratch), environment["SEGUE_POSTGRES_URL"]
        if not given.is_file():
            given = write_marts(folder, url, "made_up", MADE_UP_ARTISTS).warehouse
            _say("marts", f"made up, {MADE_UP_ARTISTS} artists (there is no warehouse to publish)")
        variables = {**os.environ, **environment, "SEGUE_HOME": scratch, "SEGUE_LAKE_URL": f"{scratch}/lake"}
        _publish(variables | {"SEGUE_WAREHOUSE": str(given.resolve())})
        _memory(folder, url)
        return _readers(folder, url, reads)


def _publish(variables: dict[str, str]) -> None:
    command = [sys.executable, "-m", "orchestration.publish", "publish", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    answer = json.loads(done.stdout)
    rows = sum(answer["rows"].values())
    _say("copy", f"{answer['copy_rows_per_second']} rows/s ({rows} rows, {answer['copy_seconds']} s)")
    _say("whole publish", f"{answer['seconds']} s, {round(rows / answer['seconds'])} rows/s")


def _memory(folder: Path, url: str) -> None:
    peaks = []
    for artists in (50_000, 500_000):
        settings = write_marts(folder, url, f"memory{artists}", artists)
        variables = {**settings.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", COPY], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True
        )
        peaks.append(int(done.stdout))
    _say("memory of a copy", f"{peaks[0]} MB, with ten times the rows {peaks[1]} MB ({peaks[1] / peaks[0]:.2f} times)")


def _readers(folder: Path, url: str, reads: int) -> int:
    """Small generations, built without dbt's seconds, so that many switches meet the readers."""
    settings, number = write_marts(folder, url, "r0"), 0

    def switch() -> None:
        nonlocal number
        number += 1
        publishing.publish(write_marts(folder, url, f"r{number}"))
        (folder / f"r{number}.duckdb").unlink()
        for _ in range(5):
            publishing.rollback(settings)
            publishing.rollback(settings, publishing.list_generations(settings)[0].name)

    with mock.patch.object(building, "started", started_by_sql):
        publishing.publish(settings, allow_shrink=True)
        reading = read_while(url, reads, switch)
    _say("readers", f"{READERS}, {reading.reads} reads, {reading.switches} switches")
    _say("reads at a switch", f"{reading.across_a_switch}")
    _say("wrong reads", f"{len(reading.faults)} (mixed, nothing, or > {LONGEST_WAIT_MILLISECONDS} ms for a lock)")
    _say("longest lock wait", f"{reading.longest_wait:.1f} ms")
    for fault in reading.faults[:5]:
        sys.stderr.write(f"{fault}\n")
    return 1 if reading.faults else 0


def _say(what: str, figures: str) -> None:
    sys.stdout.write(f"{what:<18}{figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
