"""Whole builds on lakes of a few rows, and on an empty one."""

import json
from pathlib import Path
from typing import Any

import pytest

from .build import UNTESTED, RunDbt, query, run_dbt
from .lake import append

pytestmark = pytest.mark.slow
WITHOUT_UNIT_TESTS = ("--exclude", "test_type:unit")
"""They bring their own rows: one build, that of the empty lake, runs them for all."""


def _artists(lake: Path, provider: str, names: str, **common: Any) -> None:
    rows = [{"provider": provider, "artist_id": name, "name": name.upper(), **common} for name in names.split()]
    append(lake, "raw_spotify", "artists", rows, load_id=provider)


def _three_songs(lake: Path) -> None:
    """Songs ta, tb and tc of the artists a, b and c: of one energy, with valence .1, .9 and none, and nothing else."""
    _artists(lake, "spotify", "a b c")
    tracks = [
        {
            "provider": "spotify",
            "track_id": f"t{artist}",
            "name": f"song {artist}",
            "artist_ids": [artist],
            "artist_names": [artist],
        }
        for artist in "abc"
    ]
    features: list[dict[str, Any]] = [
        {"provider": "reccobeats", "track_id": "ta", "energy": 0.5, "valence": 0.1},
        {"provider": "reccobeats", "track_id": "tb", "energy": 0.5, "valence": 0.9},
        {"provider": "reccobeats", "track_id": "tc", "energy": 0.5, "valence": None},
    ]
    append(lake, "raw_spotify", "tracks", tracks, load_id="t")
    append(lake, "raw_reccobeats", "audio_features", features, load_id="f")


def test_empty_lake_builds_without_a_warning_and_is_empty(home: Path) -> None:
    run_dbt(home, "--warn-error", "build")

    for mart in ("dim_artists", "dim_tracks", "artist_similarity", "track_similarity", "recommendation_quality"):
        assert query(home, f"select count(*) from marts.{mart}") == [(0,)]


def test_demo_rows_count_only_while_nobody_else_has_artists(home: Path, dbt: RunDbt) -> None:
    _artists(home / "lake", "demo", "d1 d2", genres=["pop"])
    dbt(home, "build", *UNTESTED)
    assert query(home, "select artist_id from marts.dim_artists order by 1") == [("d1",), ("d2",)]
    assert query(home, "select distinct method from marts.artist_similarity order by 1") == [("blend",), ("genre",)]

    _artists(home / "lake", "spotify", "s1")
    dbt(home, "build", *UNTESTED)
    assert query(home, "select artist_id, provider from marts.dim_artists") == [("s1", "spotify")]


def test_last_popularity_of_each_utc_day_is_kept(home: Path, dbt: RunDbt) -> None:
    for load, (moment, popularity) in enumerate(
        [("2026-11-01 00:10:00", 1), ("2026-11-01 23:50:00", 2), ("2026-11-02 00:10:00", 3)]
    ):
        row = {"provider": "spotify", "artist_id": "a", "name": "A", "popularity": popularity, "retrieved_at": moment}
        append(home / "lake", "raw_spotify", "artists", [row], load_id=str(load))

    dbt(home, "build", "--select", "+fct_artist_popularity_daily", *UNTESTED)

    days = query(home, "select cast(day as varchar), popularity from marts.fct_artist_popularity_daily order by 1")
    assert days == [("2026-11-01", 2), ("2026-11-02", 3)]


def test_constant_and_missing_audio_values_divide_by_nothing(home: Path, dbt: RunDbt) -> None:
    _three_songs(home / "lake")

    dbt(home, "build", *WITHOUT_UNIT_TESTS)

    # Seven values are missing everywhere and count 1 each; energy never varies and counts 0. Valence lies two
    # deviations apart between a and b (4); towards c it is missing (1).
    rows = query(
        home,
        """select track_id, neighbour_track_id, distance from marts.track_similarity
        where variant = 'any_artist' and rank = 1""",
    )
    assert sorted(rows) == [("ta", "tc", 2.828427125), ("tb", "tc", 2.828427125), ("tc", "ta", 2.828427125)]
    reasons = json.loads(
        query(home, "select reasons from marts.track_similarity where track_id = 'ta' and rank = 1 limit 1")[0][0]
    )
    assert reasons["close_features"] == [{"feature": "energy", "mine": 0.5, "theirs": 0.5}]
    assert reasons["features_provider"] == "reccobeats"


def test_a_track_that_is_gone_leaves_no_gap_among_the_neighbours_of_spark(home: Path) -> None:
    _three_songs(home / "lake")
    found = [("gone", 0.1, 1, 1), ("tb", 0.2, 2, 2), ("tc", 0.3, 3, None)]
    columns = ("neighbour_track_id", "distance", "any_artist_rank", "other_artists_rank")
    rows = [{"provider": "segue", "track_id": "ta", **dict(zip(columns, row, strict=True))} for row in found]
    append(home / "lake", "raw_spark", "track_neighbours", rows, load_id="s")

    run_dbt(home, "build", *WITHOUT_UNIT_TESTS, "--vars", "track_neighbours: spark")

    ranks = query(home, "select variant, neighbour_track_id, rank from marts.track_similarity order by variant, rank")
    assert ranks == [("any_artist", "tb", 1), ("any_artist", "tc", 2), ("other_artists", "tb", 1)]


def test_main_artist_known_from_credits_only_is_an_artist_too(home: Path, dbt: RunDbt) -> None:
    _artists(home / "lake", "spotify", "a")
    track = {
        "track_id": "t",
        "name": "T",
        "artist_ids": ["x", "a"],
        "artist_names": ["The Main", "A"],
        "provider": "spotify",
    }
    append(home / "lake", "raw_spotify", "tracks", [track])

    dbt(home, "build", *WITHOUT_UNIT_TESTS)

    assert query(home, "select artist_id, artist_name from marts.dim_tracks") == [("x", "The Main")]
    assert query(home, "select artist_id, name from marts.dim_artists order by 1") == [("a", "A"), ("x", "The Main")]
    blend = query(
        home, "select artist_id, neighbour_artist_id, reasons from marts.artist_similarity where method = 'blend'"
    )
    assert sorted(blend) == [("a", "x", '{"shared_tracks":1}'), ("x", "a", '{"shared_tracks":1}')]


def test_stability_compares_with_the_newest_published_neighbours(home: Path, dbt: RunDbt) -> None:
    lake = home / "lake"
    _artists(lake, "spotify", "a b c", genres=["pop"])
    rows = [
        {
            "generation": generation,
            "run_id": generation,
            "artist_id": artist,
            "neighbour_artist_ids": neighbours,
            "retrieved_at": f"2026-11-0{day} 12:00:00",
        }
        for generation, day, artist, neighbours in [
            ("g9", 1, "a", ["x", "y"]),
            ("g10", 2, "a", ["b", "gone"]),
            ("g10", 2, "b", ["c", "a"]),
        ]
    ]
    append(lake, "raw_segue", "published_neighbours", [row | {"provider": "segue"} for row in rows], load_id="p")

    dbt(home, "build", *UNTESTED)

    # All three share one genre: of a's two published neighbours one is left, of b's two both. (1/2 + 1) / 2.
    stability = query(
        home,
        """select method, value, seed_count from marts.recommendation_quality
        where metric = 'stability' and seed_group = 'all'""",
    )
    assert stability == [("blend", 0.75, 2)]
