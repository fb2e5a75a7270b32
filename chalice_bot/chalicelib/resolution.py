"""What a text may turn out to mean, and what is known of it besides the catalogue. The type says which kind it is."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.music import Album, Artist, Track


@dataclass(frozen=True)
class Help:
    """Nothing was asked, or help was: say what the bot can do."""


@dataclass(frozen=True)
class FoundArtist:
    """Exactly one artist; `others` bear the name too, as an alias or less surely."""

    artist: Artist
    others: tuple[Artist, ...] = ()


@dataclass(frozen=True)
class FoundTrack:
    """Exactly one song."""

    track: Track


@dataclass(frozen=True)
class FoundAlbum:
    """Exactly one album; its tracks in the catalogue, best known first."""

    album: Album


@dataclass(frozen=True)
class Which:
    """Several readings, none of them clearly meant: ask. The likeliest comes first; `key` is what a choice answers."""

    key: str
    choices: tuple[Artist | Track, ...]


@dataclass(frozen=True)
class Link:
    """A link to something on Spotify: `kind` is artist, track or album."""

    kind: str
    spotify_id: str


@dataclass(frozen=True)
class Unknown:
    """Nothing by that name; `suggestions` merely look like it. `link` is what it was, if it was a link, not a name.

    `name` is the text without the words that ask for music, `key` its search key.
    """

    key: str = ""
    suggestions: tuple[Artist | Track, ...] = ()
    link: Link | None = None
    name: str = ""

    @property
    def asked(self) -> "Asked | None":
        """What a provider may be asked for; None where nothing is: an album, something that merely looks alike."""
        if self.link:
            return Asked(self.link.kind, self.link.spotify_id) if self.link.kind != "album" else None
        return Asked("name", self.key, self.name) if self.key and not self.suggestions else None


@dataclass(frozen=True)
class Asked:
    """What is looked up at a provider: `about` says what `key` is, `name` (a search key), `artist` or `track` (an id).

    `name` is the name as typed, for the provider's search.
    """

    about: str
    key: str
    name: str = ""

    @property
    def sort_key(self) -> str:
        """The look-up's own key."""
        return f"{self.about}#{self.key}"


@dataclass(frozen=True)
class TooLong:
    """Longer than any name: not looked up."""


Resolution = Help | FoundArtist | FoundTrack | FoundAlbum | Which | Unknown | TooLong


@dataclass(frozen=True)
class Known:
    """What people told about one search key, each as `ARTIST|<id>` or `TRACK|<id>`.

    `choice` is what this very person chose for it; `aliases` are what enough others confirmed.
    """

    choice: str | None = None
    aliases: tuple[str, ...] = ()


Knowledge = Callable[[str], Known]
"""Looks up what is known of a search key."""


def nothing_known(key: str) -> Known:
    """Know nothing: for a terminal, and wherever the memory cannot be read."""
    return Known()
