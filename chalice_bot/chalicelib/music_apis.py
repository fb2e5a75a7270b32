"""What providers know of an artist that is not in the catalogue: asked once, for an answer now and for the next build.

The clients are those of `ingest/`, with the deadlines that the nightly run and the bot share; `vendor/` ships them.
"""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import LookupFailed, PutOff
from chalicelib.learned import Learned
from ingest import json_api
from ingest.deadlines import StateUnreachable
from ingest.errors import Deferred as OthersDeferred
from ingest.errors import IngestError
from ingest.json_api import JsonApi
from ingest.spotify.client import Absent, Client, Deferred, Refused, SpotifyError

Json = dict[str, Any]
CANDIDATES = 5
TRACKS = 10
_RECCOBEATS_IDS = 40  # ids that one call takes
_VALUES = [
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
]
_TRACK_LINK = re.compile(r"open\.spotify\.com/(?:intl-[\w-]+/)?track/([0-9A-Za-z]{22})")
_ARTIST_LINK = "https://open.spotify.com/artist/"

_log = logging.getLogger("segue.music_apis")


@dataclass(frozen=True)
class Candidate:
    """An artist that Spotify offers for a name."""

    artist_id: str
    name: str


@dataclass
class MusicApis:
    """The providers; `provider` labels what Spotify says. Raises PutOff or LookupFailed where Spotify does not help."""

    spotify: Client
    reccobeats: JsonApi
    musicbrainz: JsonApi
    provider: str = "spotify"
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def candidates(self, name: str) -> list[Candidate]:
        """Artists that Spotify's search finds for a name, in its order."""
        found = self._ask("search", {"q": name, "type": "artist", "limit": CANDIDATES})
        items = _objects(_object(found.get("artists")).get("items"))
        return [Candidate(str(one["id"]), str(one["name"])) for one in items if one.get("id") and one.get("name")]

    def artist_of_track(self, track_id: str) -> str | None:
        """The main artist of a track; None where there is no such track."""
        return next(iter(_artist_ids(self._ask(f"tracks/{track_id}"))), None)

    def learn(self, artist_id: str) -> Learned | None:
        """All that can be had of one artist; None where Spotify has no such artist."""
        given = self._ask(f"artists/{artist_id}")
        if not given.get("name"):
            return None
        stamp = {"provider": self.provider, "retrieved_at": self.now().isoformat(timespec="milliseconds")}
        artist = {
            "name": given["name"],
            "genres": [one for one in given.get("genres") or [] if isinstance(one, str)],
            "popularity": given.get("popularity"),
            "followers": _object(given.get("followers")).get("total"),
            "image_url": _image(given),
            "external_url": _object(given.get("external_urls")).get("spotify"),
            "musicbrainz_genres": self._genres(artist_id),
        }
        tracks = [_track(one) for one in self._tracks(artist_id, str(given["name"]))]
        features = self._features([one["track_id"] for one in tracks])
        described = [one | features.get(one["track_id"], {}) | stamp for one in tracks]
        return Learned(artist_id, _known(artist | stamp), tuple(map(_known, described)))

    def _tracks(self, artist_id: str, name: str) -> list[Json]:
        """Top tracks; where the key may not ask for them, what a search finds of this very artist."""
        try:
            given = _objects(self._ask(f"artists/{artist_id}/top-tracks").get("tracks"))
        except _NotForThisKey:
            quoted = name.replace('"', " ")
            found = self._ask("search", {"q": f'artist:"{quoted}"', "type": "track", "limit": TRACKS})
            given = _objects(_object(found.get("tracks")).get("items"))
        return [one for one in given if one.get("id") and artist_id in _artist_ids(one)][:TRACKS]

    def _features(self, track_ids: Sequence[str]) -> dict[str, Json]:
        """Audio features by track, Spotify's own where the key has them, else ReccoBeats'; an answer does without."""
        if not track_ids:
            return {}
        try:
            given = _objects(self._ask("audio-features", {"ids": ",".join(track_ids)}).get("audio_features"))
            found = {str(one.get("id")): _features_of(one, self.provider) for one in given}
        except (_NotForThisKey, LookupFailed, PutOff):
            found = {}
        missing = [one for one in track_ids if one not in found]
        return found | self._others_features(missing[:_RECCOBEATS_IDS])

    def _others_features(self, track_ids: Sequence[str]) -> dict[str, Json]:
        if not track_ids:
            return {}
        answer = self._ask_politely(self.reccobeats, "audio-features", [("ids", ",".join(track_ids))])
        found: dict[str, Json] = {}
        for one in _objects(answer.get("content")):
            link = _TRACK_LINK.search(str(one.get("href")))
            if link:
                found.setdefault(link[1], _features_of(one, self._label("reccobeats")))
        return found

    def _genres(self, artist_id: str) -> list[Json] | None:
        """MusicBrainz's genres with their votes: Spotify often has none."""
        link = [("resource", _ARTIST_LINK + artist_id), ("inc", "artist-rels"), ("fmt", "json")]
        relations = _objects(self._ask_politely(self.musicbrainz, "url", link).get("relations"))
        mbids = [str(artist["id"]) for one in relations if (artist := _object(one.get("artist"))).get("id")]
        if not mbids:
            return None
        answer = self._ask_politely(self.musicbrainz, f"artist/{min(mbids)}", [("inc", "genres"), ("fmt", "json")])
        found = [(one.get("name"), one.get("count")) for one in _objects(answer.get("genres"))]
        return [
            {"genre": name, "votes": votes} for name, votes in found if name and isinstance(votes, int) and votes > 0
        ]

    def _label(self, own: str) -> str:
        """What a provider's values are labelled with: all are the demo's, where Spotify's are."""
        return self.provider if self.provider != "spotify" else own

    def _ask(self, path: str, parameters: Json | None = None) -> Json:
        try:
            return self.spotify.get(path, parameters)
        except Deferred as deferred:
            raise PutOff(deferred.until) from deferred
        except Absent as absent:
            raise _NotForThisKey(str(absent)) from absent
        except Refused as refused:
            if refused.status in (400, 404):
                return {}
            raise LookupFailed(f"Asking Spotify for an artist: {refused}") from refused
        except (SpotifyError, StateUnreachable) as problem:
            raise LookupFailed(f"Asking Spotify for an artist: {problem}") from problem

    def _ask_politely(self, api: JsonApi, path: str, parameters: list[tuple[str, str]]) -> Json:
        """What another provider says; nothing where it fails, since an answer does without."""
        try:
            return api.get(path, parameters)
        except (OthersDeferred, IngestError, json_api.Refused, StateUnreachable) as problem:
            _log.info("%s has nothing: %s", api.provider, type(problem).__name__)
            return {}


