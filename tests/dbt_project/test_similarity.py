"""Similarity on the real catalogue: exact enough, and good enough."""

import re
from typing import Any

import duckdb
import pytest

from .oracle import FEATURES, deviations, heard, track_recall

pytestmark = pytest.mark.slow
Warehouse = duckdb.DuckDBPyConnection


@pytest.mark.parametrize("variant", ["any_artist", "other_artists"])
def test_blocking_finds_what_brute_force_finds(catalogue_warehouse: Warehouse, variant: str) -> None:
    assert track_recall(catalogue_warehouse, variant, sample=400) >= 0.98


def test_blend_beats_plain_genre_overlap_and_audio(catalogue_warehouse: Warehouse) -> None:
    statement = """select method, value from marts.recommendation_quality
        where metric = 'recall@20' and seed_group = 'all'"""
    recall = dict(catalogue_warehouse.execute(statement).fetchall())
    assert recall["blend"] > 0.45
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


def test_guessed_genres_find_others_and_are_nobodys_own(catalogue_warehouse: Warehouse) -> None:
    found = dict(
        catalogue_warehouse.execute(
            """select method, count(*) from marts.artist_similarity
            where artist_id not in (select artist_id from marts.artist_genres) group by method"""
        ).fetchall()
    )
    assert found["blend"] > 50_000 and "genre" not in found
    ((guessed, found_by_them),) = catalogue_warehouse.execute(
        """select count(*), count(case when softened.weight is not null then 1 end)
        from intermediate.int_artist_genres_softened as softened
        inner join intermediate.int_artists_described as artists using (number)
        where artists.artist_id not in (select artist_id from marts.artist_genres)"""
    ).fetchall()
    assert guessed > 0 and found_by_them == 0


def test_distances_of_tracks_are_those_of_their_values(catalogue_warehouse: Warehouse) -> None:
    pairs = catalogue_warehouse.execute(
        """select track_id, neighbour_track_id, distance from marts.track_similarity
        order by md5(track_id || neighbour_track_id || variant) limit 300"""
    ).fetchall()
    units = deviations(catalogue_warehouse)
    for track, neighbour, distance in pairs:
        mine, theirs = _track(catalogue_warehouse, track), _track(catalogue_warehouse, neighbour)
        squares = [((mine[feature] - theirs[feature]) / deviation) ** 2 for feature, deviation in units.items()]
        assert distance == pytest.approx(sum(squares) ** 0.5, abs=1e-6)


def test_no_neighbour_is_the_song_itself_in_another_version_or_as_a_cover(catalogue_warehouse: Warehouse) -> None:
    """Titles as a reader compares them: "Zombie - English Ver." is "Zombie", and the Glee Cast's songs are covers."""
    pairs = catalogue_warehouse.execute(
        """select distinct mine.name, theirs.name from marts.track_similarity as pairs
        inner join marts.dim_tracks as mine on pairs.track_id = mine.track_id
        inner join marts.dim_tracks as theirs on pairs.neighbour_track_id = theirs.track_id"""
    ).fetchall()
    words = r"version|ver\.|live|cover|karaoke|remix|mix|acoustic|edit|라이브|en vivo|ao vivo|in concert|tribute"
    notes = re.compile(rf"( - [^-]*| \([^()]*| \[[^\[]*| (japanese|english) )\b({words})(\W.*)?$")
    titles = {name: notes.sub("", name.lower()) for pair in pairs for name in pair}
    assert [pair for pair in pairs if titles[pair[0]] == titles[pair[1]]] == []


def test_reasons_do_not_say_the_ordinary(catalogue_warehouse: Warehouse) -> None:
    """Most songs have no instrumental parts, so that two have none is no reason to hear the other."""
    shares = catalogue_warehouse.execute(
        """select avg(case when reasons like '%"instrumentalness"%' then 1.0 else 0.0 end) from marts.artist_similarity
        where method = 'blend' and reasons like '%closest_features%'"""
    ).fetchall()
    assert shares[0][0] < 0.25


def test_other_artists_share_no_credit(catalogue_warehouse: Warehouse) -> None:
    shared = catalogue_warehouse.execute(
        """select count(*) from marts.track_similarity as pairs
        inner join marts.artist_tracks as mine on pairs.track_id = mine.track_id
        inner join marts.artist_tracks as theirs
            on pairs.neighbour_track_id = theirs.track_id and mine.artist_id = theirs.artist_id
        where pairs.variant = 'other_artists'"""
    ).fetchall()
    assert shared == [(0,)]


def _track(warehouse: Warehouse, track: str) -> dict[str, Any]:
    rows = warehouse.execute(
        f"select {', '.join(map(heard, FEATURES))} from marts.dim_tracks where track_id = ?", [track]
    ).fetchall()
    return dict(zip(FEATURES, rows[0], strict=True))
