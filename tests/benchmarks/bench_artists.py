"""Artist similarity on larger catalogues: `python tests/benchmarks/bench_artists.py [artists ..]`.

The marts it reads are those of the real catalogue, several times; the models are the project's own, which dbt runs one
after the other with 6 GB for DuckDB. In a copy, followers, popularity, years and audio values are moved a little, and
of ten genres about two give way to a related one. There are no more genres than in the real catalogue, so each grows
as the catalogue does, which is the hardest case. Tracks per artist, and who is credited together, stay as they are.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import duckdb
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build

SIZES = (7_351, 25_000, 50_000, 100_000, 200_000)
FEATURES = "danceability energy loudness speechiness acousticness instrumentalness liveness valence tempo".split()  # noqa: SIM905
STANDARDISED = (
    *FEATURES,
    *(f"{name}_plain" for name in ("speechiness", "acousticness", "instrumentalness", "liveness")),
)
STEPS = tuple(
    f"{first}+,+artist_similarity" for first in ("int_artists_described", "int_genre_words", "int_genres_met")
)


COUNTS = """
with supplied as (
    select artist_id from marts.artist_genres union
    select artist_id from intermediate.int_artists_standardised)
select (select count(*) from intermediate.int_artist_pairs), count(*),
    count(*) filter (rank = 20 and method = 'blend' and artist_id in (from supplied)) / (select count(*) from supplied)
from marts.artist_similarity"""


def _chance(salt: str) -> str:
    """SQL for a number from 0 to 1 for each row's key and copy, the same in every run."""
    return f"(hash(copies.copy, {salt}) % 1000000 / 1000000.0)"


def _moved(columns: Sequence[str], key: str, formula: str) -> str:
    """Columns as they are in the first copy and by `formula` of {0}, the value, and {1}, a chance, in the others."""
    moved = {name: formula.format(name, _chance(f"{key}, '{name}'")) for name in columns}
    return ", ".join(f"case when copy = 0 then {name} else {value} end as {name}" for name, value in moved.items())


def grown(size: int) -> dict[str, str]:
    """Queries on the real warehouse (`real`) that make each table of a catalogue of `size` artists."""
    artist, track = "artist_id || suffix as artist_id", "track_id || suffix as track_id"
    kept = "inner join kept as copies using (artist_id)"
    standardised = "real.intermediate.int_tracks_standardised"
    return {
        "kept": f"""select artist_id, copy, case when copy = 0 then '' else '-' || copy end as suffix
            from real.marts.dim_artists cross join range({size}) as copies (copy)
            where copy <= {size} // (select count(*) from real.marts.dim_artists)
            order by copy, artist_id limit {size}""",
        "related": """select genre, list(related_genre order by related_genre) as others
            from real.intermediate.int_genres_related where similarity >= 0.3 and genre <> related_genre 
            group by genre""",
        "marts.dim_artists": f"""select artists.* replace (
                {artist},
                {_moved(["followers"], "artist_id", "cast({0} * exp(2 * {1} - 1) as bigint)")},
                {_moved(["popularity"], "artist_id", "cast(greatest(0, least(100, {0} + 10 * {1} - 5)) as bigint)")}
            ) from real.marts.dim_artists as artists {kept}""",
        "marts.artist_genres": f"""select {artist}, max(weight) as weight, min(position) as position,
                max(providers) as providers,
                case when copy > 0 and {_chance("artist_id, real_genre, 'is_changed'")} < 0.2
                    then coalesce(others[cast(1 + floor({_chance("artist_id, real_genre")} * len(others)) as bigint)],
                        real_genre) else real_genre end as genre
            from (select *, genre as real_genre from real.marts.artist_genres) as genres {kept}
            left join related on related.genre = real_genre
            group by all""",
        "marts.dim_genres": """select genre, artist_count, round(ln(1.0 + artists / artist_count), 9) as weight
            from (select genre, count(*) as artist_count from marts.artist_genres group by genre)
            cross join (select cast(count(distinct artist_id) as double) as artists from marts.artist_genres)""",
        "marts.artist_tracks": f"""select credits.* replace ({artist}, {track})
            from real.marts.artist_tracks as credits {kept}""",
        "marts.dim_tracks": f"""select tracks.* replace (
                {artist}, {track}, {_moved(FEATURES, "track_id", "{0} * (0.9 + 0.2 * {1})")},
                {_moved(["release_year"], "track_id", "{0} + cast(4 * {1} - 2 as bigint)")}
            ) from real.marts.dim_tracks as tracks {kept}""",
        "intermediate.int_tracks_standardised": f"""select tracks.* replace (
                {artist}, {track}, number + copy * (select max(number) from {standardised}) as number,
                md5(track_id || suffix) as sort_key, {_moved(STANDARDISED, "track_id", "{0} + ({1} - 0.5) * 0.2")}
            ) from {standardised} as tracks {kept}""",
        "seeds.blend_weights": "select * from real.seeds.blend_weights",
    }


