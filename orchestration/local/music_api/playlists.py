"""A few playlists over the catalogue, with what real ones hold: local files, lost tracks, repeats, nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote_plus

from orchestration.local.music_api.catalogue import Catalogue, Track
from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.fields import only
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.paging import Window, page, window
from orchestration.local.music_api.routes import Route, found
from orchestration.local.music_api.shapes import Json, View

OWNED_BY = "segue-local"
"""The client id that owns the third playlist."""
_ADDED_AT = "2026-11-01T00:00:00Z"


@dataclass(frozen=True)
class LocalFile:
    """An entry that is a file on somebody's disk: no ids, no links."""

    name: str
    artist: str
    duration_ms: int


Entry = Track | LocalFile | None


@dataclass(frozen=True)
class Playlist:
    """One playlist; None among its entries is a track that is gone."""

    playlist_id: str
    name: str
    owner: str
    entries: Sequence[Entry]


def playlists_of(catalogue: Catalogue) -> dict[str, Playlist]:
    """Return the playlists `demoPlaylist0000000001` to `..4`: 130 most popular, odds and ends, an owned one, empty."""
    popular = sorted(catalogue.tracks.values(), key=lambda track: (-track.popularity, track.track_id))
    odds: list[Entry] = [*popular[:5], LocalFile("Demo tape", "A friend", 187_000), None, *popular[3:20]]
    contents: list[tuple[str, str, Sequence[Entry]]] = [
        ("Most popular", "spotify", popular[:130]),
        ("Odds and ends", "somebody", odds),
        ("My list", OWNED_BY, popular[10:25]),
        ("Nothing yet", "somebody", []),
    ]
    return {
        f"demoPlaylist{number:010d}": Playlist(f"demoPlaylist{number:010d}", *content)
        for number, content in enumerate(contents, start=1)
    }


class PlaylistEndpoints:
    """Answers the paths below /v1/playlists."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._playlists = playlists_of(catalogue)

    def routes(self) -> list[Route]:
        """Return the endpoints; `/tracks` is refused to development keys, `/items` is its new name."""
        return [
            Route("playlist", re.compile("playlists/([^/]+)"), self._playlist),
            Route("playlist_items", re.compile("playlists/([^/]+)/items"), self._items),
            Route("playlist_tracks", re.compile("playlists/([^/]+)/tracks"), self._items),
        ]

    def _playlist(self, request: Request, view: View, identifier: str) -> Json:
        """Return the playlist; a development key gets the items of its own ones only, under the new name."""
        playlist = found(self._playlists, identifier)
        items = _page(playlist, view, Window(100, 0), "tracks")
        if view.profile.old_playlists:
            content = {"tracks": items}
        else:
            content = {"items": items} if playlist.owner == view.client_id else {}
        shape = {
            "collaborative": False,
            "description": "",
            "external_urls": {"spotify": f"https://open.spotify.com/playlist/{identifier}"},
            "followers": {"href": None, "total": 0},
            "href": f"{view.origin}/v1/playlists/{identifier}",
            "id": identifier,
            "images": view.images("playlist", identifier),
            "name": playlist.name,
            "owner": {**_user(view, playlist.owner), "display_name": playlist.owner},
            "primary_color": None,
            "public": True,
            "snapshot_id": f"snapshot{identifier}",
            "type": "playlist",
            "uri": f"spotify:playlist:{identifier}",
        }
        return only(shape | content, request.value("fields"))

    def _items(self, request: Request, view: View, identifier: str) -> Json:
        playlist = found(self._playlists, identifier)
        if not view.profile.old_playlists and playlist.owner != view.client_id:
            raise spotify_refusal(403, "Forbidden")
        last = request.path.rstrip("/").rsplit("/", 1)[1]
        part = window(
            request, largest=100 if view.profile.old_playlists else 50, default=20 if last == "items" else 100
        )
        return only(_page(playlist, view, part, last), request.value("fields"))


def _page(playlist: Playlist, view: View, part: Window, last: str) -> Json:
    def item(entry: Entry) -> Json:
        content = view.track(entry) if isinstance(entry, Track) else entry and _local(entry)
        return {
            "added_at": _ADDED_AT,
            "added_by": _user(view, playlist.owner),
            "is_local": isinstance(entry, LocalFile),
            "primary_color": None,
            "track" if view.profile.old_playlists else "item": content,
            "video_thumbnail": {"url": None},
        }

    url = f"{view.origin}/v1/playlists/{playlist.playlist_id}/{last if view.profile.old_playlists else 'items'}"
    return page(url, {"market": view.market} if view.market else {}, playlist.entries, part, item)


def _user(view: View, name: str) -> Json:
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/user/{name}"},
        "href": f"{view.origin}/v1/users/{name}",
        "id": name,
        "type": "user",
        "uri": f"spotify:user:{name}",
    }


def _local(file: LocalFile) -> Json:
    nowhere: Json = {"external_urls": {}, "href": None, "id": None, "uri": None}
    return {
        "album": {
            **nowhere,
            "album_type": None,
            "artists": [],
            "available_markets": [],
            "images": [],
            "name": "",
            "release_date": None,
            "release_date_precision": None,
            "type": "album",
        },
        "artists": [{**nowhere, "name": file.artist, "type": "artist"}],
        "available_markets": [],
        "disc_number": 0,
        "duration_ms": file.duration_ms,
        "explicit": False,
        "external_ids": {},
        "external_urls": {},
        "href": None,
        "id": None,
        "is_local": True,
        "name": file.name,
        "popularity": 0,
        "preview_url": None,
        "track_number": 0,
        "type": "track",
        "uri": f"spotify:local:{quote_plus(file.artist)}::{quote_plus(file.name)}:{file.duration_ms // 1000}",
    }
