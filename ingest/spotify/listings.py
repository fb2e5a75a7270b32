"""The tracks behind the link of an album or a playlist, over all of its pages."""

from collections.abc import Iterator
from typing import Any

from ingest.answers import Answer
from ingest.fitting import Json, objects
from ingest.spotify.client import Absent
from ingest.spotify.library import Library


class NotReadable(Exception):
    """The playlist or album of --url cannot be read with this key."""


def album_items(library: Library, album_id: str) -> Iterator[tuple[Answer, Json, Json | None]]:
    """Tracks of an album with the answer they came in. Raises NotReadable."""
    answer = library.one(f"albums/{album_id}")
    if answer is None:
        raise NotReadable(f"album {album_id} cannot be read: {_last_reason(library)}")
    yield from ((at, track, answer.value) for at, track in _paged(library, answer, answer.value.get("tracks")))


def playlist_items(library: Library, playlist_id: str) -> Iterator[tuple[Answer, Json, Json | None]]:
    """Items of a playlist: `/tracks` for extended keys, `/items` (own playlists only) for development keys."""
    refusal = (
        f"playlist {playlist_id} may not be read with this key. A development key reads the items of its own "
        "user's playlists only, and this program asks without a user; an extended key reads all public ones. "
        "Next: put the artists' names into a file and use --names, or use --url with an artist or album."
    )
    answer = library.guarded("playlist_items", f"playlists/{playlist_id}/tracks", {"limit": 50}, "")
    if answer is None and not library.can("playlist_items"):
        try:
            answer = library.one(f"playlists/{playlist_id}/items", {"limit": 50})
        except Absent as absent:
            raise NotReadable(refusal) from absent
        if answer is None:
            raise NotReadable(refusal)
    if answer is None:
        raise NotReadable(f"playlist {playlist_id} cannot be read: {_last_reason(library)}")
    for at, item in _paged(library, answer, answer.value):
        track = item.get("track") or item.get("item")
        if isinstance(track, dict) and track.get("type", "track") == "track":
            yield at, track, None


def _paged(library: Library, answer: Answer, page: Any) -> Iterator[tuple[Answer, Json]]:
    """Items of a page and of those that follow it, with the answer each came in."""
    seen: set[str] = set()
    while isinstance(page, dict):
        for item in objects(page.get("items")):
            yield answer, item
        following = page.get("next")
        if not isinstance(following, str) or following in seen:
            return
        seen.add(following)
        next_answer = library.one(following)
        if next_answer is None:
            return
        answer, page = next_answer, next_answer.value


def _last_reason(library: Library) -> str:
    return library.bad[-1].reason if library.bad else "no answer"
