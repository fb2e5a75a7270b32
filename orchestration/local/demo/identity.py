"""Synthetic ids and links, each from a name alone: adding an artist leaves the ids of the others as they are."""

import hashlib
from collections.abc import Iterable
from urllib.parse import quote

_SEPARATOR = "\x1f"


def artist_id(name: str, disambiguation: str = "") -> str:
    """Return `demoArtist` and 12 digits."""
    return f"demoArtist{digits(12, 'artist', name, disambiguation)}"


def track_id(artist: str, title: str) -> str:
    """Return `demoTrack0` and 12 digits for a title of the artist with this id."""
    return f"demoTrack0{digits(12, 'track', artist, title)}"


def album_id(artist: str, title: str) -> str:
    """Return `demoAlbum0` and 12 digits for an album of the artist with this id."""
    return f"demoAlbum0{digits(12, 'album', artist, title)}"


def isrcs(track_ids: Iterable[str]) -> dict[str, str]:
    """Return `ZZDEM` and 7 digits for each track.

    Seven digits are few enough to meet: the track with the later id then takes its next choice.
    """
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for track in sorted(track_ids):
        attempt = 0
        while (isrc := f"ZZDEM{digits(7, 'isrc', track, str(attempt))}") in taken:
            attempt += 1
        taken.add(isrc)
        chosen[track] = isrc
    return chosen


def search_url(words: str) -> str:
    """Return the link to a Spotify search: a synthetic id has no page of its own."""
    return f"https://open.spotify.com/search/{quote(words, safe='')}"


def digits(count: int, *parts: str) -> str:
    """Return `count` decimal digits that depend on the parts only."""
    number = int.from_bytes(hashlib.sha256(_SEPARATOR.join(parts).encode()).digest()[:16], "big")
    return f"{number % 10**count:0{count}d}"
