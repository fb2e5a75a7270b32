"""Catalogue values -> the objects of the Spotify Web API, as one caller sees them (profile, market, language)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from orchestration.local.music_api.catalogue import Album, Artist, Catalogue, Track
from orchestration.local.music_api.profiles import Profile
from orchestration.local.music_api.text import base62, digest, within_share

MARKETS = ("AR", "AU", "BR", "CA", "DE", "ES", "FR", "GB", "ID", "IN", "IT", "JP", "KR", "MX", "SE", "TW", "US")
_FEW_MARKETS = ("GB", "US")
_SCRIPTS = {"ko": ("hangul",), "ja": ("kana", "han"), "zh": ("han",)}
_PRECISIONS = {4: "year", 7: "month", 10: "day"}

Json = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One caller's view of the catalogue. `origin` starts every href, next and image URL."""

    catalogue: Catalogue
    profile: Profile
    origin: str
    market: str | None = None
    language: str = ""
    client_id: str = ""
    relinked_percent: float = 0.0

    def artist(self, artist: Artist) -> Json:
        """Return a full artist."""
        return self._seen(
            {
                **self.artist_simplified(artist),
                "followers": {"href": None, "total": artist.followers},
                "genres": list(artist.genres),
                "images": self.images("artist", artist.artist_id, artist.image_url),
                "popularity": artist.popularity,
            }
        )

    def artist_simplified(self, artist: Artist) -> Json:
        """Return the artist as it stands in tracks and albums."""
        return {**self._common("artist", artist.artist_id, artist.external_url), "name": self._name(artist)}

    def album(self, album: Album, tracks: Json) -> Json:
        """Return a full album around one paging object of its tracks."""
        lead = self.catalogue.artists[album.artist_ids[0]]
        label = f"{lead.name} Records"
        return self._seen(
            {
                **self._album_common(album),
                "copyrights": [{"text": f"(C) {label}", "type": "C"}, {"text": f"(P) {label}", "type": "P"}],
                "external_ids": {"upc": f"{digest('upc', album.album_id) % 10**12:012d}"},
                "genres": [],
                "label": label,
                "popularity": album.popularity,
                "tracks": tracks,
            }
        )

    def album_simplified(self, album: Album, group_for: str | None = None) -> Json:
        """Return the album as it stands in tracks, in search, and (with its group) in an artist's albums."""
        shape = self._album_common(album)
        if group_for is not None:
            shape["album_group"] = album.album_type if group_for in album.artist_ids else "appears_on"
        return self._seen(shape)

    def track(self, track: Track) -> Json:
        """Return a full track."""
        return self._seen(
            {
                **self._track_common(track),
                "album": self.album_simplified(self.catalogue.albums[track.album_id]),
                "external_ids": {"isrc": track.isrc},
                "popularity": track.popularity,
            }
        )

    def track_simplified(self, track: Track) -> Json:
        """Return the track as it stands in an album."""
        return self._seen(self._track_common(track))

    def audio_features(self, track: Track) -> Json | None:
        """Return the audio features, or None where there are none."""
        if track.features is None:
            return None
        return {
            "duration_ms": track.duration_ms,
            **track.features,
            "type": "audio_features",
            "id": track.track_id,
            "uri": f"spotify:track:{track.track_id}",
            "track_href": f"{self.origin}/v1/tracks/{track.track_id}",
            "analysis_url": f"{self.origin}/v1/audio-analysis/{track.track_id}",
        }

    def playable(self, track: Track) -> bool:
        """Return whether the caller's market may play the track."""
        return self.market in _markets(track)

    def _common(self, kind: str, identifier: str, link: str | None) -> Json:
        return {
            "external_urls": {"spotify": link or f"https://open.spotify.com/{kind}/{identifier}"},
            "href": f"{self.origin}/v1/{kind}s/{identifier}",
            "id": identifier,
            "type": kind,
            "uri": f"spotify:{kind}:{identifier}",
        }

    def _artists(self, artist_ids: Iterable[str]) -> list[Json]:
        return [self.artist_simplified(self.catalogue.artists[artist_id]) for artist_id in artist_ids]

    def _album_common(self, album: Album) -> Json:
        shape = {
            **self._common("album", album.album_id, album.external_url),
            "album_type": album.album_type,
            "artists": self._artists(album.artist_ids),
            "images": self.images("album", album.album_id, album.image_url),
            "name": album.name,
            "release_date": album.release_date,
            "release_date_precision": _PRECISIONS.get(len(album.release_date or "")),
            "total_tracks": len(album.track_ids),
        }
        if self.market is None:
            shape["available_markets"] = list(MARKETS)
        return shape

    def _track_common(self, track: Track) -> Json:
        shape = {
            **self._track_links(track),
            "artists": self._artists(track.artist_ids),
            "disc_number": 1,
            "duration_ms": track.duration_ms,
            "explicit": track.is_explicit,
            "is_local": False,
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
        }
        if self.market is None:
            return {**shape, "available_markets": list(_markets(track))}
        if self.playable(track):
            return {**shape, "is_playable": True}
        return {**shape, "is_playable": False, "restrictions": {"reason": "market"}}

    def _track_links(self, track: Track) -> Json:
        """Return the track's id and links; of a relinked one those of its stand-in, with its own in `linked_from`.

        The stand-in is known by no other call: who goes on with its id, and not with the one asked for, gets nothing.
        """
        own = self._common("track", track.track_id, track.external_url)
        if self.market is None or not within_share("relinked", track.track_id, self.relinked_percent):
            return own
        return {**self._common("track", base62("relinked", track.track_id), None), "linked_from": own}

    def _name(self, artist: Artist) -> str:
        wanted = _SCRIPTS.get(self.language[:2], ())
        return next(
            (alias.name for script in wanted for alias in artist.aliases if alias.script == script), artist.name
        )

    def images(self, kind: str, identifier: str, url: str | None = None) -> list[Json]:
        """Return the pictures, largest first; one artist in twenty has none."""
        if url:
            return [{"height": 640, "url": url, "width": 640}]
        if kind == "artist" and within_share("no image", identifier, 5):
            return []
        sizes = (640, 320, 160) if kind == "artist" else (640, 300, 64)
        return [
            {"height": size, "url": f"{self.origin}/images/{identifier}/{size}.svg", "width": size} for size in sizes
        ]

    def _seen(self, shape: Json) -> Json:
        """Take out what the key does not get; genres come as a list, empty, null or not at all."""
        absent = self.profile.absent.get(shape["type"], frozenset())
        seen = {name: value for name, value in shape.items() if name not in absent}
        if self.profile.genres_unreliable and "genres" in seen:
            kind = digest("genres", shape["id"]) % 4
            if kind == 3:
                del seen["genres"]
            elif kind:
                seen["genres"] = None if kind == 2 else []
        return seen


def _markets(track: Track) -> tuple[str, ...]:
    """Return where the track may be played: one in a hundred almost nowhere."""
    return _FEW_MARKETS if within_share("few markets", track.track_id, 1) else MARKETS
