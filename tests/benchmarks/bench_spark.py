"""Spark's neighbours on the real catalogue and on larger ones: `python tests/benchmarks/bench_spark.py [tracks ..]`.

Larger ones are the real tracks several times, each value moved a little (by .05 deviations). Memory is that of the
whole job at its peak.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import duckdb
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from spark.jobs.neighbours import CREDITS, VECTORS
from spark.transforms.distances import FEATURES
from tests.dbt_project import build

SIZES = (31_819, 250_000, 1_000_000)
_MOVED = ", ".join(f"round({name} + (random() - 0.5) * 0.1, 9) as {name}" for name in FEATURES)


def main() -> None:
    """Build the vectors once, then run the job at each size."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        build.build_catalogue(home, ROOT.parent / "shared" / "data", "+int_tracks_standardised", "+artist_tracks")
        for size in [int(one) for one in sys.argv[1:]] or SIZES:
            _write(home, size)
            _measure(home)


def _write(home: Path, size: int) -> None:
    """Vectors and credits of `size` tracks; the first copy of the catalogue is as it is."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute("select setseed(0.5)")
        real = "intermediate.int_tracks_standardised"
        columns = ", ".join(name for name in VECTORS if name not in ("number", "track_id", "sort_key", *FEATURES))
        connection.execute(
            f"""create temp table grown as
            select number, track_id, sort_key, {columns}, {", ".join(FEATURES)} from {real}
            union all
            select number + copy * (select count(*) from {real}), track_id || '-' || copy, md5(track_id || copy),
                recording_number + copy * (select count(*) from {real}), artist_number, {_MOVED}
            from {real} cross join range(1, {size} // (select count(*) from {real}) + 1) as copies (copy)"""
        )
        connection.execute(
            f"copy (select {', '.join(VECTORS)} from grown order by number limit {size}) "
            f"to '{home / 'vectors.parquet'}'"
        )
        connection.execute(
            f"copy (select {', '.join(CREDITS)} from marts.artist_tracks) to '{home / 'credits.parquet'}'"
        )


def _measure(home: Path) -> None:
    words = ["--vectors", str(home / "vectors.parquet"), "--credits", str(home / "credits.parquet")]
    command = [sys.executable, "-m", "spark", "neighbours", *words, "--lake", str(home / "found"), "--json"]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as job:
        peak = _Peak(psutil.Process(job.pid))
        answer, _ = job.communicate()
    if job.returncode:
        raise SystemExit(f"The job ended with {job.returncode}: {' '.join(command)}")
    found = json.loads(answer.splitlines()[-1])
    sys.stdout.write(
        f"{found['tracks']} tracks: {found['rows']} rows in {found['seconds']:.0f} s, with Spark's start "
        f"{time.perf_counter() - begun:.0f} s; {peak.cpu_seconds:.0f} s CPU, {peak.bytes / 2**30:.1f} GiB\n"
    )
    sys.stdout.flush()


class _Peak:
    """What a process and its children took at most, looked at twice a second while they live.

    A page that two of them have is counted once: a child that is just being started has all of the JVM's.
    """

    def __init__(self, process: psutil.Process) -> None:
        self.bytes, self.cpu_seconds = 0, 0.0
        threading.Thread(target=self._watch, args=(process,), daemon=True).start()

    def _watch(self, process: psutil.Process) -> None:
        while process.is_running():
            with suppress(psutil.NoSuchProcess):  # a child may end while it is looked at
                family = [process, *process.children(recursive=True)]
                self.bytes = max(self.bytes, sum(one.memory_full_info().pss for one in family))
                used = [one.cpu_times() for one in family]
                self.cpu_seconds = max(self.cpu_seconds, sum(one.user + one.system for one in used))
            time.sleep(0.5)


if __name__ == "__main__":
    main()
