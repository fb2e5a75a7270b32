"""A small catalogue made by hand, and servers over it on free ports."""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from spotipy import MemoryCacheHandler, Spotify, SpotifyClientCredentials

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.reading import read
from orchestration.local.music_api.server import ServerInfo, serving
from orchestration.local.music_api.settings import Settings

Serve = Callable[..., ServerInfo]
Connect = Callable[..., Spotify]


def made_id(kind: str, number: int) -> str:
    """Return a 22-character id that says what it is: `artist`, `track` or `album`, and a number."""
    return f"{kind}{number:0{22 - len(kind)}d}"


AESPA, SHINEE, NIRVANA, OTHER_NIRVANA, BANGS, QUIET = (made_id("artist", number) for number in range(1, 7))
LONG_ALBUM = made_id("album", 99)

ARTISTS: list[dict[str, Any]] = [
    {"artist_id": AESPA, "name": "aespa", "genres": '["k-pop", "k-pop girl group"]', "popularity": 80, "followers": 10},
    {"artist_id": SHINEE, "name": "SHINee", "genres": '["k-pop"]', "popularity": 70, "followers": 20},
    {"artist_id": NIRVANA, "name": "Nirvana", "genres": '["grunge"]', "popularity": 79, "followers": 30},
    {"artist_id": OTHER_NIRVANA, "name": "Nirvana", "genres": "[]", "popularity": 20, "followers": 40},
    {"artist_id": BANGS, "name": "!!!", "genres": '["dance-punk"]', "popularity": 40, "followers": 50},
    {"artist_id": QUIET, "name": "Nirvana Tribute", "genres": "[]", "popularity": "", "followers": ""},
]
ALIASES = [
    {"alias": "에스파", "script": "hangul", "name": "aespa", "spotify_id": AESPA, "ambiguous": "False"},
    {"alias": "エスパ", "script": "kana", "name": "aespa", "spotify_id": AESPA, "ambiguous": "False"},
    {"alias": "샤이니", "script": "hangul", "name": "SHINee", "spotify_id": SHINEE, "ambiguous": "False"},
    {"alias": "그룹", "script": "hangul", "name": "aespa", "spotify_id": AESPA, "ambiguous": "True"},
    {"alias": "아무개", "script": "hangul", "name": "somebody", "spotify_id": "", "ambiguous": "False"},
]


def _tracks() -> list[dict[str, Any]]:
    """120 tracks of aespa on one long album, 12 singles of SHINee, Butter by both, one song of each Nirvana."""
    rows = []

    def add(number: int, name: str, artists: list[str], album: int, popularity: int, date: str = "2021-05-17") -> None:
        rows.append(
            {
                "track_id": made_id("track", number),
                "name": name,
                "artist_ids": json.dumps(artists),
                "album_id": made_id("album", album),
                "album_name": f"Album {album}",
                "release_date": date,
                "popularity": popularity,
                "explicit": "True" if number % 2 else "False",
                "duration_ms": 180_000 + number,
            }
        )

    for number in range(1, 121):
        add(number, f"Song {number}", [AESPA], 99, number % 100)
    for number in range(201, 213):
        add(number, f"Single {number}", [SHINEE], number, number - 200, "2008-05")
    add(301, "Butter", [SHINEE, AESPA], 301, 90, "1998")
    add(302, "Lithium", [NIRVANA], 302, 75)
    add(303, "Lithium", [OTHER_NIRVANA], 303, 5)
    add(304, "Me and Giuliani", [BANGS], 304, 30, "")
    return rows


def _features(track: dict[str, Any], number: int) -> dict[str, Any]:
    values = ["danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence"]
    return {
        "track_id": track["track_id"],
        **{name: round((number % 90 + place) / 100, 3) for place, name in enumerate(values)},
        **{"key": number % 12, "mode": number % 2, "loudness": -5.5, "tempo": 120.25, "time_signature": 4},
        "duration_ms": track["duration_ms"],
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV with the columns of the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small catalogue as a dump folder; Lithium of the other Nirvana has no audio features."""
    folder = tmp_path_factory.mktemp("catalogue")
    tracks = _tracks()
    write(folder / "artists.csv", ARTISTS)
    write(folder / "tracks.csv", tracks)
    write(folder / "aliases.csv", ALIASES)
    features = [_features(track, number) for number, track in enumerate(tracks)]
    write(folder / "audio_features.csv", [row for row in features if row["track_id"] != made_id("track", 303)])
    return folder


@pytest.fixture(scope="session")
def catalogue(folder: Path) -> Catalogue:
    return read(folder)


@pytest.fixture
def serve(catalogue: Catalogue) -> Iterator[Serve]:
    """Start a server with these settings; all are stopped at the end of the test."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(serving(catalogue, Settings(**settings)))


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return a spotipy client as the product builds it: own session, so no retries of spotipy's own."""
    with ExitStack() as stack:

        def client(server: ServerInfo, client_id: str = "segue-local", **options: Any) -> Spotify:
            session = stack.enter_context(requests.Session())
            auth = SpotifyClientCredentials(
                client_id,
                f"secret-{client_id}",
                requests_session=stack.enter_context(requests.Session()),
                requests_timeout=5,
                cache_handler=MemoryCacheHandler(),
            )
            auth.OAUTH_TOKEN_URL = server.token_url
            spotify = Spotify(auth_manager=auth, requests_session=session, requests_timeout=5, **options)
            spotify.prefix = server.spotify_url
            return spotify

        yield client


@pytest.fixture
def http() -> Iterator[requests.Session]:
    """A session that names itself as MusicBrainz wants and asks for JSON."""
    with requests.Session() as session:
        session.headers.update({"User-Agent": "segue-tests/1.0 (tests@example.org)", "Accept": "application/json"})
        yield session


def token(server: ServerInfo, client_id: str = "segue-local") -> dict[str, str]:
    """Return the Authorization header of a fresh token."""
    form = {"grant_type": "client_credentials"}
    answer = requests.post(server.token_url, form, auth=(client_id, f"secret-{client_id}"), timeout=5)
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}
