"""The rows of the demo catalogue, as values. Facts come from the data files; what is generated says so here."""

from dataclasses import dataclass

PROVIDER = "demo"


@dataclass(frozen=True, slots=True)
class Artist:
    """One artist. `country` is an ISO 3166 code; `popularity` (0..100) and `followers` are generated, not measured."""

    artist_id: str
    name: str
    disambiguation: str
    country: str
    genres: tuple[str, ...]
    popularity: int
    followers: int
    external_url: str


@dataclass(frozen=True, slots=True)
class Track:
    """One song, as a single of its own. Title, year and credits are facts; popularity, duration and ISRC generated."""

    track_id: str
    name: str
    artist_ids: tuple[str, ...]
    album_id: str
    album_name: str
    release_date: str
    popularity: int
    duration_ms: int
    isrc: str
    external_url: str


@dataclass(frozen=True, slots=True)
class AudioFeatures:
    """Generated from the genres, never measured: loudness in dB, tempo in beats a minute, the shares 0..1."""

    track_id: str
    danceability: float
    energy: float
    key: int
    loudness: float
    mode: int
    speechiness: float
    acousticness: float
    instrumentalness: float
    liveness: float
    valence: float
    tempo: float
    duration_ms: int
    time_signature: int


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an artist; ambiguous when another artist is called the same, by name or by alias."""

    alias: str
    script: str
    name: str
    artist_id: str
    is_ambiguous: bool


@dataclass(frozen=True, slots=True)
class DemoCatalogue:
    """Everything the demo has, in the order of the data files."""

    artists: tuple[Artist, ...]
    tracks: tuple[Track, ...]
    audio_features: tuple[AudioFeatures, ...]
    aliases: tuple[Alias, ...]
