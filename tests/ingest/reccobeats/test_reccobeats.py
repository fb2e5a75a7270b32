"""`python -m ingest reccobeats`: what is asked, what is joined, what is remembered as a miss."""

from pathlib import Path
from typing import Any

import pytest

from ingest.reccobeats import _by_track
from tests.ingest.conftest import Ingest
from tests.ingest.reccobeats.conftest import Fill
from tests.ingest.spotify.running import made_id
from tests.ingest.visible import visible_rows


def rows(home: Path, table: str) -> list[dict[str, Any]]:
    return visible_rows(home, "raw_reccobeats", table)


def item(number: int, uuid: str) -> dict[str, str]:
    return {"id": uuid, "href": f"https://open.spotify.com/track/{made_id('track', number)}"}


def test_rows_are_joined_by_href_and_of_several_the_smallest_id_is_taken() -> None:
    given = [item(2, "b"), item(1, "z"), None, item(1, "a"), {"id": "x", "href": None}]
    assert _by_track(given) == {made_id("track", 1): item(1, "a"), made_id("track", 2): item(2, "b")}


@pytest.mark.slow
def test_tracks_without_features_are_asked_for_once(ingest: Ingest, home: Path, fill: Fill) -> None:
    running = fill()
    code, summary = ingest("reccobeats")
    assert (code, summary["found"], summary["missed"]) == (0, 14, 0)
    assert len(running.calls("/reccobeats")) == 1
    features = rows(home, "audio_features")
    assert {row["track_id"] for row in features} == {
        row["track_id"] for row in visible_rows(home, "raw_spotify", "tracks")
    }
    assert {row["energy"] for row in features} == {0.5}
    running.forget()
    assert ingest("reccobeats")[0] == 0
    assert list(running.server.apis.log) == []
    assert len(rows(home, "audio_features")) == 14


@pytest.mark.slow
def test_misses_are_stored_and_not_asked_again(ingest: Ingest, home: Path, fill: Fill) -> None:
    running = fill(reccobeats_unknown_percent=100.0)
    assert ingest("reccobeats")[0] == 0
    assert (len(rows(home, "misses")), rows(home, "audio_features")) == (14, [])
    running.forget()
    ingest("reccobeats")
    assert list(running.server.apis.log) == []


@pytest.mark.slow
def test_tracks_with_features_from_spotify_are_left_alone(ingest: Ingest, fill: Fill) -> None:
    running = fill(profile="extended")
    assert ingest("reccobeats")[1]["tracks"] == 0
    assert list(running.server.apis.log) == []


@pytest.mark.slow
def test_a_long_wait_becomes_a_deadline(ingest: Ingest, home: Path, fill: Fill) -> None:
    action = {"status": 429, "headers": {"Retry-After": "3600"}, "body": {"status": 4291}}
    running = fill({"match": "/reccobeats", "times": 1, "action": action})
    assert ingest("reccobeats")[0] == 75
    running.forget()
    assert ingest("reccobeats")[0] == 75
    assert list(running.server.apis.log) == []


@pytest.mark.slow
def test_a_provider_that_is_down_fails_clearly(
    ingest: Ingest, home: Path, fill: Fill, caplog: pytest.LogCaptureFixture
) -> None:
    running = fill({"match": "/reccobeats", "times": None, "action": {"status": 502}})
    assert ingest("reccobeats")[0] == 1
    assert len(running.calls("/reccobeats")) == 4
    assert "nothing could be asked" in caplog.text
    running.server.apis.faults.clear()
    assert ingest("reccobeats")[0] == 0
    assert len(rows(home, "audio_features")) == 14


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["html", "truncate", "empty"])
def test_what_cannot_be_read_is_quarantined_and_asked_again(ingest: Ingest, home: Path, fill: Fill, kind: str) -> None:
    running = fill({"match": "/reccobeats", "times": 4, "action": kind})
    assert ingest("reccobeats")[0] == 0
    assert (len(rows(home, "quarantine")), len(rows(home, "misses"))) == (1, 0)
    assert len(running.calls("/reccobeats")) == 4
    assert ingest("reccobeats")[1]["found"] == 14
