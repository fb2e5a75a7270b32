"""`python -m ingest musicbrainz`: links to MBIDs, then one call an artist; genres with votes, aliases with locale."""

from pathlib import Path
from typing import Any

import pytest

from ingest.musicbrainz import STREAMING, _mbid
from tests.ingest.conftest import Ingest
from tests.ingest.musicbrainz.conftest import Fill
from tests.ingest.spotify.running import made_id
from tests.ingest.visible import visible_rows


def rows(home: Path, table: str) -> list[dict[str, Any]]:
    return visible_rows(home, "raw_musicbrainz", table)


def test_the_relation_is_known_by_its_type_id() -> None:
    other = {"type": "free streaming", "type-id": "another", "artist": {"id": "a"}}
    wanted = {"type": "renamed", "type-id": STREAMING, "artist": {"id": "c"}}
    assert _mbid({"relations": [other, wanted, wanted | {"artist": {"id": "b"}}, None]}) == "b"
    assert _mbid({"relations": [other]}) is None


@pytest.mark.slow
def test_artists_genres_and_aliases_are_loaded_once(ingest: Ingest, home: Path, fill: Fill) -> None:
    running = fill()
    assert ingest("musicbrainz", MUSICBRAINZ_CONTACT="someone@example.org")[0] == 0
    assert {row["artist_id"] for row in rows(home, "artists")} == {made_id("artist", n) for n in (1, 2, 5)}
    assert [(row["alias"], row["locale"]) for row in rows(home, "aliases")] == [("에스파", "ko")]
    assert [(row["genre"], row["votes"]) for row in rows(home, "genres")] == [("k-pop", 6)] * 3
    calls = running.calls("/musicbrainz")
    assert len(calls) == 1 + 3
    assert {entry["user_agent"] for entry in calls} == {"segue/0.1 (someone@example.org)"}
    running.forget()
    assert ingest("musicbrainz")[0] == 0
    assert list(running.server.apis.log) == []


@pytest.mark.slow
def test_an_artist_without_a_link_is_a_miss(ingest: Ingest, home: Path, fill: Fill) -> None:
    gone = {"kind": "rewrite", "pattern": made_id("artist", 2), "replacement": "somebody else"}
    running = fill({"match": "/url", "times": None, "action": gone})
    assert ingest("musicbrainz")[0] == 0
    assert [row["artist_id"] for row in rows(home, "misses")] == [made_id("artist", 2)]
    assert len(rows(home, "artists")) == 2
    running.forget()
    ingest("musicbrainz")
    assert list(running.server.apis.log) == []


@pytest.mark.slow
def test_too_fast_is_waited_for(ingest: Ingest, home: Path, fill: Fill) -> None:
    fill({"match": "/musicbrainz/ws/2/artist", "times": 2, "action": {"status": 503}})
    assert ingest("musicbrainz")[0] == 0
    assert len(rows(home, "artists")) == 3


@pytest.mark.slow
def test_a_provider_that_goes_down_half_way_leaves_the_run_degraded(ingest: Ingest, home: Path, fill: Fill) -> None:
    running = fill({"match": "/musicbrainz/ws/2/artist", "nth": 2, "times": None, "action": {"status": 502}})
    code, summary = ingest("musicbrainz")
    assert (code, summary["degraded"], len(rows(home, "artists"))) == (0, True, 1)
    running.server.apis.faults.clear()
    running.forget()
    assert ingest("musicbrainz")[0] == 0
    assert len(running.calls()) == 2, "the link look-up and the first artist are kept"
    assert len(rows(home, "artists")) == 3


@pytest.mark.slow
def test_one_unknown_link_alone_is_a_miss_too(ingest: Ingest, home: Path, fill: Fill, names: Path) -> None:
    names.write_text("aespa\n", encoding="utf-8")
    fill({"match": "/url", "times": None, "action": {"status": 404, "body": {"error": "Not Found"}}})
    assert ingest("musicbrainz")[0] == 0
    assert len(rows(home, "misses")) == 1


@pytest.mark.parametrize("value", ["fast", "-1"])
def test_a_pace_that_is_none_is_refused(ingest: Ingest, value: str) -> None:
    assert ingest("musicbrainz", MUSICBRAINZ_CALLS_PER_SECOND=value)[0] == 2
