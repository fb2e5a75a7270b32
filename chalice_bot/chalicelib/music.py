"""What a reply is made of, and how the rows of the serving tables become it."""

import json
from dataclasses import dataclass, field
from typing import Any

from psycopg.rows import DictRow


@dataclass(frozen=True)
class Artist:
    """One row of dim_artists, as far as a reply shows it."""

    artist_id: str
    name: str
    url: str | None = None
    image_url: str | None = None
    genres: tuple[str, ...] = ()
    country: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    popularity: int | None = None
    features_provider: str | None = None


@dataclass(frozen=True)
class Track:
    """One row of dim_tracks, as far as a reply shows it."""

    track_id: str
    name: str
    artist_id: str
    artist_names: tuple[str, ...]
    url: str | None = None
    image_url: str | None = None
    release_year: int | None = None
    popularity: int | None = None
    recording_key: str | None = None
    features_provider: str | None = None


@dataclass(frozen=True)
class Album:
    """An album as far as its songs are in the catalogue."""

    album_id: str
    name: str | None
    tracks: tuple[Track, ...]


@dataclass(frozen=True)
class SimilarArtist:
    """A neighbour, why it is one, and the song of its own to start with."""

    artist: Artist
    score: float
    reasons: dict[str, Any] = field(default_factory=dict)
    song: Track | None = None


@dataclass(frozen=True)
class SimilarTrack:
    """A song that feels alike, and why."""

    track: Track
    reasons: dict[str, Any] = field(default_factory=dict)


def artist_of(row: DictRow) -> Artist:
    """Read an artist from a row that holds all columns of dim_artists."""
    return Artist(
        artist_id=row["artist_id"],
        name=row["name"],
        url=row["spotify_url"],
        image_url=row["image_url"],
        genres=_strings(row["genres"]),
        country=row["country"],
        first_year=row["first_year"],
        last_year=row["last_year"],
        popularity=row["popularity"],
        features_provider=row["features_provider"],
    )


def track_of(row: DictRow) -> Track:
    """Read a song from a row that holds all columns of dim_tracks."""
    return Track(
        track_id=row["track_id"],
        name=row["name"],
        artist_id=row["artist_id"],
        artist_names=_strings(row["artist_names"]) or ((row["artist_name"],) if row["artist_name"] else ()),
        url=row["spotify_url"],
        image_url=row["image_url"],
        release_year=row["release_year"],
        popularity=row["popularity"],
        recording_key=row["recording_key"],
        features_provider=row["features_provider"],
    )


def _strings(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def object_of(text: str | None) -> dict[str, Any]:
    """Read a column of JSON; an empty one is an empty object."""
    return dict(json.loads(text)) if text else {}
