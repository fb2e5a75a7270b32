"""Neighbours of tracks in SQL against HNSW and brute force (faiss) in one run, and a build after 1 % new tracks.

`python tests/benchmarks/bench_neighbours.py [SIZE ...] [FILE.svg]` (from 31,819 to 1,000,000 unless named).
The models themselves run, through dbt, on the marts they read: the real catalogue, or its tracks again with other
artists and with values moved by up to half a deviation, which makes neighbours easier to find than as many real tracks
would be. The file gets a plot of time and memory against the number of tracks.
"""

import json
import math
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import faiss
import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogLocator
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build
from tests.dbt_project.oracle import FEATURES

DATA = ROOT.parent / "shared" / "data"
FIT = ("int_track_scales", "int_tracks_standardised", "int_track_centroids")
SEARCH = ("int_track_vectors", "int_track_pairs", "int_track_neighbours")
SIZES = (31_819, 66_417, 125_000, 250_000, 500_000, 1_000_000)
MOST_FOR_RIVALS = 100_000
"""Brute force takes four times as long for twice as many."""
Matrix = NDArray[np.float32]


class Measured(NamedTuple):
    """What the neighbours of so many tracks took: seconds by the clock, and the most GiB until then."""

    tracks: int
    seconds: float
    gigabytes: float


def main() -> None:
    """Build the catalogue once for its marts, then measure each size."""
    plots = [Path(word) for word in sys.argv[1:] if word.endswith(".svg")]
    sizes = [int(word.replace(",", "")) for word in sys.argv[1:] if not word.endswith(".svg")] or list(SIZES)
    faiss.omp_set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        marts = build.build_catalogue(Path(folder) / "catalogue", DATA, "+dim_tracks", "+artist_tracks")
        measured: list[Measured] = []
        for size in sizes:
            home = Path(folder) / f"size-{size}"
            home.mkdir()
            _give(home, marts, size)
            measured.append(Measured(size, *_run(f"{size} tracks, SQL", home)))
            if size <= MOST_FOR_RIVALS:
                _rivals(home)
            _after_new_ones(home, marts, size)
        for less, more in pairwise(measured):
            power = math.log(more.seconds / less.seconds) / math.log(more.tracks / less.tracks)
            _print(f"{less.tracks} to {more.tracks}: time grows as N^{power:.2f}")
        for file in plots:
            _draw(measured, file)


def _give(home: Path, marts: Path, size: int, less: int = 0) -> None:
    """Make marts of `size` tracks, `less` per cent of them left out by a hash."""
    moved = "tracks.{0} + (hash(tracks.track_id, copy, '{0}') % 1000 / 1000.0 - 0.5) * deviations.{0}"
    changed = {name: moved.format(name) for name in FEATURES}
    changed |= {name: f"greatest(0.0, {value})" for name, value in changed.items() if name != "loudness"}
    noise = ", ".join(
        f"case when copy > 0 then {value} else tracks.{name} end as {name}" for name, value in changed.items()
    )
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{marts}' as real (read_only); create schema if not exists marts")
        connection.execute(
            f"""create or replace table marts.dim_tracks as
            with tracks as (from real.marts.dim_tracks where features_provider is not null),
            deviations as (select {", ".join(f"stddev_pop({name}) as {name}" for name in FEATURES)} from tracks),
            copies as (
                select tracks.* replace (
                    tracks.track_id || '.' || copy as track_id, tracks.artist_id || '.' || copy as artist_id,
                    recording_key || '.' || copy as recording_key, {noise}
                )
                from (select *, unnest(range({math.ceil(size / 31_819)})) as copy from tracks) as tracks, deviations
            )
            select {", ".join(f"copies.{name}" for name in _columns(connection))} from copies
            order by copy, hash(track_id) limit {size}"""
        )
        connection.execute(f"delete from marts.dim_tracks where hash(track_id) % 100 < {less}")
        connection.execute(
            """create or replace table marts.artist_tracks as
            select credits.* replace (
                tracks.track_id as track_id, credits.artist_id || substr(tracks.track_id, 23) as artist_id
            )
            from marts.dim_tracks as tracks
            inner join real.marts.artist_tracks as credits on substr(tracks.track_id, 1, 22) = credits.track_id"""
        )


def _columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in connection.execute("describe real.marts.dim_tracks").fetchall()]


def _run(label: str, home: Path) -> tuple[float, float]:
    """Run the models one after the other, each on two threads; print and return seconds by the clock and GiB."""
    build.run_dbt(home, "run", "--threads", "1", "--select", *FIT, *SEARCH)
    results = json.loads((home / "target" / "run_results.json").read_text())["results"]
    seconds = {result["unique_id"].split(".")[-1]: float(result["execution_time"]) for result in results}
    counted = sum(seconds[model] for model in ("int_track_centroids", *SEARCH))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    parts = ", ".join(f"{model.removeprefix('int_track')} {taken:.1f}" for model, taken in seconds.items())
    _print(f"{label}: {counted:.1f} s of centroids to neighbours, at most {peak:.1f} GiB ({parts})")
    return counted, peak


