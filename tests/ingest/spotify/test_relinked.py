"""Tracks that Spotify answers under another id in a market keep the id they were asked by."""

from pathlib import Path

import pytest

from tests.ingest.conftest import Ingest
from tests.ingest.spotify.conftest import Serve
from tests.ingest.spotify.running import made_id
from tests.ingest.visible import visible_rows

pytestmark = pytest.mark.slow

SONGS = [made_id("track", 100 + number) for number in (1, 2, 3)]  # aespa's three


@pytest.mark.parametrize("profile", ["extended", "development"])
def test_tracks_by_id_keep_the_id_asked_for(
    ingest: Ingest, home: Path, serve: Serve, tmp_path: Path, profile: str
) -> None:
    asked = tmp_path / "tracks.txt"
    asked.write_text("\n".join(SONGS))
    running = serve(profile=profile, relinked_percent=100.0)
    assert ingest("spotify", "--tracks", asked, **running.environment)[0] == 0
    tracks = visible_rows(home, "raw_spotify", "tracks")
    assert sorted(row["track_id"] for row in tracks) == SONGS
    assert not any(row["track_id"] in row["external_url"] for row in tracks), "the link plays the stand-in"
    assert visible_rows(home, "raw_spotify", "quarantine") == []


def test_top_tracks_meet_their_features_under_the_id_of_all_markets(ingest: Ingest, home: Path, serve: Serve) -> None:
    running = serve(profile="extended", relinked_percent=100.0)
    assert ingest("spotify", "--ids", made_id("artist", 1), **running.environment)[0] == 0
    for table in ("tracks", "audio_features"):
        assert sorted(row["track_id"] for row in visible_rows(home, "raw_spotify", table)) == SONGS, table


def test_an_album_names_its_tracks_as_all_markets_do(ingest: Ingest, home: Path, serve: Serve) -> None:
    running = serve(profile="extended", relinked_percent=100.0)
    link = f"spotify:album:{made_id('album', 1)}"
    assert ingest("spotify", "--url", link, **running.environment)[0] == 0
    for table in ("tracks", "audio_features"):
        assert sorted(row["track_id"] for row in visible_rows(home, "raw_spotify", table)) == SONGS, table
