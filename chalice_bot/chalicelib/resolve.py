"""What somebody typed -> what is meant: one artist, one song, a question back, or an honest nothing.

Exact keys decide; likeness only ever suggests. Which kind came out is the type of the result.
"""

import re

from chalicelib.music import NameMatch
from chalicelib.resolution import (
    FoundAlbum,
    FoundArtist,
    FoundTrack,
    Help,
    Knowledge,
    Link,
    Resolution,
    TooLong,
    Unknown,
    Which,
    nothing_known,
)
from chalicelib.snapshot import Snapshot

LONGEST_NAME = 250  # characters; the longest title of the real catalogue has 194
MANY = 10  # candidates shown at most when we ask back
_SURE = 0.55  # an alias below this confidence (one that sources call ambiguous) is suggested, not answered
_AHEAD = 0.25  # by how much the best reading must beat the next one to be answered without asking
_LIKENESS = 0.35  # trigram likeness from which a name is worth suggesting
_HELP = frozenset({"help", "?", "menu", "start", "hi", "hello", "도움말", "도움", "안녕", "안녕하세요", "시작"})
_LINK = re.compile(
    r"(?:spotify:|https?://open\.spotify\.com/(?:intl-[a-z-]+/)?)(artist|track|album)[:/]([A-Za-z0-9]{22})\b.*", re.S
)


def resolve(snapshot: Snapshot, text: str, known: Knowledge = nothing_known) -> Resolution:
    """Find out what the text means in this generation."""
    text = _storable(text).strip()
    if len(text) > LONGEST_NAME:
        return TooLong()
    link = _LINK.fullmatch(text)
    if link:
        return find(snapshot, link[1].upper(), link[2])
    return _by_name(snapshot, snapshot.search_key(text), known)


def find(snapshot: Snapshot, kind: str, identifier: str) -> Resolution:
    """Find what a link or a button names: `kind` is ARTIST, TRACK or ALBUM."""
    if kind == "ARTIST" and (artist := snapshot.artist(identifier)):
        return FoundArtist(artist)
    if kind == "TRACK" and (track := snapshot.track(identifier)):
        return FoundTrack(track)
    if kind == "ALBUM" and (album := snapshot.album(identifier)):
        return FoundAlbum(album)
    return Unknown(link=Link(kind.lower(), identifier))


def _by_name(snapshot: Snapshot, key: str, known: Knowledge) -> Resolution:
    if not key:
        return Help()
    told = known(key)
    if told.choice and not isinstance(chosen := find(snapshot, *told.choice.split("|", 1)), Unknown):
        return chosen
    matches = snapshot.artists_named(key, MANY)
    if matches:
        return _choose(key, matches)
    tracks = snapshot.tracks_titled(key, MANY)
    if len(tracks) == 1:
        return FoundTrack(tracks[0])
    if tracks:
        return Which(key, tuple(tracks))
    if key in _HELP:
        return Help()
    return Unknown(key, tuple(snapshot.artists_like(key, _LIKENESS)))


def _choose(key: str, matches: list[NameMatch]) -> Resolution:
    """Answer with the one reading that stands out; ask when none does, suggest when all are unsure."""
    best = max(matches, key=lambda match: (match.is_name, match.confidence))
    others = [match for match in matches if match is not best]
    rest = tuple(match.artist for match in others)
    if best.confidence < _SURE:
        return Unknown(key, tuple(match.artist for match in matches))
    stands_out = all(
        (best.is_name and not other.is_name) or best.confidence - other.confidence >= _AHEAD for other in others
    )
    return FoundArtist(best.artist, rest) if stands_out else Which(key, (best.artist, *rest))


def _storable(text: str) -> str:
    """Drop what Postgres cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
