"""A hand-written catalogue of a dozen artists, small enough to know every answer by heart."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tests import serving_models

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "orchestration" / "publish" / "schema.sql"  # the very functions that publish installs
GENERATION = HERE / "generation.sql"  # the tables of a generation, as far as the bot reads them
Rows = list[dict[str, Any]]


def identifier(name: str) -> str:
    """A Spotify-like id of 22 characters that a reader recognises."""
    return f"{name:0<22}"


def artist(
    name: str, label: str, genres: list[str], *, features: str | None = "reccobeats", **columns: Any
) -> dict[str, Any]:
    return {
        "artist_id": identifier(label),
        "name": name,
        "genres": json.dumps(genres),
        "spotify_url": f"https://open.spotify.com/artist/{identifier(label)}",
        "features_provider": features,
        **columns,
    }


ARTISTS: Rows = [
    artist(
        "aespa", "aespa", ["k-pop", "k-pop girl group"], popularity=80, first_year=2020, last_year=2025, country="KR"
    ),
    artist("SHINee", "shinee", ["k-pop"], popularity=66),
    artist("IVE", "ive", ["k-pop", "k-pop girl group"], popularity=79, image_url="https://i.example/ive.jpg"),
    artist("Red Velvet", "redvelvet", ["k-pop"], popularity=70),
    artist("Dua Lipa", "dualipa", ["dance pop"], popularity=88),
    artist("Nirvana", "nirvanaUS", ["grunge", "rock"], popularity=81, first_year=1989, last_year=1994, country="US"),
    artist("Nirvana", "nirvanaUK", ["psychedelic rock"], popularity=31, first_year=1967, last_year=1972, country="GB"),
    artist("!!!", "chkchkchk", ["dance-punk"], popularity=40),
    artist("Beyoncé", "beyonce", ["r&b"], popularity=90),
    artist("Loner", "loner", [], features=None, popularity=3),
    artist("Hermit", "hermit", ["drone"], features=None, popularity=2),
    artist("The Karina Band", "karinaband", ["polka"], popularity=5),
    artist("Demo Singer", "demosinger", ["k-pop"], features="demo", popularity=9),
]
ALIASES: list[tuple[str, str, str, float]] = [
    ("aespa", "에스파", "group_korean", 0.9),
    ("aespa", "Karina", "idol", 0.5),
    ("aespa", "エスパ", "group_japanese", 0.9),
    ("aespa", "Эспа", "nickname", 0.9),
    ("shinee", "샤이니", "group_korean", 0.9),
    ("redvelvet", "红丝绒", "nickname", 0.9),
    ("karinaband", "Karina", "short", 0.5),
    ("dualipa", "IVE", "nickname", 0.9),
]


def track(name: str, label: str, by: str, **columns: Any) -> dict[str, Any]:
    names = {row["artist_id"]: row["name"] for row in ARTISTS}
    return {
        "track_id": identifier(label),
        "name": name,
        "artist_id": identifier(by),
        "artist_name": names[identifier(by)],
        "artist_ids": json.dumps([identifier(by)]),
        "artist_names": json.dumps([names[identifier(by)]]),
        "spotify_url": f"https://open.spotify.com/track/{identifier(label)}",
        "recording_key": label,
        "features_provider": "reccobeats",
        **columns,
    }


SAVAGE = {"album_id": identifier("savage"), "album_name": "Savage"}
TRACKS: Rows = [
    track("Next Level", "nextlevel", "aespa", popularity=77, release_year=2021, **SAVAGE),
    track("Next Level", "nextlevelAgain", "aespa", popularity=50, recording_key="nextlevel", **SAVAGE),
    track("I AM", "iam", "ive", popularity=75, release_year=2023),
    track("LOVE DIVE", "lovedive", "ive", popularity=78, release_year=2022),
    track("View", "view", "shinee", popularity=60),
    track("View", "viewDua", "dualipa", popularity=20),
    track("Alone Again", "aloneagain", "loner", features_provider=None),
    track("Hermit", "hermitSong", "dualipa", popularity=50),
    track("Cool (feat. Beyoncé) - Live", "cool", "dualipa", popularity=30),
    track("Quiet", "quiet", "loner", popularity=1),
]
ARTIST_TRACKS = [
    ("aespa", "nextlevel", 1),
    ("ive", "iam", 2),
    ("ive", "lovedive", 1),
    ("shinee", "view", 1),
    ("loner", "aloneagain", 1),
    ("dualipa", "hermitSong", 2),
    ("dualipa", "cool", 3),
    ("beyonce", "cool", 1),
    ("dualipa", "viewDua", 1),
]
WHY_IVE = {
    "shared_genres": ["k-pop girl group", "k-pop"],
    "closest_features": [
        {"feature": "energy", "mine": 0.71, "theirs": 0.69},
        {"feature": "tempo", "mine": 120, "theirs": 121},
    ],
    "shared_tracks": 1,
    "features_provider": "reccobeats",
}
ARTIST_SIMILARITY: list[tuple[str, str, str, int, float, dict[str, Any]]] = [
    ("aespa", "redvelvet", "blend", 2, 0.71, {"shared_genres": ["k-pop"], "years": [2014, 2020]}),
    ("aespa", "ive", "blend", 1, 0.83, WHY_IVE),
    ("aespa", "shinee", "genre", 1, 0.99, {"shared_genres": ["k-pop"]}),
    ("shinee", "aespa", "blend", 1, 0.6, {"related_genres": [["k-pop", "k-pop girl group"]]}),
    ("demosinger", "aespa", "blend", 1, 0.5, {"shared_genres": ["k-pop"], "features_provider": "demo"}),
]
TRACK_SIMILARITY: list[tuple[str, str, str, int, float, dict[str, Any]]] = [
    ("nextlevel", "nextlevelAgain", "any_artist", 1, 0.1, {}),
    (
        "nextlevel",
        "lovedive",
        "other_artists",
        1,
        0.2,
        {
            "traits": [{"trait": "fast", "feature": "tempo", "mine": 150.2, "theirs": 148.0}],
            "close_features": [{"feature": "energy", "mine": 0.8, "theirs": 0.81}],
            "features_provider": "reccobeats",
        },
    ),
]


_WHAT_NEWCOMERS_MEET: LiteralString = """
insert into {s}.artist_genres
select artist_id, genre, 1.0 from {s}.dim_artists cross join jsonb_array_elements_text(genres::jsonb) as one (genre);

