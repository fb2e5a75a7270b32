"""Neighbours of an artist in no build yet, over the hand-written catalogue: every score worked out by hand."""

from collections.abc import Iterator
from typing import Any

import pytest
from chalicelib.catalogue import Catalogue
from chalicelib.learned import Learned
from chalicelib.provisional import Described, describe, neighbours
from chalicelib.snapshot import Snapshot

from tests.chalice_bot.rows import identifier

pytestmark = pytest.mark.slow
TOTAL = 2.5  # of the blend's weights


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
    # 1.5 of 2 shared; audience and era unknown count as a half of .3 each
    assert found["aespa"][0] == pytest.approx((1.5 / 2.0 + 0.15 + 0.15) / TOTAL)
    assert found["aespa"][1] == {"shared_genres": ["k-pop girl group", "k-pop"]}
    assert found["SHINee"][0] == pytest.approx((1.0 / 1.5 + 0.15 + 0.15) / TOTAL)
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
    assert score == pytest.approx((0.3 + 0.3 * (1 - 2 / 20) + 0.3) / TOTAL)
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
