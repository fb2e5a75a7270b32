"""MusicBrainz: Spotify links to artists, aliases, genres with votes, ISRCs. JSON only when asked for."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from orchestration.local.music_api.catalogue import Alias, Artist, Catalogue
from orchestration.local.music_api.errors import Refused
from orchestration.local.music_api.lucene import matches, parse
from orchestration.local.music_api.messages import Answer, Request, json_answer

CAP = 100
STREAMING = "769085a1-c2f7-4c24-a532-2375a77693bd"
_GENERIC = re.compile(r"(python|curl|wget|java|okhttp|go-http|httpx|aiohttp|apache|ruby|php|node|axios|mozilla)", re.I)
_SPOTIFY_ARTIST = "https://open.spotify.com/artist/"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOCALES = {"hangul": "ko", "kana": "ja", "han": "zh"}

Json = dict[str, Any]


class MusicBrainzApi:
    """Answers every path below /musicbrainz/ws/2 for one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._routes: list[tuple[re.Pattern[str], Callable[[Request, str], Json]]] = [
            (re.compile("url"), self._urls),
            (re.compile("artist"), self._search),
            (re.compile("artist/([^/]+)"), self._artist),
            (re.compile("isrc/([^/]+)"), self._isrc),
        ]

    @cached_property
    def _by_mbid(self) -> dict[str, Artist]:
        return {mbid(artist.artist_id): artist for artist in self.catalogue.artists.values()}

    def answer(self, request: Request) -> Answer:
        """Return the answer; callers are told apart by User-Agent, and refused with 403 when it names nobody."""
        agent = request.headers.get("user-agent", "").strip()
        if not agent or (_GENERIC.match(agent) and "(" not in agent):
            raise refusal(403, "Your User-Agent names no application and no contact; such requests are blocked.")
        path = request.path.removeprefix("/musicbrainz/ws/2").strip("/")
        for pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and request.method == "GET":
                payload = handler(request, match[1] if pattern.groups else "")
                return json_answer(payload) if _wants_json(request) else _XML
        raise refusal(404, "Not Found")

    def _urls(self, request: Request, _: str) -> Json:
        resources = request.query.get("resource", [])
        if not resources:
            raise refusal(400, "/url needs at least one resource parameter.")
        with_artists = "artist-rels" in _included(request)
        urls = [url for url in (self._url(resource, with_artists) for resource in resources[:CAP]) if url]
        if len(resources) > 1:
            return {"url-count": len(urls), "url-offset": 0, "urls": urls}
        if not urls:
            raise refusal(404, "Not Found")
        return urls[0]

    def _url(self, resource: str, with_artists: bool) -> Json | None:
        artist = self.catalogue.artists.get(resource.removeprefix(_SPOTIFY_ARTIST))
        if artist is None or not resource.startswith(_SPOTIFY_ARTIST):
            return None
        url: Json = {"id": _id(resource), "resource": resource}
        if with_artists:
            named = {"id": mbid(artist.artist_id), "name": artist.name, "sort-name": _sort_name(artist.name)}
            described = {"type": None, "type-id": None, "country": artist.country, "disambiguation": ""}
            url["relations"] = [{**_streaming("backward", "artist"), "artist": named | described}]
        return url

    def _artist(self, request: Request, identifier: str) -> Json:
        if not _UUID.fullmatch(identifier.lower()):
            raise refusal(400, "Invalid mbid.")
        artist = self._by_mbid.get(identifier.lower())
        if artist is None:
            raise refusal(404, "Not Found")
        included, shape = _included(request), _described(artist)
        if "aliases" in included:
            shape["aliases"] = [_alias(alias) for alias in artist.aliases]
        if "url-rels" in included:
            resource = _SPOTIFY_ARTIST + artist.artist_id
            url = {"id": _id(resource), "resource": resource}
            shape["relations"] = [{**_streaming("forward", "url"), "url": url}]
        if "genres" in included:
            shape["genres"] = _genres(artist)
        if "tags" in included:
            shape["tags"] = [{"name": genre["name"], "count": genre["count"]} for genre in _genres(artist)]
        return shape

    def _search(self, request: Request, _: str) -> Json:
        text = request.value("query")
        if not text:
            raise refusal(400, "/artist needs a query or an mbid.")
        limit, offset = _number(request, "limit", 25, 100), _number(request, "offset", 0, 10**9)
        query = parse(text)
        scored = [(matches(query, artist), artist) for artist in self.catalogue.artists.values()]
        found = sorted(
            ((score, artist) for score, artist in scored if score),
            key=lambda pair: (-pair[0], -pair[1].popularity, pair[1].artist_id),
        )
        artists = [
            _described(artist) | {"score": score, "aliases": [_alias(alias) for alias in artist.aliases]}
            for score, artist in found[offset : offset + limit]
        ]
        return {"created": "2026-11-22T00:00:00.000Z", "count": len(found), "offset": offset, "artists": artists}

    def _isrc(self, request: Request, isrc: str) -> Json:
        track_ids = self.catalogue.tracks_of_isrc.get(isrc.upper())
        if not track_ids:
            raise refusal(404, "Not Found")
        track = self.catalogue.tracks[track_ids[0]]
        recording = {
            "id": _id(f"recording/{isrc.upper()}"),
            "title": track.name,
            "length": track.duration_ms,
            "video": False,
            "disambiguation": "",
            "first-release-date": min(
                (self.catalogue.albums[self.catalogue.tracks[t].album_id].release_date or "" for t in track_ids),
            ),
        }
        return {"isrc": isrc.upper(), "recordings": [recording]}


