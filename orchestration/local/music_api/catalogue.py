"""What the three APIs know: artists, tracks and albums by id, and who made what. Values only; reading.py fills it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an artist; script is hangul, kana, han or latin."""

    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Artist:
    """One artist; popularity and followers are 0 where the catalogue does not say."""

    artist_id: str
    name: str
    genres: tuple[str, ...]
    popularity: int
    followers: int
    country: str | None
    image_url: str | None
    external_url: str | None
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """One track; `features` holds the audio values the catalogue gives, or nothing."""

    track_id: str
    name: str
    artist_ids: tuple[str, ...]
    album_id: str
    track_number: int
    popularity: int
    is_explicit: bool
    duration_ms: int
    isrc: str
    image_url: str | None
    external_url: str | None
    features: Mapping[str, float | int] | None


@dataclass(frozen=True, slots=True)
class Album:
    """One album: the tracks the catalogue has of it. A release date is as precise as the catalogue gives it."""

    album_id: str
    name: str
    album_type: str
    artist_ids: tuple[str, ...]
    track_ids: tuple[str, ...]
    release_date: str | None
    popularity: int
    image_url: str | None
    external_url: str | None


@dataclass(frozen=True)
class Catalogue:
    """Everything served, by id, with the indexes the answers need."""

    artists: Mapping[str, Artist]
    tracks: Mapping[str, Track]
    albums: Mapping[str, Album]
    related: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tracks_of_artist: Mapping[str, Sequence[str]] = field(default_factory=dict)
    albums_of_artist: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tracks_of_isrc: Mapping[str, Sequence[str]] = field(default_factory=dict)
    skipped_rows: int = 0

    def top_tracks(self, artist_id: str, count: int) -> list[Track]:
        """Return the artist's most popular tracks; ties by id."""
        tracks = [self.tracks[track_id] for track_id in self.tracks_of_artist.get(artist_id, ())]
        return sorted(tracks, key=lambda track: (-track.popularity, track.track_id))[:count]


def indexed(
    artists: Mapping[str, Artist],
    tracks: Mapping[str, Track],
    albums: Mapping[str, Album],
    related: Mapping[str, Sequence[str]],
    skipped_rows: int = 0,
) -> Catalogue:
    """Return a catalogue with its indexes; albums of an artist newest first, undated ones last."""
    tracks_of_artist: dict[str, list[str]] = {}
    tracks_of_isrc: dict[str, list[str]] = {}
    albums_of_artist: dict[str, list[str]] = {}
    for track in tracks.values():
        tracks_of_isrc.setdefault(track.isrc, []).append(track.track_id)
        for artist_id in track.artist_ids:
            tracks_of_artist.setdefault(artist_id, []).append(track.track_id)
            album_ids = albums_of_artist.setdefault(artist_id, [])
            if track.album_id not in album_ids:
                album_ids.append(track.album_id)
    for album_ids in albums_of_artist.values():
        album_ids.sort()
        album_ids.sort(key=lambda album_id: albums[album_id].release_date or "", reverse=True)
    return Catalogue(artists, tracks, albums, related, tracks_of_artist, albums_of_artist, tracks_of_isrc, skipped_rows)
