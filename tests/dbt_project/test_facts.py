"""One small lake of every provider, built once: what each mart makes of it, worked out by hand."""

import csv
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from . import lake as lakes
from .build import RunDbt

pytestmark = pytest.mark.slow
Warehouse = duckdb.DuckDBPyConnection
WEIGHTS = lakes.PROJECT / "seeds" / "blend_weights.csv"
Tables = dict[str, list[dict[str, Any]]]

SPOTIFY: Tables = {
    "artists": [
        {"artist_id": "a", "name": "Ann", "genres": ["Pop ", "rock"], "popularity": 50, "followers": 100_000},
        {"artist_id": "b", "name": "Bob", "genres": ["pop"], "popularity": 40, "followers": 1000},
        {"artist_id": "c", "name": "Cat"},
        {"artist_id": "t1", "name": "Twin"},
        {"artist_id": "t2", "name": "twin"},
    ],
    "tracks": [
        {"track_id": "x1", "name": "One", "artist_ids": ["a"], "release_date": "2001", "popularity": 5}
        | {"found_by": "top_tracks", "found_for_artist_id": "a", "found_rank": 2, "isrc": "kr-a-1"},
        {"track_id": "x2", "name": "Two", "artist_ids": ["a", "b"], "release_date": "2011-05", "popularity": 60},
        {"track_id": "x3", "name": "Three", "artist_ids": ["b"], "release_date": "1999-01-01", "popularity": 70},
        {"track_id": "x4", "name": "Four", "artist_ids": ["a"], "popularity": 1}
        | {"found_by": "top_tracks", "found_for_artist_id": "a", "found_rank": 1},
        {"track_id": "x5", "name": "Five", "artist_ids": ["a"]},
    ],
}
DUMP: Tables = {
    "artists": [{"artist_id": "a", "name": "Ann of the dump", "genres": ["jazz"], "image_url": "dump.jpg"}],
    "track_artists": [{"track_id": "x3", "artist_id": "c", "position": 1}],
    "audio_features": [
        {"track_id": "x1", "energy": 0.1},
        {"track_id": "x2", "energy": 0.5},
        {"track_id": "x5", "tempo": 100},
    ],
    "aliases": [
        {"alias": "Bobby", "name": "BOB"},
        {"alias": "Twinny", "name": "Twin"},
        {"alias": "Nobody", "name": "Cat", "is_ambiguous": True},
        {"alias": "Cee", "artist_id": "c", "name": "Cat", "is_ambiguous": True},
        {"alias": "Catty", "artist_id": "c", "name": "Cat", "id_source": "one name match"},
        {"alias": "Kat", "artist_id": "c", "name": "Cat", "script": "given"},
    ],
}
MUSICBRAINZ: Tables = {
    "artists": [{"artist_id": "a", "mbid": "m", "country": "KR"}],
    "genres": [
        {"artist_id": "b", "mbid": "n", "genre": genre, "votes": votes}
        for genre, votes in {"soul": 2, "Rock": 4, "noise": 0}.items()
    ],
    "aliases": [
        {"artist_id": "a", "mbid": "m", "alias": "앤", "is_primary": True},
        {"artist_id": "a", "mbid": "m", "alias": "Annie", "alias_type": "Search hint", "is_primary": False},
        {"artist_id": "a", "mbid": "m", "alias": "Анна", "is_primary": False},
        {"artist_id": "a", "mbid": "m", "alias": "Ann", "is_primary": False},
    ],
}
RECCOBEATS: Tables = {"audio_features": [{"track_id": "x1", "energy": 0.9}]}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, dbt: RunDbt) -> Iterator[Warehouse]:
    home = tmp_path_factory.mktemp("facts")
    lakes.declare(home / "lake")
    given: dict[str, Tables] = {
        "spotify": SPOTIFY,
        "catalogue_dump": DUMP,
        "musicbrainz": MUSICBRAINZ,
        "reccobeats": RECCOBEATS,
    }
    for provider, tables in given.items():
        for table, rows in tables.items():
            labelled = [{"provider": provider} | row for row in rows]
            lakes.append(home / "lake", f"raw_{provider}", table, labelled, load_id="1")
    dbt(home, "build", "--exclude", "test_type:unit")
    with duckdb.connect(str(Path(home) / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(query).fetchall()


def test_facts_of_an_artist_come_each_from_the_best_provider_that_has_it(warehouse: Warehouse) -> None:
    columns = {
        "name": "Ann",
        "image_url": "dump.jpg",
        "spotify_url": "https://open.spotify.com/artist/a",
        "popularity": 50,
        "country": "KR",
        "first_year": 2001,
        "last_year": 2011,
        "track_count": 4,
        "featured_track_count": 2,
        "genres": '["pop","rock","jazz"]',
        "provider": "spotify",
        "genres_provider": "spotify",
        "features_provider": "reccobeats",
        "popularity_provider": "spotify",
    }
    found = rows(warehouse, f"select {', '.join(columns)} from marts.dim_artists where artist_id = 'a'")
    assert [dict(zip(columns, row, strict=True)) for row in found] == [columns]


def test_votes_count_by_their_share_and_lists_in_full(warehouse: Warehouse) -> None:
    assert rows(warehouse, "select artist_id, genre, weight, position from marts.artist_genres order by 1, 4") == [
        ("a", "pop", 1.0, 1),
        ("a", "rock", 1.0, 2),
        ("a", "jazz", 1.0, 3),
        ("b", "pop", 1.0, 1),
        ("b", "rock", 1.0, 2),
        ("b", "soul", 0.5, 3),
    ]


def test_rare_genres_weigh_more(warehouse: Warehouse) -> None:
    assert rows(warehouse, "select genre, artist_count, weight from marts.dim_genres order by 1") == [
        ("jazz", 1, round(math.log(3), 9)),
        ("pop", 2, round(math.log(2), 9)),
        ("rock", 2, round(math.log(2), 9)),
        ("soul", 1, round(math.log(3), 9)),
    ]


def test_top_list_comes_before_popularity_and_credits_keep_their_order(warehouse: Warehouse) -> None:
    ranked = rows(warehouse, "select artist_id, track_id, position from marts.artist_tracks order by artist_id, rank")
    assert ranked == [
        ("a", "x4", 1),
        ("a", "x1", 1),
        ("a", "x2", 1),
        ("a", "x5", 1),
        ("b", "x3", 1),
        ("b", "x2", 2),
        ("c", "x3", 2),
    ]
    credits = "select artist_id, artist_name, artist_ids, artist_names from marts.dim_tracks where track_id = 'x3'"
    assert rows(warehouse, credits) == [("b", "Bob", '["b","c"]', '["Bob","Cat"]')]


def test_audio_values_of_a_track_come_from_one_provider_the_surest(warehouse: Warehouse) -> None:
    found = rows(warehouse, "select track_id, energy, tempo, features_provider, isrc from marts.dim_tracks order by 1")
    assert found == [
        ("x1", 0.9, None, "reccobeats", "KRA1"),
        ("x2", 0.5, None, "catalogue_dump", None),
        ("x3", None, None, None, None),
        ("x4", None, None, None, None),
        ("x5", None, None, None, None),
    ]


def test_aliases_say_how_sure_they_are_and_in_which_script(warehouse: Warehouse) -> None:
    found = rows(warehouse, "select artist_id, alias, script, source, confidence from marts.artist_aliases")
    assert sorted(found) == [
        ("a", "Ann", "latin", "name", 1.0),
        ("a", "Annie", "latin", "musicbrainz", 0.7),
        ("a", "Анна", "cyrillic", "musicbrainz", 0.9),
        ("a", "앤", "hangul", "musicbrainz", 0.95),
        ("b", "Bob", "latin", "name", 1.0),
        ("b", "Bobby", "latin", "catalogue_dump", 0.6),
        ("c", "Cat", "latin", "name", 1.0),
        ("c", "Catty", "latin", "catalogue_dump", 0.7),
        ("c", "Cee", "latin", "catalogue_dump", 0.5),
        ("c", "Kat", "given", "catalogue_dump", 0.9),
        ("t1", "Twin", "latin", "name", 1.0),
        ("t2", "twin", "latin", "name", 1.0),
    ]


def _relatedness() -> float:
    """The cosine of both artists' weights under the similarity of genres, as one matrix product.

    Two artists have pop and rock, one of them jazz, the other soul: every two genres that meet do so 1.5 times as
    often as by chance (2 * 12 / (4 * 4) and 1 * 12 / (4 * 2)). So genres are as alike as the sets of genres that they
    meet, themselves included.
    """
    met = np.array([[1, 1, 1, 1], [1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 1]])  # pop, rock, jazz, soul
    similarity = met @ met.T / np.sqrt(np.outer(met.sum(axis=1), met.sum(axis=1)))
    mine, theirs = np.array([1, 1, 1, 0]), np.array([1, 1, 0, 0.5])
    lengths = math.sqrt(mine @ similarity @ mine) * math.sqrt(theirs @ similarity @ theirs)
    return min(float(mine @ similarity @ theirs) / lengths, 1.0)


def test_scores_are_the_documented_ones(warehouse: Warehouse) -> None:
    overlap = 2 / 3.5  # weights 1 + 1 + 1 and 1 + 1 + .5, of which they share 1 + 1
    # Energy is the only value, each provider's only one (0, spread 1), drawn towards the usual by two tracks.
    spreads = math.sqrt(2 / 4) - math.sqrt(2 / 3)
    sound = 1 / (1 + math.sqrt(16 + spreads**2))
    genre = (overlap + 0.5 * _relatedness()) / 1.5
    learnt = csv.DictReader(WEIGHTS.read_text(encoding="utf-8").splitlines())
    weights = {row["signal"]: float(row["weight"]) for row in learnt}
    # The other candidates of both are c, t1 and t2, without genres, audience or sound. So one of four has what both
    # share, which is .75 above the mean in deviations of sqrt(.75 * .25). c was on a track with b, and is an
    # acquaintance of a; its only song is of 1999 where theirs are of 2006 and 2005, and of two known eras one is a
    # deviation above the mean.
    rare, paired = 0.75 / math.sqrt(0.75 * 0.25), 0.625 / math.sqrt((1 + 0.25) / 4 - 0.375**2)
    scores = "select method, score from marts.artist_similarity where artist_id = '{}' and neighbour_artist_id = '{}'"
    for one, other, collaboration in (("a", "b", paired), ("b", "a", 1.0)):
        odds = weights["intercept"] + rare * (weights["shared_weight"] + weights["relatedness"])
        odds += weights["era"] + collaboration * weights["collaboration"]
        found = dict(rows(warehouse, scores.format(one, other)))
        assert found["genre"] == pytest.approx(genre, abs=3e-9)
        assert found["blend"] == pytest.approx(1 / (1 + math.exp(-odds)), abs=3e-9)
        assert found["audio"] == pytest.approx(sound, abs=3e-9)


def test_few_candidates_are_made_up_for_by_audiences_of_like_size(warehouse: Warehouse) -> None:
    """But only of artists with genres or sound; others have whom they worked with, and who did with these."""
    query = "select artist_id, neighbour_artist_id from marts.artist_similarity where method = 'blend'"
    found = {one: {other for mine, other in rows(warehouse, query) if mine == one} for one in ("a", "b", "c", "t1")}
    assert found == {"a": {"b", "c", "t1", "t2"}, "b": {"a", "c", "t1", "t2"}, "c": {"a", "b"}, "t1": set()}


def test_reasons_of_a_pair_name_all_they_have_in_common(warehouse: Warehouse) -> None:
    query = "select reasons from marts.artist_similarity where artist_id = 'a' and neighbour_artist_id = 'b'"
    ((text,),) = rows(warehouse, f"{query} and method = 'blend'")
    reasons = json.loads(text)
    assert reasons["shared_genres"] == ["pop", "rock"] and reasons["shared_tracks"] == 1
    assert reasons["years"] == [2006, 2005]