def write(real: Path, home: Path, size: int) -> None:
    """A warehouse with what artist similarity is made from, for `size` artists."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(f"attach '{real}' as real (read_only)")
        for schema in ("marts", "intermediate", "seeds"):
            connection.execute(f"create schema {schema}")
        for table, query in grown(size).items():
            kind = "table" if "." in table else "temp table"
            connection.execute(f"create {kind} {table} as {query}")


class Watch:
    """Processor time and resident memory of this process's children, looked at five times a second."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, float, int]] = []
        self.ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not self.ended.wait(0.2):
            with suppress(psutil.NoSuchProcess):
                family = psutil.Process().children(recursive=True)
                times = [one.cpu_times() for one in family]
                used = sum(one.user + one.system for one in times)
                self.seen.append((time.time(), used, sum(one.memory_info().rss for one in family)))

    def between(self, begun: float, ended: float) -> tuple[float, float]:
        """Processor seconds, and the most GiB."""
        seen = [(used, size) for at, used, size in self.seen if begun - 0.2 <= at <= ended + 0.2]
        return (seen[-1][0] - seen[0][0], max(size for _, size in seen) / 2**30) if seen else (0.0, 0.0)


def measure(run: build.RunDbt, home: Path) -> dict[str, tuple[float, float, float]]:
    """Run the models one after the other; wall seconds, processor seconds and GiB of each."""
    watch = Watch()
    run(home, "run", "--threads", "1", "--select", *STEPS)
    watch.ended.set()
    found = {}
    for result in json.loads((home / "target" / "run_results.json").read_text())["results"]:
        times = [
            datetime.fromisoformat(one[key]).timestamp() for one in result["timing"] for key in one if key != "name"
        ]
        found[result["unique_id"].split(".")[-1]] = (result["execution_time"], *watch.between(min(times), max(times)))
    return found


def growth(run: build.RunDbt, real: Path, folder: Path, sizes: Sequence[int]) -> None:
    """Print the slowest models at each size, then what all of them took."""
    lines = [
        f"{'artists':>8} {'seconds':>8} {'processor':>10} {'GiB':>5} {'pairs compared':>15} {'neighbours':>11} with 20"
    ]
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            home = Path(place)
            write(real, home, size)
            found = measure(run, home)
            with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
                pairs, neighbours, full = connection.execute(COUNTS).fetchall()[0]
        slowest = sorted(found.items(), key=lambda item: -item[1][1])[:14]
        _print(
            f"{size} artists:",
            ", ".join(f"{name} {one[0]:.0f} s, {one[1]:.1f} s CPU, {one[2]:.1f} GiB" for name, one in slowest),
        )
        wall, used = sum(one[0] for one in found.values()), sum(one[1] for one in found.values())
        most = max(one[2] for one in found.values())
        lines.append(f"{size:8d} {wall:8.1f} {used:10.1f} {most:5.1f} {pairs:15d} {neighbours:11d} {full:7.4f}")
    _print("\n".join(lines))


def _print(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Build the real catalogue once, then the models at each size; print a line per model, and the growth."""
    sizes = [int(one) for one in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory(prefix="segue-artists-") as folder:
        data, chosen = ROOT.parent / "shared" / "data", ("+int_artist_pairs", "+artist_similarity")
        real = build.build_catalogue(Path(folder) / "real", data, *chosen)
        with build.warm_dbt(Path(folder), SEGUE_DUCKDB_MEMORY="6GB") as run:
            growth(run, real, Path(folder), sizes)


if __name__ == "__main__":
    main()
