"""The Spotify Web API: one request -> one answer, from the catalogue and the caller's profile. No clock, no sockets."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from orchestration.local.music_api.browse import BrowseEndpoints
from orchestration.local.music_api.catalogue import Catalogue, Track
from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.messages import Answer, Request, json_answer
from orchestration.local.music_api.paging import page, window
from orchestration.local.music_api.playlists import PlaylistEndpoints
from orchestration.local.music_api.profiles import PROFILES, Profile
from orchestration.local.music_api.routes import Route, found, found_several
from orchestration.local.music_api.search import Search
from orchestration.local.music_api.shapes import Json, View

_MARKET = re.compile(r"[A-Z]{2}")
_NOT_KEPT = ("playlist", "show", "episode", "audiobook")
_GROUPS = ("album", "single", "appears_on", "compilation")


class SpotifyApi:
    """Answers every path below /v1 for one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.search_index = Search(catalogue)
        self._routes = [
            Route("search", re.compile("search"), self._search),
            Route("artist", re.compile("artists/([^/]+)"), self._artist),
            Route("artists", re.compile("artists"), self._artists),
            Route("artist_albums", re.compile("artists/([^/]+)/albums"), self._artist_albums),
            Route("top_tracks", re.compile("artists/([^/]+)/top-tracks"), self._top_tracks),
            Route("album", re.compile("albums/([^/]+)"), self._album),
            Route("albums", re.compile("albums"), self._albums),
            Route("album_tracks", re.compile("albums/([^/]+)/tracks"), self._album_tracks),
            Route("track", re.compile("tracks/([^/]+)"), self._track),
            Route("tracks", re.compile("tracks"), self._tracks),
            Route("audio_features", re.compile("audio-features/([^/]+)"), self._audio_features),
            Route("several_audio_features", re.compile("audio-features"), self._several_audio_features),
            *PlaylistEndpoints(catalogue).routes(),
            *BrowseEndpoints(catalogue).routes(),
        ]

    def answer(self, request: Request, profile_name: str, client_id: str = "", relinked_percent: float = 0.0) -> Answer:
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
            view = replace(self._view(request, profile, client_id), relinked_percent=relinked_percent)
            return json_answer(handler(request, view, match[1] if pattern.groups else ""))
        raise spotify_refusal(404, "Service not found")

    def _view(self, request: Request, profile: Profile, client_id: str) -> View:
        market = request.value("market") or request.value("country")
        if market == "from_token":
            market = None
        if market is not None and not _MARKET.fullmatch(market):
            raise spotify_refusal(400, "Invalid market code")
        language = request.headers.get("accept-language", "")
        return View(self.catalogue, profile, request.origin, market, language, client_id)

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
        return view.artist(found(self.catalogue.artists, identifier))

    def _artists(self, request: Request, view: View, _: str) -> Json:
        return {
            "artists": [found and view.artist(found) for found in found_several(self.catalogue.artists, request, 50)]
        }

    def _artist_albums(self, request: Request, view: View, identifier: str) -> Json:
        artist = found(self.catalogue.artists, identifier)
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
        artist = found(self.catalogue.artists, identifier)
        if view.market is None:
            raise spotify_refusal(400, "Missing market parameter")
        playable = [track for track in self.catalogue.top_tracks(artist.artist_id, 50) if view.playable(track)]
        return {"tracks": [view.track(track) for track in playable[:10]]}

    def _album(self, request: Request, view: View, identifier: str) -> Json:
        return self._full_album(request, view, identifier)

    def _albums(self, request: Request, view: View, _: str) -> Json:
        found = found_several(self.catalogue.albums, request, 20)
        return {"albums": [album and self._full_album(request, view, album.album_id) for album in found]}

    def _full_album(self, request: Request, view: View, identifier: str) -> Json:
        album = found(self.catalogue.albums, identifier)
        first = Request("GET", "", "limit=50", origin=request.origin)
        return view.album(album, self._album_tracks(first, view, identifier))

    def _album_tracks(self, request: Request, view: View, identifier: str) -> Json:
        album = found(self.catalogue.albums, identifier)
        part = window(request, largest=50, default=20)
        tracks = [self.catalogue.tracks[track_id] for track_id in album.track_ids]
        params = {"market": view.market} if view.market else {}
        return page(f"{request.origin}/v1/albums/{identifier}/tracks", params, tracks, part, view.track_simplified)

    def _track(self, request: Request, view: View, identifier: str) -> Json:
        return view.track(found(self.catalogue.tracks, identifier))

    def _tracks(self, request: Request, view: View, _: str) -> Json:
        return {"tracks": [found and view.track(found) for found in found_several(self.catalogue.tracks, request, 50)]}

    def _audio_features(self, request: Request, view: View, identifier: str) -> Json:
        features = view.audio_features(found(self.catalogue.tracks, identifier))
        if features is None:
            raise spotify_refusal(404, "analysis not found")
        return features

    def _several_audio_features(self, request: Request, view: View, _: str) -> Json:
        found: Sequence[Track | None] = found_several(self.catalogue.tracks, request, 100)
        return {"audio_features": [track and view.audio_features(track) for track in found]}
