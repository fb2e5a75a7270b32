"""Similarity on the real catalogue: exact enough, good enough, and every reason true."""

import json
from typing import Any

import duckdb
import pytest

from .oracle import FEATURES, track_recall

pytestmark = pytest.mark.slow
Warehouse = duckdb.DuckDBPyConnection


@pytest.mark.parametrize("variant", ["any_artist", "other_artists"])
def test_blocking_finds_what_brute_force_finds(catalogue_warehouse: Warehouse, variant: str) -> None:
    assert track_recall(catalogue_warehouse, variant, sample=400) >= 0.98


def test_blend_beats_plain_genre_overlap_and_audio(catalogue_warehouse: Warehouse) -> None:
    statement = "select method, value from marts.recommendation_quality where metric = 'recall@20'"
    recall = dict(catalogue_warehouse.execute(statement).fetchall())
    assert recall["blend"] > 0.38
    assert recall["blend"] > recall["genre"] > recall["genre_jaccard"] > recall["audio"]


def test_nobody_is_alone_or_their_own_neighbour(catalogue_warehouse: Warehouse) -> None:
    """The original kept one neighbour, often the artist itself."""
    counts = catalogue_warehouse.execute(
        """select count(distinct neighbour_artist_id) from marts.artist_similarity
        where method = 'blend' and artist_id <> neighbour_artist_id group by artist_id"""
    ).fetchall()
    artists = catalogue_warehouse.execute(
        "select count(*) from marts.dim_artists where genres is not null or featured_track_count > 0"
    ).fetchall()
    assert set(counts) == {(20,)}
    assert [(len(counts),)] == artists


def test_reasons_are_true(catalogue_warehouse: Warehouse) -> None:
    pairs = catalogue_warehouse.execute(
        """select artist_id, neighbour_artist_id, reasons from marts.artist_similarity
        order by md5(artist_id || neighbour_artist_id || method) limit 300"""
    ).fetchall()
    for artist, neighbour, text in pairs:
        _check_reasons(catalogue_warehouse, artist, neighbour, json.loads(text))


def _check_reasons(warehouse: Warehouse, artist: str, neighbour: str, reasons: dict[str, Any]) -> None:
    mine, theirs = _genres(warehouse, artist), _genres(warehouse, neighbour)
    assert set(reasons.get("shared_genres", [])) <= mine & theirs
    assert bool(reasons.get("shared_genres")) == bool(mine & theirs)
    for genre, related in reasons.get("related_genres", []):
        assert genre in mine - theirs and related in theirs - mine
    my_values, their_values = _values(warehouse, artist), _values(warehouse, neighbour)
    for reason in reasons.get("closest_features", []):
        assert reason["mine"] == pytest.approx(my_values[reason["feature"]], abs=0.00051)
        assert reason["theirs"] == pytest.approx(their_values[reason["feature"]], abs=0.00051)
    assert reasons.get("shared_tracks", 0) == len(_tracks(warehouse, artist) & _tracks(warehouse, neighbour))
    if "years" in reasons:
        assert reasons["years"] == pytest.approx([my_values["year"], their_values["year"]], abs=0.51)


def _genres(warehouse: Warehouse, artist: str) -> set[str]:
    rows = warehouse.execute("select genre from marts.artist_genres where artist_id = ?", [artist]).fetchall()
    return {genre for (genre,) in rows}


def _tracks(warehouse: Warehouse, artist: str) -> set[str]:
    rows = warehouse.execute("select track_id from marts.artist_tracks where artist_id = ?", [artist]).fetchall()
    return {track for (track,) in rows}


def _values(warehouse: Warehouse, artist: str) -> dict[str, float]:
    means = ", ".join(f"avg({feature})" for feature in FEATURES)
    rows = warehouse.execute(
        f"""select {means}, avg(release_year) from marts.dim_tracks
        where track_id in (select track_id from marts.artist_tracks where artist_id = ?)""",
        [artist],
    ).fetchall()
    return dict(zip([*FEATURES, "year"], rows[0], strict=True))