insert into {s}.dim_genres select genre, count(*), 1 / sqrt(count(*)) from {s}.artist_genres group by genre;

insert into {s}.audio_scales values
('reccobeats', 0.5, 0.1, 0.5, 0.1, -8, 2, 0.1, 0.1, 0.3, 0.2, 0.1, 0.2, 0.2, 0.1, 0.5, 0.2, 120, 20);

insert into {s}.artist_sounds
select artist_id, 2020, array[0, case when name in ('IVE', 'Dua Lipa') then 2 else -2 end, 0, 0, 0, 0, 0, 0, 0]
from {s}.dim_artists where features_provider = 'reccobeats';

insert into {s}.blend_weights values
('intercept', -1), ('shared_weight', 0.5), ('relatedness', 1), ('collaboration', 0.25), ('audience', 0.5),
('popularity', 0.5), ('era', 0.75), ('sound', 0.25);
"""
"""Genres from dim_artists, and who is loud and who is calm: what an artist in no build yet is compared with."""


def install(connection: psycopg.Connection[Any]) -> None:
    """Make schema `serving` with an empty pointer."""
    connection.execute(text(SCHEMA))


def publish(connection: psycopg.Connection[Any], generation: str, suffix: str = "") -> None:
    """Write the catalogue as one generation and point to it; `suffix` marks every name, to tell generations apart."""
    schema = sql.Identifier(f"serving_{generation}")
    connection.execute(sql.SQL("create schema {s}").format(s=schema))
    connection.execute(sql.SQL(text(GENERATION)).format(s=schema))
    _insert(connection, schema, "dim_artists", [{**row, "name": row["name"] + suffix} for row in ARTISTS])
    _insert(connection, schema, "dim_tracks", [{**row, "name": row["name"] + suffix} for row in TRACKS])
    own = [(row["artist_id"], row["name"], "name", 1.0) for row in ARTISTS]
    aliases = own + [(identifier(label), alias, source, confidence) for label, alias, source, confidence in ALIASES]
    _insert(connection, schema, "artist_aliases", _named("artist_id alias source confidence", aliases))
    connection.execute(
        sql.SQL(
            "update {s}.artist_aliases set search_key = serving.search_key(alias), exact_key = serving.exact_key(alias)"
        ).format(s=schema)
    )
    credits = [(identifier(by), identifier(label), rank) for by, label, rank in ARTIST_TRACKS]
    _insert(connection, schema, "artist_tracks", _named("artist_id track_id rank", credits))
    serving_models.make_names(connection, f"serving_{generation}")
    artists = _named("artist_id neighbour_artist_id method rank score reasons", _pairs(ARTIST_SIMILARITY))
    _insert(connection, schema, "artist_similarity", artists)
    tracks = _named("track_id neighbour_track_id variant rank distance reasons", _pairs(TRACK_SIMILARITY))
    _insert(connection, schema, "track_similarity", tracks)
    connection.execute(sql.SQL(_WHAT_NEWCOMERS_MEET).format(s=schema))
    connection.execute("delete from serving.current")
    connection.execute("insert into serving.current (generation, run_id) values (%s, 'test')", [generation])


def _pairs(rows: list[tuple[str, str, str, int, float, dict[str, Any]]]) -> list[tuple[Any, ...]]:
    return [(identifier(one), identifier(other), *rest, json.dumps(why)) for one, other, *rest, why in rows]


def _named(columns: str, rows: Iterable[tuple[Any, ...]]) -> Rows:
    return [dict(zip(columns.split(), row, strict=True)) for row in rows]


def _insert(connection: psycopg.Connection[Any], schema: sql.Identifier, table: LiteralString, rows: Rows) -> None:
    for row in rows:
        query = sql.SQL("insert into {s}.{t} ({columns}) values ({values})").format(
            s=schema,
            t=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, row)),
            values=sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        )
        connection.execute(query, list(row.values()))


def text(path: Path) -> LiteralString:
    """A file of SQL that is trusted as code is."""
    return path.read_text("utf-8")
