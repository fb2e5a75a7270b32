"""How fast names are understood among 100,000 artists and 1,000,000 titles, made of real ones by mixing their words.

    python tests/benchmarks/bench_lookup.py [ARTISTS] [TITLES]

Needs ../shared/data. Measured is the whole of `resolve`, every statement and row it needs, on one connection.
"""

import csv
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "chalice_bot")]

from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.resolution import Unknown
from chalicelib.resolve import resolve

from orchestration.local.stack import lease
from tests import serving_models
from tests.benchmarks.names import typing
from tests.chalice_bot import rows

DATA = ROOT.parent / "shared" / "data" / "catalog"
QUERIES = 2_000
SCHEMA = "serving_gbig"


def main(arguments: Sequence[str]) -> int:
    """Fill a Postgres of its own, then ask it exact and misspelt names."""
    artists = int(arguments[0]) if arguments else 100_000
    titles = int(arguments[1]) if len(arguments) > 1 else 1_000_000
    chance = random.Random(20261126)
    names, aliases, songs = (
        _names(chance, artists),
        list(_column("aliases.csv", "alias")),
        _songs(chance, titles, artists),
    )
    with tempfile.TemporaryDirectory() as scratch, lease(Path(scratch), ["postgres"], {}) as variables:
        url = variables["SEGUE_POSTGRES_URL"]
        with psycopg.connect(url) as connection:
            rows.install(connection)
            _fill(connection, names, aliases, songs)
            begun = time.perf_counter()
            serving_models.make_names(connection, SCHEMA)
            connection.execute("insert into serving.current (generation, run_id) values ('gbig', 'bench')")
        _say("table of keys", f"{time.perf_counter() - begun:.0f} s to build, with indexes")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("vacuum analyze")
        picked = [(chance.choice(names), *chance.choice(songs)) for _ in range(QUERIES)]
        exact: dict[str, Callable[[str, str, int], str]] = {
            "artists": lambda name, title, by: name,
            "titles": lambda name, title, by: title,
            "title and artist": lambda name, title, by: f"{title} {names[by]}",
            "asked in words": lambda name, title, by: f"{name} 노래 추천해줘",
        }
        for label, compose in exact.items():
            _measure(url, f"exact, {label}", [compose(*one) for one in picked])
        _measure(url, "misspelt artists", [typing.typo(name, chance) or name for name, _, _ in picked])
        _measure(url, "misspelt titles", [typing.typo(title, chance) or title for _, title, _ in picked])
        _measure(url, "nothing like it", [_nonsense(chance) for _ in picked])
    return 0


def _names(chance: random.Random, count: int) -> list[str]:
    return _mixed(chance, list(_column("artists.csv", "name")), count)


def _songs(chance: random.Random, count: int, artists: int) -> list[tuple[str, int]]:
    titles = _mixed(chance, list(_column("tracks.csv", "name")), count)
    return [
        (
            title,
            min(int(chance.paretovariate(0.3)) - 1, artists - 1)
            if chance.random() < 0.2
            else chance.randrange(artists),
        )
        for title in titles
    ]


def _mixed(chance: random.Random, real: list[str], count: int) -> list[str]:
    """The real ones, then others with the words of two of them."""
    made = list(real[:count])
    while len(made) < count:
        one, other = chance.choice(real).split(), chance.choice(real).split()
        cut = chance.randrange(len(one) + 1)
        words = [*one[:cut], *other[chance.randrange(len(other)) :]][:9]
        made.append(" ".join(words))
    return made


def _fill(
    connection: psycopg.Connection[Any], names: list[str], aliases: list[str], songs: list[tuple[str, int]]
) -> None:
    schema = sql.Identifier(SCHEMA)
    connection.execute(sql.SQL("create schema {s}").format(s=schema))
    connection.execute(sql.SQL(rows.text(rows.GENERATION)).format(s=schema))
    known = random.Random(1)
    _copy(
        connection,
        "dim_artists (artist_id, name, popularity)",
        ((_id("a", at), name, known.randrange(90)) for at, name in enumerate(names)),
    )
    forms = [(at, name, "name", 1.0) for at, name in enumerate(names)]
    forms += [(known.randrange(len(names)), alias, "bench", 0.9) for alias in aliases]
    unique = {(at, name): (_id("a", at), name, source, confidence) for at, name, source, confidence in reversed(forms)}
    _copy(connection, "artist_aliases (artist_id, alias, source, confidence)", unique.values())
    connection.execute(
        sql.SQL(
            "update {s}.artist_aliases set search_key = serving.search_key(alias), exact_key = serving.exact_key(alias)"
        ).format(s=schema)
    )
    tracks = (
        (_id("t", at), title, _id("a", by), json.dumps([names[by]]), known.randrange(90), _id("t", at))
        for at, (title, by) in enumerate(songs)
    )
    _copy(connection, "dim_tracks (track_id, name, artist_id, artist_names, popularity, recording_key)", tracks)
    credits = ((_id("a", by), _id("t", at), 1, 1) for at, (_, by) in enumerate(songs))
    _copy(connection, "artist_tracks (artist_id, track_id, position, rank)", credits)
    connection.execute(sql.SQL("alter table {s}.artist_tracks add primary key (artist_id, track_id)").format(s=schema))


def _copy(connection: psycopg.Connection[Any], table: str, values: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor().copy(f"copy {SCHEMA}.{table} from stdin".encode()) as copy:
        for value in values:
            copy.write_row(value)


def _measure(url: str, label: str, texts: list[str]) -> None:
    seconds, unknown = [], 0
    with Catalogue(single_connections(url)).snapshot() as snapshot:
        for text in texts:
            begun = time.perf_counter()
            found = resolve(snapshot, text)
            seconds.append(time.perf_counter() - begun)
            unknown += isinstance(found, Unknown)
    cuts = statistics.quantiles(seconds, n=100)
    _say(
        label,
        f"{len(texts)} queries, p50 {1000 * cuts[49]:.1f} ms, p95 {1000 * cuts[94]:.1f} ms, "
        f"p99 {1000 * cuts[98]:.1f} ms, "
        f"{100 * unknown / len(texts):.0f} % only suggested or unknown",
    )


def _nonsense(chance: random.Random) -> str:
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(chance.randrange(4, 30)))


def _column(file: str, name: str) -> Iterator[str]:
    with (DATA / file).open(encoding="utf-8-sig", newline="") as read:
        yield from (row[name] for row in csv.DictReader(read) if row[name])


def _id(kind: str, number: int) -> str:
    return f"{kind}{number:021}"


def _say(what: str, figures: str) -> None:
    sys.stdout.write(f"{what:<26}{figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