def _draw(measured: Sequence[Measured], file: Path) -> None:
    """Plot time and memory against the number of tracks, both axes by logarithm, beside N^1.5 through the first."""
    sizes = [one.tracks for one in measured]
    with mpl.rc_context({"svg.hashsalt": "segue", "svg.fonttype": "none"}):
        canvas = Canvas(figsize=(9, 3.6), layout="constrained")
        times, memory = canvas.subplots(1, 2)
        times.plot(sizes, [one.seconds for one in measured], "o-", color="#2f6f4e", label="measured")
        bar = [measured[0].seconds * (size / sizes[0]) ** 1.5 for size in sizes]
        times.plot(sizes, bar, "--", color="#b8b8b8", label="N^1.5")
        times.legend(frameon=False)
        memory.plot(sizes, [one.gigabytes for one in measured], "o-", color="#2f6f4e")
        for axes, title in ((times, "seconds, centroids to neighbours"), (memory, "GiB, at most")):
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xticks(sizes, [f"{size:,}" for size in sizes], rotation=45, ha="right", fontsize=7)
            axes.set_xticks([], minor=True)
            axes.yaxis.set_major_locator(LogLocator(10, (1.0, 2.0, 5.0)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.set_yticks([], minor=True)
            axes.set_title(title, loc="left", fontsize=10)
            axes.spines[["top", "right"]].set_visible(False)
        canvas.savefig(file, metadata={"Date": None})


def _rivals(home: Path) -> None:
    """Print HNSW's and brute force's time for the 20 nearest of any artist, and everybody's recall, ties counted."""
    columns = ", ".join(f"coalesce({name}, 0.0)" for name in FEATURES)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            f"select {columns}, recording_number from intermediate.int_tracks_standardised order by number"
        ).fetchnumpy()
        found = connection.execute(
            "select number - 1 as number, list(distance) from intermediate.int_track_neighbours"
            " where any_artist_rank <= 20 and number % 20 = 0 group by number order by number"
        ).fetchall()
    *features, recordings = rows.values()
    values = np.ascontiguousarray(np.column_stack(features), dtype=np.float32)
    chosen = np.array([number for number, _ in found])[:1000]
    limits = _limits(values, np.asarray(recordings), chosen)
    hits = sum(sum(distance <= limit for distance in near) for (_, near), limit in zip(found, limits, strict=False))
    _print(f"  SQL: recall@20 {hits / 20 / len(limits):.4f} (of {len(limits)} tracks)")
    exact = _timed("brute force (faiss)", lambda: _flat(values))
    for search in (32, 48, 64, 96, 128):
        distances = _timed(f"HNSW (faiss, M 12, efConstruction 40, efSearch {search})", partial(_hnsw, values, search))
        recall = float((distances <= exact[:, -1:] + 1e-6).mean())
        _print(f"    recall@20 {recall:.4f}")
        if recall >= 0.99:
            break


def _limits(values: Matrix, recordings: NDArray[Any], chosen: NDArray[Any]) -> list[float]:
    """How far the 20th nearest track is that is not the same recording."""
    limits = []
    for number in chosen:
        distances = np.sqrt(((values - values[number]).astype(float) ** 2).sum(axis=1))
        distances[recordings == recordings[number]] = np.inf
        limits.append(float(np.partition(distances, 19)[19]) + 1e-5)
    return limits


def _flat(values: Matrix) -> Matrix:
    index = faiss.IndexFlatL2(values.shape[1])
    index.add(values)
    distances: Matrix = index.search(values, 21)[0]
    return distances


def _hnsw(values: Matrix, search: int) -> Matrix:
    index = faiss.IndexHNSWFlat(values.shape[1], 12)
    index.hnsw.efConstruction = 40
    index.add(values)
    index.hnsw.efSearch = search
    distances: Matrix = index.search(values, 21)[0]
    return distances


def _timed(label: str, work: Callable[[], Matrix]) -> Matrix:
    begun = time.perf_counter()
    result = work()
    _print(f"  {label}: {time.perf_counter() - begun:.1f} s")
    return result


def _after_new_ones(home: Path, marts: Path, size: int) -> None:
    """Print what a build takes to which one track in a hundred is new."""
    _give(home, marts, size, less=1)
    build.run_dbt(home, "run", "--full-refresh", "--select", *FIT, *SEARCH)
    _give(home, marts, size)
    _run("  the same after 1 % new tracks", home)


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
