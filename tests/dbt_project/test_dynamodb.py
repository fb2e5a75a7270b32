"""What people told the bot becomes rows: states of items merged, learned artists ordinary, people counted alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from . import lake as lakes
from .build import RunDbt

pytestmark = pytest.mark.slow

FIRST, CHANGES, SECOND, LATE = "full-1", "changes-1", "full-2", "changes-2"
HOUR = 3_600_000_000
NOON = 1_793_534_400_000_000  # 2026-11-01T12:00:00Z
EXPORTS = [
    {"export_arn": FIRST, "kind": "full", "to_micros": NOON, "to_time": "2026-11-01 12:00:00"},
    {"export_arn": CHANGES, "kind": "incremental", "to_micros": NOON + HOUR, "to_time": "2026-11-01 13:00:00"},
    {"export_arn": SECOND, "kind": "full", "to_micros": NOON + 2 * HOUR, "to_time": "2026-11-01 14:00:00"},
    {"export_arn": LATE, "kind": "incremental", "to_micros": NOON + 3 * HOUR, "to_time": "2026-11-01 15:00:00"},
]
ARTIST, OTHER, TRACK = "A" * 22, "B" * 22, "T" * 22


def item(pk: str, sk: str, export: str, micros: int, **values: Any) -> dict[str, Any]:
    return {
        "pk": pk,
        "sk": sk,
        "export_arn": export,
        "written_at_micros": micros,
        "is_deleted": False,
        "provider": "segue",
        **values,
    }


def asked(sk: str, export: str, micros: int, person: str = "p1", **values: Any) -> dict[str, Any]:
    given = {"kind": "artist", "outcome": "answered", "search_key": "에스파", "asked_at": "2026-11-01 10:00:00"}
    return item(f"PERSON#{person}", sk, export, micros, person=person, **given | values)


def thumb(person: str, value: int, neighbour: str = "-") -> dict[str, Any]:
    given = {"subject": f"ARTIST|{ARTIST}", "neighbour": neighbour, "thumb": value, "given_at": "2026-11-01 10:00:00"}
    return item(f"PERSON#{person}", f"FEEDBACK#{neighbour}", SECOND, NOON + 2 * HOUR, person=person, **given)


LAST = NOON + 2 * HOUR
TABLES: dict[str, list[dict[str, Any]]] = {
    "exports": EXPORTS,
    "requests": [
        asked("kept", FIRST, NOON, artist_id=ARTIST),
        asked("kept", SECOND, LAST, artist_id=ARTIST),
        asked("again", SECOND, LAST, artist_id=ARTIST),
        asked("theirs", SECOND, LAST, "p2", artist_id=ARTIST),
        asked("song", SECOND, LAST, track_id=TRACK, kind="track", search_key="supernova"),
        asked("deleted", FIRST, NOON, artist_id=OTHER),
        asked("changed", SECOND, LAST, kind="unknown", outcome="waiting", search_key="later", text="later"),
        asked("changed", LATE, LAST + 9, artist_id=OTHER, search_key="later"),
        asked("gone", SECOND, LAST, artist_id=OTHER, search_key="gone"),
        asked("gone", LATE, LAST + 9) | {"is_deleted": True, "kind": None, "outcome": None, "asked_at": None},
        asked("too late", CHANGES, NOON + 9, search_key="before the second full export"),
        asked(
            "expired", FIRST, NOON, kind="unknown", outcome="unknown", search_key="", expires_at="2026-11-01 12:30:00"
        ),
        asked("help", SECOND, LAST, kind="help", search_key="help"),
    ],
    "taps": [
        item("PERSON#p1", "TAP#1", SECOND, LAST, person="p1", action=action, subject=f"ARTIST|{ARTIST}")
        | {"sk": f"TAP#{action}", "tapped_at": "2026-11-01 10:00:00"}
        for action in ("MORE", "WHY", "THUMB")
    ],
    "feedback": [thumb("p1", 1), thumb("p2", -1), thumb("p2", 1, OTHER)],
    "aliases": [
        item("ALIAS#에스파", f"ARTIST#{ARTIST}", SECOND, LAST, search_key="에스파", subject=f"ARTIST|{ARTIST}")
        | {"alias": "에스파", "persons": ["p1", "p2"]},
        item("ALIAS#qq", f"ARTIST#{ARTIST}", SECOND, LAST, search_key="qq", subject=f"ARTIST|{ARTIST}")
        | {"alias": "qq", "persons": ["p1"]},
    ],
    "learned_artists": [
        item(f"ARTIST#{ARTIST}", "ARTIST", SECOND, LAST, artist_id=ARTIST, name="aespa", genres=[])
        | {"provider": "spotify", "popularity": 80, "voted_genres": ["K-Pop", "pop"], "genre_votes": [4, 2]},
    ],
    "learned_tracks": [
        item(f"ARTIST#{ARTIST}", f"TRACK#{TRACK}", SECOND, LAST, artist_id=ARTIST, track_id=TRACK, name="Supernova")
        | {"provider": "spotify", "artist_ids": [ARTIST], "artist_names": ["aespa"], "energy": 0.9, "danceability": 0.8}
        | {"features_provider": "reccobeats"},
    ],
}
SPOTIFY = [{"provider": "spotify", "artist_id": OTHER, "name": "Bee", "genres": ["k-pop", "dance pop"]}]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, dbt: RunDbt) -> Iterator[duckdb.DuckDBPyConnection]:
    home: Path = tmp_path_factory.mktemp("told")
    lakes.declare(home / "lake")
    lakes.append(home / "lake", "raw_spotify", "artists", SPOTIFY, load_id="1")
    for table, given in TABLES.items():
        labelled = [{"provider": "segue"} | row for row in given]
        lakes.append(home / "lake", "raw_dynamodb", table, labelled, load_id="1")
    dbt(home, "build", "--exclude", "test_type:unit")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def rows(warehouse: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


def test_demand_counts_people_and_requests_of_each_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = "search_key, outcome, is_resolved, artist_name, track_name, requests, persons"
    assert rows(warehouse, f"select {columns} from marts.bot_demand order by 1, 2") == [
        ("", "unknown", False, None, None, 1, 1),
        ("later", "answered", True, "Bee", None, 1, 1),
        ("supernova", "answered", True, "aespa", "Supernova", 1, 1),
        ("에스파", "answered", True, "aespa", None, 3, 2),
    ]


def test_engagement_counts_buttons_and_thumbs(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = "subject_name, neighbour_name, taps, thumbs_up, thumbs_down, persons"
    assert rows(warehouse, f"select {columns} from marts.bot_engagement order by neighbour") == [
        ("aespa", None, 2, 1, 1, 2),
        ("aespa", "Bee", 0, 1, 0, 1),
    ]


def test_a_learned_artist_is_an_ordinary_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    columns = "name, popularity, genres, track_count, features_provider"
    found = rows(warehouse, f"select {columns} from marts.dim_artists where artist_id = '{ARTIST}'")
    assert found == [("aespa", 80, '["k-pop","pop"]', 1, "reccobeats")]
    assert rows(warehouse, "select artist_name, energy from marts.dim_tracks") == [("aespa", 0.9)]
    neighbours = "select distinct neighbour_artist_id from marts.artist_similarity where artist_id = "
    assert rows(warehouse, f"{neighbours}'{ARTIST}'") == [(OTHER,)]


def test_an_alias_counts_from_the_second_person_on(warehouse: duckdb.DuckDBPyConnection) -> None:
    listened = "select artist_id, alias from marts.artist_aliases where source = 'listeners'"
    assert rows(warehouse, listened) == [(ARTIST, "에스파")]


def test_no_mart_holds_a_person(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = rows(
        warehouse, "select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE'"
    )
    assert ("marts", "bot_demand") in tables
    for schema, table in tables:
        text = rows(warehouse, f"select count(*) from {schema}.{table} as t where t::varchar like '%p1%'")
        assert text == [(0,)], f"{schema}.{table}"
