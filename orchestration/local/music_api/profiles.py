"""What a Spotify key may do: `extended` (before 2024-11-27: everything) and `development` (since 2026-02-11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Profile:
    """Limits, endpoints refused with 403, and fields left out of the answers."""

    name: str
    search_limit: int
    search_default: int
    artist_albums_limit: int
    artist_albums_default: int
    refused: frozenset[str] = frozenset()
    absent: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Object type -> fields the key does not get."""
    genres_unreliable: bool = False
    old_playlists: bool = True
    """Playlists of anybody, with `tracks` and `track`; else own ones only, with `items` and `item`."""


EXTENDED = Profile("extended", search_limit=50, search_default=20, artist_albums_limit=50, artist_albums_default=20)

DEVELOPMENT = Profile(
    "development",
    search_limit=10,
    search_default=5,
    artist_albums_limit=10,
    artist_albums_default=5,
    refused=frozenset(
        (
            *("artists", "tracks", "albums", "top_tracks", "related_artists", "recommendations", "genre_seeds"),
            *("audio_features", "several_audio_features", "audio_analysis"),
            *("new_releases", "categories", "category", "category_playlists", "featured_playlists"),
            *("markets", "user", "user_playlists", "playlist_tracks"),
        )
    ),
    absent={
        "artist": frozenset({"followers", "popularity"}),
        "track": frozenset({"popularity", "available_markets", "linked_from"}),
        "album": frozenset({"popularity", "label", "available_markets", "album_group"}),
    },
    genres_unreliable=True,
    old_playlists=False,
)

PROFILES = {profile.name: profile for profile in (EXTENDED, DEVELOPMENT)}
