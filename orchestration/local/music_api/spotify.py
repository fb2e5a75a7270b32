"""The Spotify Web API: one request -> one answer, from the catalogue and the caller's profile. No clock, no sockets."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from orchestration.local.music_api.catalogue import Catalogue, Track
from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.messages import Answer, Request, json_answer
from orchestration.local.music_api.paging import page, window
from orchestration.local.music_api.profiles import PROFILES, Profile
from orchestration.local.music_api.search import Search
from orchestration.local.music_api.shapes import MARKETS, Json, View

T = TypeVar("T")
Handler = Callable[[Request, View, str], Any]

_ID = re.compile(r"[0-9A-Za-z]{22}")
_MARKET = re.compile(r"[A-Z]{2}")
_NOT_KEPT = ("playlist", "show", "episode", "audiobook")
_GROUPS = ("album", "single", "appears_on", "compilation")


class SpotifyApi:
    """Answers every path below /v1 for one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.search_index = Search(catalogue)
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = [
            ("search", re.compile("search"), self._search),
            ("artist", re.compile("artists/([^/]+)"), self._artist),
            ("artists", re.compile("artists"), self._artists),
            ("artist_albums", re.compile("artists/([^/]+)/albums"), self._artist_albums),
            ("top_tracks", re.compile("artists/([^/]+)/top-tracks"), self._top_tracks),
            ("related_artists", re.compile("artists/([^/]+)/related-artists"), self._related_artists),
            ("album", re.compile("albums/([^/]+)"), self._album),
            ("albums", re.compile("albums"), self._albums),
            ("album_tracks", re.compile("albums/([^/]+)/tracks"), self._album_tracks),
            ("track", re.compile("tracks/([^/]+)"), self._track),
            ("tracks", re.compile("tracks"), self._tracks),
            ("audio_features", re.compile("audio-features/([^/]+)"), self._audio_features),
            ("several_audio_features", re.compile("audio-features"), self._several_audio_features),
            ("markets", re.compile("markets"), self._markets),
        ]

    def answer(self, request: Request, profile_name: str) -> Answer:
        """Return the answer to a request that carries a good token; raise Refused for everything else."""
        profile = PROFILES[profile_name]
        path = request.path.removeprefix("/v1").strip("/")
        for name, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            if request.method not in ("GET", "HEAD"):
                raise spotify_refusal(405, "Method not allowed")
            if name in profile.refused:
                raise spotify_refusal(403, "Forbidden")
            view = self._view(request, profile)
            return json_answer(handler(request, view, match[1] if pattern.groups else ""))
        raise spotify_refusal(404, "Service not found")

    def _view(self, request: Request, profile: Profile) -> View:
        market = request.value("market") or request.value("country")
        if market == "from_token":
            market = None
        if market is not None and not _MARKET.fullmatch(market):
            raise spotify_refusal(400, "Invalid market code")
        return View(self.catalogue, profile, request.origin, market, request.headers.get("accept-language", ""))

    def _search(self, request: Request, view: View, _: str) -> Json:
        text = (request.value("q") or request.value("query") or "").strip()
        if not text:
            raise spotify_refusal(400, "No search query")
        kinds = [kind for kind in (request.value("type") or "").split(",") if kind]
        if not kinds:
            raise spotify_refusal(400, "Missing parameter type")
        part = window(request, view.profile.search_limit, view.profile.search_default, last_offset=1000)
        shapes: dict[str, tuple[Mapping[str, Any], Callable[[Any], Json]]] = {
            "artist": (self.catalogue.artists, view.artist),
            "track": (self.catalogue.tracks, view.track),
            "album": (self.catalogue.albums, view.album_simplified),
        }
        answer: Json = {}
        for kind in kinds:
            if kind not in (*shapes, *_NOT_KEPT):
                raise spotify_refusal(400, f"Bad search type field {kind}")
            things, shape = shapes.get(kind, ({}, dict))
            ids = self.search_index.ids(kind, text) if kind in shapes else []
            params = {"query": text, "type": kind} | ({"market": view.market} if view.market else {})
            url = f"{request.origin}/v1/search"
            answer[f"{kind}s"] = page(url, params, [things[found] for found in ids], part, shape)
        return answer

    def _artist(self, request: Request, view: View, identifier: str) -> Json:
        return view.artist(_one(self.catalogue.artists, identifier))

    def _artists(self, request: Request, view: View, _: str) -> Json:
        return {"artists": [found and view.artist(found) for found in _several(self.catalogue.artists, request, 50)]}

    def _artist_albums(self, request: Request, view: View, identifier: str) -> Json:
        artist = _one(self.catalogue.artists, identifier)
        part = window(request, view.profile.artist_albums_limit, view.profile.artist_albums_default)
        groups = request.value("include_groups") or request.value("album_type")
        wanted = groups.split(",") if groups else _GROUPS
        if not set(wanted) <= set(_GROUPS):
            raise spotify_refusal(400, "Invalid album type")
        albums = [self.catalogue.albums[found] for found in self.catalogue.albums_of_artist.get(identifier, ())]
        albums = [
            album
            for album in albums
            if (album.album_type if identifier in album.artist_ids else "appears_on") in wanted
        ]
        params = {"include_groups": ",".join(wanted)} | ({"market": view.market} if view.market else {})
        url = f"{request.origin}/v1/artists/{identifier}/albums"
        return page(url, params, albums, part, lambda album: view.album_simplified(album, artist.artist_id))

    def _top_tracks(self, request: Request, view: View, identifier: str) -> Json:
        artist = _one(self.catalogue.artists, identifier)
        if view.market is None:
            raise spotify_refusal(400, "Missing market parameter")
        playable = [track for track in self.catalogue.top_tracks(artist.artist_id, 50) if view.playable(track)]
        return {"tracks": [view.track(track) for track in playable[:10]]}

    def _related_artists(self, request: Request, view: View, identifier: str) -> Json:
        artist = _one(self.catalogue.artists, identifier)
        related = self.catalogue.related.get(artist.artist_id, ())[:20]
        return {"artists": [view.artist(self.catalogue.artists[other]) for other in related]}

    def _album(self, request: Request, view: View, identifier: str) -> Json:
        return self._full_album(request, view, identifier)

    def _albums(self, request: Request, view: View, _: str) -> Json:
        found = _several(self.catalogue.albums, request, 20)
        return {"albums": [album and self._full_album(request, view, album.album_id) for album in found]}

    def _full_album(self, request: Request, view: View, identifier: str) -> Json:
        album = _one(self.catalogue.albums, identifier)
        first = Request("GET", "", "limit=50", origin=request.origin)
        return view.album(album, self._album_tracks(first, view, identifier))

    def _album_tracks(self, request: Request, view: View, identifier: str) -> Json:
        album = _one(self.catalogue.albums, identifier)
        part = window(request, largest=50, default=20)
        tracks = [self.catalogue.tracks[track_id] for track_id in album.track_ids]
        params = {"market": view.market} if view.market else {}
        return page(f"{request.origin}/v1/albums/{identifier}/tracks", params, tracks, part, view.track_simplified)

    def _track(self, request: Request, view: View, identifier: str) -> Json:
        return view.track(_one(self.catalogue.tracks, identifier))

    def _tracks(self, request: Request, view: View, _: str) -> Json:
        return {"tracks": [found and view.track(found) for found in _several(self.catalogue.tracks, request, 50)]}

    def _audio_features(self, request: Request, view: View, identifier: str) -> Json:
        features = view.audio_features(_one(self.catalogue.tracks, identifier))
        if features is None:
            raise spotify_refusal(404, "analysis not found")
        return features

    def _several_audio_features(self, request: Request, view: View, _: str) -> Json:
        found: Sequence[Track | None] = _several(self.catalogue.tracks, request, 100)
        return {"audio_features": [track and view.audio_features(track) for track in found]}

    def _markets(self, request: Request, view: View, _: str) -> Json:
        return {"markets": list(MARKETS)}


def _one(things: Mapping[str, T], identifier: str) -> T:
    if not _ID.fullmatch(identifier):
        raise spotify_refusal(400, "invalid id")
    if identifier not in things:
        raise spotify_refusal(404, "Resource not found")
    return things[identifier]


def _several(things: Mapping[str, T], request: Request, cap: int) -> list[T | None]:
    """Return what the `ids` name, None for unknown ones; refuse malformed ids and more than `cap`."""
    identifiers = [part for part in (request.value("ids") or "").split(",") if part]
    if not identifiers or not all(_ID.fullmatch(identifier) for identifier in identifiers):
        raise spotify_refusal(400, "invalid id")
    if len(identifiers) > cap:
        raise spotify_refusal(400, "Too many ids requested")
    return [things.get(identifier) for identifier in identifiers]