class _NotForThisKey(LookupFailed):
    """The key may not use an endpoint."""


def _track(given: Json) -> Json:
    album = _object(given.get("album"))
    return {
        "track_id": _object(given.get("linked_from")).get("id") or given["id"],
        "name": given.get("name"),
        "artists": [
            {"artist_id": one["id"], "name": one.get("name")}
            for one in _objects(given.get("artists"))
            if isinstance(one.get("id"), str)
        ],
        "album_id": album.get("id"),
        "album_name": album.get("name"),
        "release_date": album.get("release_date"),
        "image_url": _image(album),
        "external_url": _object(given.get("external_urls")).get("spotify"),
        "popularity": given.get("popularity"),
        "is_explicit": given.get("explicit"),
        "duration_ms": given.get("duration_ms"),
        "isrc": _object(given.get("external_ids")).get("isrc"),
    }


def _features_of(given: Json, provider: str) -> Json:
    values = {name: given[name] for name in _VALUES if isinstance(given.get(name), int | float)}
    return {"features": values, "features_provider": provider}


def _image(given: Json) -> str | None:
    return next((str(one["url"]) for one in _objects(given.get("images")) if one.get("url")), None)


def _artist_ids(track: Json) -> Iterable[str]:
    return [one["id"] for one in _objects(track.get("artists")) if isinstance(one.get("id"), str)]


def _known(item: Json) -> Json:
    return {name: value for name, value in item.items() if value is not None}


def _object(given: Any) -> Json:
    return given if isinstance(given, dict) else {}


def _objects(given: Any) -> list[Json]:
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