def mbid(artist_id: str) -> str:
    """Return the MBID of a Spotify artist."""
    return _id(_SPOTIFY_ARTIST + artist_id + "#mbid")


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> Refused:
    """Return MusicBrainz' error object."""
    help_text = "For usage, please see: https://musicbrainz.org/development/mmd"
    return Refused(status, {"error": message, "help": help_text}, headers)


def _id(resource: str) -> str:
    return str(uuid5(NAMESPACE_URL, resource))


def _included(request: Request) -> set[str]:
    return set((request.value("inc") or "").replace("+", " ").split())


def _wants_json(request: Request) -> bool:
    return request.value("fmt") == "json" or "application/json" in request.headers.get("accept", "")


def _number(request: Request, name: str, default: int, largest: int) -> int:
    text = request.value(name) or ""
    return min(int(text), largest) if text.isdecimal() else default


def _sort_name(name: str) -> str:
    return f"{name[4:]}, The" if name.lower().startswith("the ") else name


def _described(artist: Artist) -> Json:
    return {
        "id": mbid(artist.artist_id),
        "name": artist.name,
        "sort-name": _sort_name(artist.name),
        "type": None,
        "type-id": None,
        "country": artist.country,
        "disambiguation": "",
        "life-span": {"begin": None, "end": None, "ended": False},
    }


def _alias(alias: Alias) -> Json:
    locale = _LOCALES.get(alias.script)
    return {
        "name": alias.name,
        "sort-name": alias.name,
        "locale": locale,
        "primary": True if locale else None,
        "type": "Artist name" if locale else "Search hint",
        "type-id": None,
        "begin": None,
        "end": None,
        "ended": False,
    }


def _genres(artist: Artist) -> list[Json]:
    """Return the catalogue's genres; votes fall from 6 to 1 in the order given there."""
    return [
        {"id": _id(f"genre/{genre}"), "name": genre, "count": max(1, 6 - place), "disambiguation": ""}
        for place, genre in enumerate(artist.genres)
    ]


def _streaming(direction: str, target: str) -> Json:
    return {
        "type": "free streaming",
        "type-id": STREAMING,
        "target-type": target,
        "direction": direction,
        "begin": None,
        "end": None,
        "ended": False,
        "attributes": [],
    }


_XML = Answer(
    200,
    b'<?xml version="1.0" encoding="UTF-8"?><metadata xmlns="http://musicbrainz.org/ns/mmd-2.0#"/>',
    content_type="application/xml; charset=utf-8",
)
