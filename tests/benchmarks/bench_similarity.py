"""Time and recall of the similarity marts on the real catalogue: `python tests/benchmarks/bench_similarity.py`."""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build, catalog, oracle  # noqa: E402

TRACKS = ("int_tracks_standardised", "int_track", "track_similarity")


def main() -> None:
    """Build the catalogue once and print seconds per model, recall of the blocking, and quality per method."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        catalog.write_catalog(home / "lake", ROOT.parent / "shared" / "data")
        begun = time.perf_counter()
        build.run_dbt(home, "build")
        _print(f"dbt build with tests {time.perf_counter() - begun:.1f} s")
        _report_times(json.loads((home / "target" / "run_results.json").read_text())["results"])
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
            for variant in ("any_artist", "other_artists"):
                _print(f"track recall@20 {variant} {oracle.track_recall(connection, variant, sample=1000):.4f}")
            for row in connection.execute(
                "select metric, method, round(value, 3) from marts.recommendation_quality order by all"
            ).fetchall():
                _print(" ".join(map(str, row)))


def _report_times(results: list[dict[str, Any]]) -> None:
    seconds = {
        result["unique_id"].split(".")[-1]: result["execution_time"]
        for result in results
        if result["unique_id"].startswith("model.")
    }
    tracks = sum(time for name, time in seconds.items() if name.startswith(TRACKS[:2]) or name == TRACKS[2])
    _print(f"track_similarity with all its steps {tracks:.1f} s")
    for name in sorted(seconds, key=lambda name: -seconds[name])[:10]:
        _print(f"  {name} {seconds[name]:.1f} s")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
