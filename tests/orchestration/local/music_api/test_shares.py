"""What is odd about a fixed share of artists and tracks, and what a catalogue's own columns settle."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.musicbrainz import MusicBrainzApi, mbid
from orchestration.local.music_api.profiles import DEVELOPMENT, EXTENDED
from orchestration.local.music_api.shapes import View

from .conftest import AESPA, made_id

BUTTER = made_id("track", 301)


@pytest.fixture
def view(catalogue: Catalogue) -> View:
    return View(catalogue, EXTENDED, "http://127.0.0.1:1", market="KR")


def test_one_artist_in_twenty_has_no_picture(view: View, catalogue: Catalogue) -> None:
    artist = catalogue.artists[AESPA]
    shapes = [view.artist(replace(artist, artist_id=made_id("artist", number))) for number in range(2000)]
    assert 60 < sum(shape["images"] == [] for shape in shapes) < 140
    assert {len(shape["images"]) for shape in shapes} == {0, 3}


def test_one_track_in_a_hundred_may_not_be_played(view: View, catalogue: Catalogue) -> None:
    track = catalogue.tracks[BUTTER]
    shapes = [view.track(replace(track, track_id=made_id("track", number))) for number in range(4000)]
    refused = [shape for shape in shapes if not shape["is_playable"]]
    assert 15 < len(refused) < 70
    assert all(shape["restrictions"] == {"reason": "market"} for shape in refused)


def test_genres_of_a_development_key_are_of_four_kinds(catalogue: Catalogue) -> None:
    view = View(catalogue, DEVELOPMENT, "")
    artist = catalogue.artists[AESPA]
    shapes = [view.artist(replace(artist, artist_id=made_id("artist", number))) for number in range(400)]
    kinds = Counter(str(shape.get("genres", "absent")) for shape in shapes)
    assert set(kinds) == {"['k-pop', 'k-pop girl group']", "[]", "None", "absent"}
    assert min(kinds.values()) > 50


def test_own_pictures_and_links_are_kept(view: View, catalogue: Catalogue) -> None:
    picture, link = "https://example.org/a.jpg", "https://example.org/a"
    artist = view.artist(replace(catalogue.artists[AESPA], image_url=picture, external_url=link))
    track = view.track(replace(catalogue.tracks[BUTTER], external_url=link))
    assert [image["url"] for image in artist["images"]] == [picture]
    assert artist["external_urls"]["spotify"] == track["external_urls"]["spotify"] == link


def test_country_reaches_musicbrainz(catalogue: Catalogue) -> None:
    artists = dict(catalogue.artists) | {AESPA: replace(catalogue.artists[AESPA], country="KR")}
    api = MusicBrainzApi(replace(catalogue, artists=artists))
    headers = {"user-agent": "segue-tests/1.0", "accept": "application/json"}
    answer = api.answer(Request("GET", f"/musicbrainz/ws/2/artist/{mbid(AESPA)}", headers=headers))
    assert answer.payload["country"] == "KR"


def test_relinked_tracks_come_under_another_id_as_recorded(view: View, catalogue: Catalogue, shared_data: Path) -> None:
    recorded = shared_data / "fixtures/spotify/zmb3_spotify_go/test_data/recommendations.txt"
    real = next(track for track in json.loads(recorded.read_text())["tracks"] if "linked_from" in track)
    given = replace(view, relinked_percent=100.0).track(catalogue.tracks[BUTTER])
    assert set(given["linked_from"]) == set(real["linked_from"])
    assert (given["linked_from"]["id"], given["linked_from"]["type"]) == (BUTTER, "track")
    assert given["id"] != BUTTER
    assert all(given["id"] in given[name] for name in ("href", "uri"))
    assert "linked_from" not in view.track(catalogue.tracks[BUTTER]), "nothing is relinked unless told"


def test_without_a_market_nothing_is_relinked(view: View, catalogue: Catalogue) -> None:
    given = replace(view, market=None, relinked_percent=100.0).track(catalogue.tracks[BUTTER])
    assert (given["id"], "linked_from" in given) == (BUTTER, False)
