"""What somebody typed -> what is meant: one artist, one song, a question back, or an honest nothing.

Exact keys decide; likeness only ever suggests. Which kind came out is the type of the result.
"""

import re
from dataclasses import dataclass

from chalicelib.music import Artist, NameMatch, Track
from chalicelib.snapshot import Snapshot

LONGEST_NAME = 250  # characters; the longest title of the real catalogue has 194
MANY = 10  # candidates shown at most when we ask back
_SURE = 0.55  # an alias below this confidence (one that sources call ambiguous) is suggested, not answered
_AHEAD = 0.25  # by how much the best reading must beat the next one to be answered without asking
_LIKENESS = 0.35  # trigram likeness from which a name is worth suggesting
_HELP = frozenset({"help", "?", "menu", "start", "hi", "hello", "도움말", "도움", "안녕", "안녕하세요", "시작"})
_LINK = re.compile(
    r"(?:spotify:|https?://open\.spotify\.com/(?:intl-[a-z-]+/)?)(artist|track)[:/]([A-Za-z0-9]{22})\b.*", re.S
)
_ACTION = re.compile(r"(ARTIST|TRACK)\|([A-Za-z0-9]{22})(?:\|(?:ko|en))?")


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
class WhichArtist:
    """Several artists with this very name: ask."""

    candidates: tuple[Artist, ...]


@dataclass(frozen=True)
class WhichTrack:
    """Several songs with this very title: ask."""

    candidates: tuple[Track, ...]


@dataclass(frozen=True)
class Unknown:
    """Nothing by that name; `suggestions` merely look like it."""

    suggestions: tuple[Artist, ...] = ()


@dataclass(frozen=True)
class TooLong:
    """Longer than any name: not looked up."""


Resolution = Help | FoundArtist | FoundTrack | WhichArtist | WhichTrack | Unknown | TooLong


def resolve(snapshot: Snapshot, text: str) -> Resolution:
    """Find out what the text means in this generation."""
    text = _storable(text).strip()
    if len(text) > LONGEST_NAME:
        return TooLong()
    link = _LINK.fullmatch(text)
    if link:
        return _by_id(snapshot, link[1].upper(), link[2])
    return _by_name(snapshot, snapshot.search_key(text))


def resolve_action(snapshot: Snapshot, payload: str) -> Resolution:
    """Find out what a tapped button means; a payload we never wrote gets help."""
    action = _ACTION.fullmatch(payload)
    return _by_id(snapshot, action[1], action[2]) if action else Help()


def is_action(payload: str) -> bool:
    """Whether a payload is one that our buttons carry."""
    return _ACTION.fullmatch(payload) is not None


def _by_id(snapshot: Snapshot, kind: str, identifier: str) -> Resolution:
    if kind == "ARTIST":
        artist = snapshot.artist(identifier)
        return FoundArtist(artist) if artist else Unknown()
    track = snapshot.track(identifier)
    return FoundTrack(track) if track else Unknown()


def _by_name(snapshot: Snapshot, key: str) -> Resolution:
    if not key:
        return Help()
    matches = snapshot.artists_named(key, MANY)
    if matches:
        return _choose(matches)
    tracks = snapshot.tracks_titled(key, MANY)
    if len(tracks) == 1:
        return FoundTrack(tracks[0])
    if tracks:
        return WhichTrack(tuple(tracks))
    if key in _HELP:
        return Help()
    return Unknown(tuple(snapshot.artists_like(key, _LIKENESS)))


def _choose(matches: list[NameMatch]) -> Resolution:
    """Answer with the one reading that stands out; ask when none does, suggest when all are unsure."""
    best = max(matches, key=lambda match: (match.is_name, match.confidence))
    others = [match for match in matches if match is not best]
    rest = tuple(match.artist for match in others)
    if best.confidence < _SURE:
        return Unknown(tuple(match.artist for match in matches))
    stands_out = all(
        (best.is_name and not other.is_name) or best.confidence - other.confidence >= _AHEAD for other in others
    )
    return FoundArtist(best.artist, rest) if stands_out else WhichArtist((best.artist, *rest))


def _storable(text: str) -> str:
    """Drop what Postgres cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
