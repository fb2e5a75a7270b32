"""`python -m ingest spotify` against the local API: rows, keys, requests made."""

from pathlib import Path
from typing import Any

import pytest

from tests.ingest.conftest import Ingest
from tests.ingest.spotify.conftest import Serve
from tests.ingest.spotify.running import made_id
from tests.ingest.visible import visible_rows

pytestmark = pytest.mark.slow

TABLES = ("artists", "albums", "tracks", "audio_features", "name_matches", "capabilities", "quarantine")


def rows(home: Path, table: str) -> list[dict[str, Any]]:
    return visible_rows(home, "raw_spotify", table)


def test_a_development_key_gets_tracks_by_search(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve()
    code, summary = ingest("spotify", "--names", names, **running.environment)
    assert (code, summary["profile"], summary["degraded"]) == (0, "development", True)
    assert summary["names"] == {"asked": 4, "matched": 3, "ambiguous": [], "missing": ["zzqqxx"], "same_name": []}
    assert {row["artist_id"] for row in rows(home, "artists")} == {made_id("artist", n) for n in (1, 2, 5)}
    assert len(rows(home, "tracks")) == 3 + 10 + 1
    assert {row["found_by"] for row in rows(home, "tracks")} == {"search"}
    assert rows(home, "audio_features") == []
    refused = [entry["path"] for entry in running.calls() if entry["status"] == 403]
    assert len(refused) == 2, "a capability that is absent is asked for once, not per artist"


def test_an_extended_key_gets_top_tracks_and_features(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve(profile="extended")
    code, summary = ingest("spotify", "--names", names, **running.environment)
    assert (code, summary["profile"], summary["degraded"]) == (0, "extended", False)
    tracks = rows(home, "tracks")
    assert {row["found_by"] for row in tracks} == {"top_tracks"}
    assert len(tracks) == len(rows(home, "audio_features")) == 14
    shinee = [row for row in tracks if row["found_for_artist_id"] == made_id("artist", 2)]
    assert [row["found_rank"] for row in shinee] == list(range(1, 11))
    assert len(running.calls("/audio-features")) == 1
    assert len(running.calls()) == 4 + 3 + 1


@pytest.mark.parametrize("profile", ["development", "extended"])
def test_the_same_command_again_asks_nothing_and_adds_nothing(
    ingest: Ingest, home: Path, serve: Serve, names: Path, profile: str
) -> None:
    running = serve(profile=profile)
    ingest("spotify", "--names", names, **running.environment)
    before = {table: len(rows(home, table)) for table in TABLES}
    running.forget()
    code, summary = ingest("spotify", "--names", names)
    assert (code, list(running.server.apis.log), summary["rows"]) == (0, [], {})
    assert {table: len(rows(home, table)) for table in TABLES} == before


def test_a_lake_thrown_away_is_filled_again_without_calls(
    ingest: Ingest, home: Path, serve: Serve, names: Path, tmp_path: Path
) -> None:
    running = serve()
    ingest("spotify", "--names", names, **running.environment)
    running.forget()
    (home / "lake").rename(tmp_path / "gone")
    assert ingest("spotify", "--names", names)[0] == 0
    assert len(rows(home, "tracks")) == 14
    assert running.calls() == []


def test_a_name_more_asks_for_that_name_alone(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve(profile="extended")
    ingest("spotify", "--names", names, **running.environment)
    running.forget()
    names.write_text("Nirvana\n" + names.read_text(encoding="utf-8-sig"), encoding="utf-8")
    _, summary = ingest("spotify", "--names", names)
    assert (summary["names"]["matched"], summary["names"]["same_name"]) == (4, ["Nirvana"])
    assert [entry["path"].split("/")[2] for entry in running.calls()] == ["search", "artists", "audio-features"]
    reasons = {row["query"]: row["reason"] for row in rows(home, "name_matches")}
    assert made_id("artist", 4) in reasons["Nirvana"], "the artist that was not taken is named"


@pytest.mark.parametrize(("profile", "calls"), [("extended", 1), ("development", 3)])
def test_ids_are_asked_for_in_batches_where_allowed(
    ingest: Ingest, home: Path, serve: Serve, profile: str, calls: int
) -> None:
    running = serve(profile=profile)
    ids = [made_id("artist", 1), f"https://open.spotify.com/intl-ko/artist/{made_id('artist', 5)}?si=x"]
    assert ingest("spotify", "--ids", *ids, **running.environment)[0] == 0
    assert len(rows(home, "artists")) == 2
    assert len([entry for entry in running.calls("/v1/artists") if "top-tracks" not in entry["path"]]) == calls
    assert all("market=KR" in entry["query"] for entry in running.calls())


@pytest.mark.parametrize("profile", ["development", "extended"])
def test_an_album_link_loads_its_tracks_and_artists(ingest: Ingest, home: Path, serve: Serve, profile: str) -> None:
    running = serve(profile=profile)
    album = made_id("album", 2)
    assert ingest("spotify", "--url", f"spotify:album:{album}", **running.environment)[0] == 0
    tracks = rows(home, "tracks")
    assert len(tracks) == 12
    assert {(row["album_id"], row["found_by"]) for row in tracks} == {(album, "album")}
    assert [row["name"] for row in rows(home, "artists")] == ["SHINee"]


@pytest.mark.parametrize(("profile", "number"), [("extended", 2), ("development", 3)], ids=["anybody's", "own"])
def test_a_playlist_loads_what_it_holds_of_the_catalogue(
    ingest: Ingest, home: Path, serve: Serve, profile: str, number: int
) -> None:
    running = serve(profile=profile)
    assert ingest("spotify", "--url", f"spotify:playlist:demoPlaylist{number:010d}", **running.environment)[0] == 0
    tracks = rows(home, "tracks")
    ids = [row["track_id"] for row in tracks]
    assert len(set(ids)) == len(ids) > 0, "a local file and a track that is gone are left out, a repeat comes once"
    assert {row["found_by"] for row in tracks} == {"playlist"}
    assert len(rows(home, "artists")) > 0


def test_a_playlist_is_refused_clearly_to_a_development_key(
    ingest: Ingest, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    running = serve()
    code, _ = ingest("spotify", "--url", "spotify:playlist:demoPlaylist0000000001", **running.environment)
    assert code == 1
    assert "A development key reads" in caplog.text


@pytest.mark.parametrize(
    "arguments",
    [("--ids", "short"), ("--url", "https://example.org/artist/x"), ("--url", "spotify:track:" + "0" * 22)],
    ids=["id", "host", "kind"],
)
def test_what_is_no_id_or_link_is_refused_before_any_call(
    ingest: Ingest, serve: Serve, arguments: tuple[str, str]
) -> None:
    running = serve()
    assert ingest("spotify", *arguments, **running.environment)[0] == 2
    assert list(running.server.apis.log) == []


def test_a_missing_key_names_the_variables(ingest: Ingest, names: Path, caplog: pytest.LogCaptureFixture) -> None:
    code, _ = ingest("spotify", "--names", names, SPOTIFY_CLIENT_ID="", SPOTIFY_CLIENT_SECRET="")
    assert code == 2
    assert "SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET" in caplog.text
