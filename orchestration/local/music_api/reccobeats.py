"""ReccoBeats: audio features by Spotify id, ISRC or its own UUID; unknown ids are left out, order is not kept."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from orchestration.local.music_api.catalogue import Catalogue, Track
from orchestration.local.music_api.errors import Refused
from orchestration.local.music_api.messages import Answer, Request, json_answer
from orchestration.local.music_api.text import digest, within_share

CAP = 40
_VALUES = [
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "valence",
]
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}\d{7}")

Json = dict[str, Any]


class ReccoBeatsApi:
    """Answers every path below /reccobeats/v1 for one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._routes: list[tuple[re.Pattern[str], Callable[[Request, float, str], Json]]] = [
            (re.compile("audio-features"), self._audio_features),
            (re.compile("track"), self._tracks),
            (re.compile("track/([^/]+)"), self._track),
            (re.compile("track/([^/]+)/audio-features"), self._track_features),
        ]

    @cached_property
    def _uuids(self) -> dict[str, str]:
        return {_uuid(track_id): track_id for track_id in self.catalogue.tracks}

    def answer(self, request: Request, unknown_percent: float) -> Answer:
        """Return the answer; `unknown_percent` of all tracks are not known here, always the same ones."""
        path = request.path.removeprefix("/reccobeats/v1").strip("/")
        for pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and request.method == "GET":
                return json_answer(handler(request, unknown_percent, match[1] if pattern.groups else ""))
        raise refusal(404, 4042, "Resource not found", request)

    def _audio_features(self, request: Request, unknown_percent: float, _: str) -> Json:
        rows = [row for asked in _ids(request) for row in self._feature_rows(asked, unknown_percent)]
        return {"content": sorted(rows, key=lambda row: digest("order", row["id"]))}

    def _tracks(self, request: Request, unknown_percent: float, _: str) -> Json:
        rows = [self._description(track) for asked in _ids(request) for track in self._named(asked, unknown_percent)]
        return {"content": sorted(rows, key=lambda row: digest("order", row["id"]))}

    def _track(self, request: Request, unknown_percent: float, uuid: str) -> Json:
        return self._description(self._by_uuid(request, unknown_percent, uuid))

    def _track_features(self, request: Request, unknown_percent: float, uuid: str) -> Json:
        track = self._by_uuid(request, unknown_percent, uuid)
        if track.features is None:
            raise refusal(404, 4041, "Audio features not found", request)
        return _features(track, uuid)

    def _by_uuid(self, request: Request, unknown_percent: float, uuid: str) -> Track:
        track = self.catalogue.tracks.get(self._uuids.get(uuid.lower(), ""))
        if track is None or within_share("reccobeats", track.track_id, unknown_percent):
            raise refusal(404, 4041, "Track not found", request)
        return track

    def _named(self, asked: str, unknown_percent: float) -> list[Track]:
        isrc = asked.upper()
        if _ISRC.fullmatch(isrc):
            track_ids = list(self.catalogue.tracks_of_isrc.get(isrc, ()))
        else:
            track_ids = [self._uuids.get(asked.lower(), asked)]
        tracks = [self.catalogue.tracks[track_id] for track_id in track_ids if track_id in self.catalogue.tracks]
        return [track for track in tracks if not within_share("reccobeats", track.track_id, unknown_percent)]

    def _feature_rows(self, asked: str, unknown_percent: float) -> Iterator[Json]:
        """Yield a row per track meant; for one ISRC in fifty a second entry of the same recording too."""
        for track in self._named(asked, unknown_percent):
            if track.features is None:
                continue
            yield _features(track, _uuid(track.track_id))
            if _ISRC.fullmatch(asked.upper()) and within_share("second entry", track.isrc, 2):
                yield _features(track, _uuid(track.track_id + " again"))

    def _description(self, track: Track) -> Json:
        artists = [self.catalogue.artists[artist_id] for artist_id in track.artist_ids]
        return {
            "id": _uuid(track.track_id),
            "trackTitle": track.name,
            "artists": [
                {"id": _uuid(artist.artist_id), "name": artist.name, "href": _link("artist", artist.artist_id)}
                for artist in artists
            ],
            "durationMs": track.duration_ms,
            "isrc": track.isrc,
            "ean": None,
            "upc": None,
            "href": _link("track", track.track_id),
            "availableCountries": None,
            "popularity": track.popularity,
        }


def refusal(status: int, code: int, message: str, request: Request, headers: dict[str, str] | None = None) -> Refused:
    """Return ReccoBeats' error object: its own code in `status`, the HTTP one in the status line."""
    payload = {"error": message, "path": request.path.removeprefix("/reccobeats"), "status": code}
    return Refused(status, payload, headers)


def _ids(request: Request) -> list[str]:
    """Return the first 40 different ids of both spellings (`ids=a&ids=b`, `ids=a,b`); the rest is dropped silently."""
    given = [part.strip() for value in request.query.get("ids", []) for part in value.split(",")]
    ids = list(dict.fromkeys(part for part in given if part))
    if not ids:
        raise refusal(400, 4001, "Parameter ids is required", request)
    return ids[:CAP]


def _features(track: Track, uuid: str) -> Json:
    """Return one row; in 2 % no key was detected, 1 % have no ISRC, one in 200 lacks a value."""
    given = track.features or {}
    row: Json = {"id": uuid, "href": _link("track", track.track_id), "isrc": track.isrc}
    row |= {name: given[name] for name in _VALUES if name in given}
    if within_share("no key", track.track_id, 2):
        row["key"] = -1
    if within_share("no isrc", track.track_id, 1):
        del row["isrc"]
    if within_share("no liveness", track.track_id, 0.5):
        row.pop("liveness", None)
    return row


def _uuid(identifier: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://reccobeats.com/{identifier}"))


def _link(kind: str, identifier: str) -> str:
    return f"https://open.spotify.com/{kind}/{identifier}"
