"""Neighbours of an artist in no build yet, over the hand-written catalogue: every score worked out by hand."""

from collections.abc import Iterator
from math import exp, sqrt
from typing import Any

import pytest
from chalicelib.catalogue import Catalogue
from chalicelib.learned import Learned
from chalicelib.provisional import Described, describe, neighbours
from chalicelib.snapshot import Snapshot

from tests.chalice_bot.rows import identifier

pytestmark = pytest.mark.slow


def logistic(odds: float) -> float:
    return 1 / (1 + exp(-odds))


@pytest.fixture
def snapshot(catalogue: Catalogue) -> Iterator[Snapshot]:
    with catalogue.snapshot() as opened:
        yield opened


def near(snapshot: Snapshot, described: Described) -> dict[str, tuple[float, dict[str, Any]]]:
    found = neighbours(snapshot, "newcomer", described, 20)
    return {one.artist.name: (one.score, one.reasons) for one in found}


def test_genres_decide_and_say_why(snapshot: Snapshot) -> None:
    found = near(snapshot, Described(genres={"k-pop": 1.0, "k-pop girl group": 0.5}))
    names = list(found)
    assert set(names[:2]) == {"aespa", "IVE"}
    # Two of five candidates have both genres: .6 above and .4 below the mean, in deviations of sqrt(.4 * .6), in what
    # they share (weight .5) as well as in relatedness (weight 1); the rest is not known, and the intercept is -1.
    assert found["aespa"][0] == pytest.approx(logistic(-1 + 1.5 * 0.6 / sqrt(0.24)))
    assert found["aespa"][1] == {"shared_genres": ["k-pop girl group", "k-pop"]}
    assert found["SHINee"][0] == pytest.approx(logistic(-1 - 1.5 * 0.4 / sqrt(0.24)))
    assert "Beyoncé" not in found


def test_sound_settles_what_genres_leave_open(snapshot: Snapshot) -> None:
    loud = Described(genres={"k-pop": 1.0}, features_provider="reccobeats", features={"energy": 0.7, "tempo": 120.0})
    found = near(snapshot, loud)
    assert found["IVE"][0] > found["aespa"][0]  # of equal genres
    assert found["IVE"][1]["closest_features"] == [{"feature": "energy"}]
    assert found["IVE"][1]["features_provider"] == "reccobeats"
    assert "closest_features" not in found["aespa"][1]


def test_without_a_genre_those_of_like_sound_come_first(snapshot: Snapshot) -> None:
    loud = Described(features_provider="reccobeats", features={"energy": 0.7})
    assert set(list(near(snapshot, loud))[:2]) == {"IVE", "Dua Lipa"}
    assert near(snapshot, Described()) == {}


def test_a_shared_track_and_the_same_years_count(snapshot: Snapshot) -> None:
    found = near(snapshot, Described(credits={identifier("beyonce"): 2}, mean_year=2018.0, popularity=90))
    score, reasons = found["Beyoncé"]
    # Of two candidates one is a deviation above the mean, the other as much below: Dua Lipa is an acquaintance
    # through her, and two points less popular; both are of 2020.
    assert score == pytest.approx(logistic(-1 + 0.25 + 0.5))
    assert found["Dua Lipa"][0] == pytest.approx(logistic(-1 - 0.25 - 0.5))
    assert reasons == {"shared_tracks": 2, "years": [2018, 2020]}


def test_what_was_learned_is_described_as_the_build_does() -> None:
    artist = {"name": "New", "genres": ["K-Pop ", "rock"], "followers": 1000, "popularity": 40}
    artist["musicbrainz_genres"] = [{"genre": "k-pop", "votes": 2}, {"genre": "jazz", "votes": 4}]
    own, guest = {"artist_id": "new", "name": "New"}, {"artist_id": "guest", "name": "Guest"}
    tracks: tuple[dict[str, Any], ...] = (
        {"track_id": "a", "artists": [own, guest], "release_date": "2019-01-01"},
        {"track_id": "b", "artists": [own], "release_date": "2021", "features_provider": "reccobeats"},
        {"track_id": "c", "artists": [own], "features_provider": "reccobeats", "features": {"energy": 0.4}},
        {"track_id": "d", "artists": [own], "features_provider": "reccobeats", "features": {"energy": 0.6, "key": 3}},
        {"track_id": "e", "artists": [own], "features_provider": "spotify", "features": {"energy": 1.0}},
    )
    assert describe(Learned("new", artist, tracks)) == Described(
        genres={"k-pop": 1.0, "rock": 1.0, "jazz": 1.0},
        features_provider="reccobeats",
        features={"energy": 0.5},
        credits={"guest": 1},
        mean_year=2020.0,
        audience=3.0,
        popularity=40,
    )
