"""A small catalogue, the local API over it, and a DynamoDB of moto's, both on free ports of 127.0.0.1."""

import csv
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.reading import read
from orchestration.local.music_api.server import serving
from orchestration.local.music_api.settings import Settings
from tests.ingest.spotify.running import Running, environment_of, made_id

Serve = Callable[..., Running]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Artists 1 aespa (3 songs), 2 SHINee (12), 3 and 4 both Nirvana (1 each), 5 !!! (1), 6 보아 (none)."""
    folder = tmp_path_factory.mktemp("small")
    names = {1: "aespa", 2: "SHINee", 3: "Nirvana", 4: "Nirvana", 5: "!!!", 6: "보아"}
    songs = {1: 3, 2: 12, 3: 1, 4: 1, 5: 1}
    _write(
        folder / "artists.csv",
        [
            {
                "artist_id": made_id("artist", n),
                "name": name,
                "genres": '["k-pop"]',
                "popularity": 90 - n,
                "followers": n,
            }
            for n, name in names.items()
        ],
    )
    tracks = [
        {
            "track_id": made_id("track", artist * 100 + number),
            "name": f"Song {artist}-{number}",
            "artist_ids": json.dumps([made_id("artist", artist)]),
            "album_id": made_id("album", artist),
            "album_name": f"Album {artist}",
            "release_date": "2021-05-17",
            "popularity": 80 - number,
            "explicit": "False",
            "duration_ms": 180_000,
        }
        for artist, count in songs.items()
        for number in range(1, count + 1)
    ]
    _write(folder / "tracks.csv", tracks)
    values = dict.fromkeys(("danceability", "energy", "speechiness", "acousticness", "instrumentalness"), 0.5)
    more = {"liveness": 0.1, "valence": 0.4, "key": 3, "mode": 1, "loudness": -5.5, "tempo": 120.0}
    rows = [
        {"track_id": track["track_id"], **values, **more, "duration_ms": 180_000, "time_signature": 4}
        for track in tracks
    ]
    _write(folder / "audio_features.csv", rows)
    alias = {"alias": "에스파", "script": "hangul", "name": "aespa", "spotify_id": made_id("artist", 1)}
    _write(folder / "aliases.csv", [alias | {"ambiguous": "False"}])
    return read(folder)


@pytest.fixture(scope="session")
def dynamodb_url() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def serve(catalogue: Catalogue, dynamodb_url: str) -> Iterator[Serve]:
    """Start the local API with these settings and rules of misbehaviour; the shared state is empty."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=dynamodb_url,
        region_name="ap-northeast-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    for name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    with ExitStack() as stack:

        def start(*faults: Any, profile: str = "development", **settings: Any) -> Running:
            chosen = Settings(
                profile=profile, **{"musicbrainz_rate": 0.0, "reccobeats_unknown_percent": 0.0} | settings
            )
            server = stack.enter_context(serving(catalogue, chosen, faults))
            return Running(server, environment_of(server, dynamodb_url))

        yield start


@pytest.fixture
def names(tmp_path: Path) -> Path:
    """Three names the catalogue has and one it has not."""
    path = tmp_path / "names.txt"
    path.write_text("\ufeffaespa\n\nshinee\n!!!\nzzqqxx\naespa\n", encoding="utf-8")
    return path
