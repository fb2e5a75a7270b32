"""Our objects against recorded ones: no key that was never seen, none missing that is always there, no other type."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from .conftest import AESPA, LONG_ALBUM, Serve, made_id, token

BUTTER = made_id("track", 301)


@dataclass
class Seen:
    """What was recorded of one kind of object."""

    always: set[str] | None = None
    types: dict[str, set[str]] = field(default_factory=dict)

    def add(self, shape: dict[str, Any]) -> None:
        self.always = set(shape) if self.always is None else self.always & set(shape)
        for name, value in shape.items():
            self.types.setdefault(name, set()).add(_type(value))


def _type(value: Any) -> str:
    """Whole and broken numbers are one type: `0` stands for `0.0` in JSON."""
    return {"int": "number", "float": "number"}.get(type(value).__name__, type(value).__name__)


def _kind(shape: dict[str, Any]) -> str | None:
    """Name an object by what it says it is and how full it is."""
    if {"items", "total", "limit", "offset"} <= set(shape):
        return "page"
    if {"url", "height", "width"} == set(shape):
        return "image"
    match shape.get("type"):
        case "artist":
            return "artist" if "popularity" in shape or "genres" in shape else "simplified artist"
        case "album":
            return "album" if "tracks" in shape else "simplified album"
        case "track" if not shape.get("is_local"):
            return "track" if "album" in shape else "simplified track"
        case "audio_features":
            return "audio_features"
    return "playlist item" if {"added_at", "is_local", "track"} <= set(shape) else None


def _objects(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every object with a kind, inner ones too."""
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)
    if isinstance(value, dict) and (kind := _kind(value)):
        yield kind, value


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    # Two of the three libraries recorded raw answers; the third wrote its own objects back and so left out nulls.
    for folder in ("spotify-web-api-java", "zmb3_spotify_go"):
        for path in sorted((shared_data / "fixtures" / "spotify" / folder).rglob("*.*")):
            if path.suffix in (".json", ".txt"):
                # Some files hold two documents, one after the other: the first is enough.
                document, _ = json.JSONDecoder().raw_decode(path.read_text(encoding="utf-8").lstrip())
                for kind, shape in _objects(document):
                    seen.setdefault(kind, Seen()).add(shape)
    return seen


PATHS = [
    f"artists/{AESPA}",
    f"artists?ids={AESPA}",
    f"artists/{AESPA}/albums",
    f"artists/{AESPA}/top-tracks?market=KR",
    f"albums/{LONG_ALBUM}",
    f"albums?ids={LONG_ALBUM}&market=KR",
    f"albums/{LONG_ALBUM}/tracks?limit=3&offset=3",
    f"tracks/{BUTTER}",
    f"tracks?ids={BUTTER}&market=KR",
    f"audio-features/{BUTTER}",
    f"audio-features?ids={BUTTER}",
    "search?q=aespa&type=artist,track,album&limit=2",
    "playlists/demoPlaylist0000000001",
    "playlists/demoPlaylist0000000001/tracks?limit=2&offset=2",
]
# Newer than the recordings: facts/spotify.md has them.
NEWER = {"track": {"is_local", "is_playable", "restrictions"}, "simplified track": {"is_playable", "is_local"}}
NEWER |= {"simplified album": {"total_tracks"}, "album": {"total_tracks"}}
# Recorded before release dates came to every album, and for callers without a market.
MAY_MISS = {"track": {"available_markets"}, "simplified track": {"available_markets"}}
MAY_MISS |= {"album": {"available_markets"}, "simplified album": {"available_markets"}}


@pytest.mark.parametrize("path", PATHS)
def test_answers_have_the_recorded_shapes(serve: Serve, recorded: dict[str, Seen], path: str) -> None:
    server = serve()
    answer = requests.get(server.spotify_url + path, headers=token(server), timeout=5).json()
    found = list(_objects(answer))
    assert found, f"{path}: no object of a known kind in {answer}"
    for kind, shape in found:
        seen = recorded[kind]
        assert set(shape) - set(seen.types) <= NEWER.get(kind, set()), f"{kind} has keys that were never recorded"
        assert (seen.always or set()) - set(shape) <= MAY_MISS.get(kind, set()), f"{kind} lacks keys always recorded"
        for name in set(shape) & set(seen.types):
            assert _type(shape[name]) in seen.types[name] | {"NoneType"}, f"{kind}.{name} has another type"


def test_comparison_knows_all_kinds_we_answer_with(recorded: dict[str, Seen]) -> None:
    assert {"artist", "album", "track", "audio_features", "page", "image", "playlist item"} <= set(recorded)
    assert recorded["artist"].types["genres"] == {"list"}
    assert "popularity" in (recorded["track"].always or set())
