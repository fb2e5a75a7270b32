"""Time and recall of the similarity marts on the real catalogue: `python tests/benchmarks/bench_similarity.py`."""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build, catalog, oracle

TRACK_STEPS = ["int_track_scales", "int_tracks_standardised", "int_track_centroids+"]


def main() -> None:
    """Build the catalogue once and print seconds per model, recall of the blocking, and quality per method."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        catalog.write_catalog(home / "lake", ROOT.parent / "shared" / "data")
        _timed("dbt build with tests", home, "build")
        _print("slowest models (several at once):", *_slowest(home, 10))
        _timed(
            "dbt run of the steps of track_similarity",
            home,
            "run",
            "--full-refresh",
            "--threads",
            "1",
            "--select",
            *TRACK_STEPS,
        )
        seconds = _model_seconds(home)
        _print(f"track_similarity with all its steps, one after the other: {sum(seconds.values()):.1f} s wall")
        _print("of these:", *_slowest(home, 10))
        _report_quality(home)


def _timed(label: str, home: Path, *arguments: str) -> None:
    """Run dbt; print what the clock says, and what the processors did, which neighbours on the machine change less."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    build.run_dbt(home, *arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    _print(f"{label}: {time.perf_counter() - begun:.1f} s wall, {used:.1f} s CPU")


def _model_seconds(home: Path) -> dict[str, float]:
    results = json.loads((home / "target" / "run_results.json").read_text())["results"]
    return {
        result["unique_id"].split(".")[-1]: result["execution_time"]
        for result in results
        if result["unique_id"].startswith("model.")
    }


def _slowest(home: Path, count: int) -> list[str]:
    seconds = _model_seconds(home)
    names = sorted(seconds, key=lambda name: -seconds[name])[:count]
    return [f"{name} {seconds[name]:.1f}" for name in names]


def _report_quality(home: Path) -> None:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        for variant in ("any_artist", "other_artists"):
            _print(f"track recall@20 {variant} {oracle.track_recall(connection, variant, sample=1000):.4f}")
        for row in connection.execute(
            "select metric, seed_group, method, round(value, 3) from marts.recommendation_quality "
            "where seed_group in ('all', 'held_out') order by all"
        ).fetchall():
            _print(*map(str, row))


def _print(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")


if __name__ == "__main__":
    main()
