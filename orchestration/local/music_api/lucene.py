"""As much of MusicBrainz' Lucene search as finding a name needs: `alias:"샤이니"`, `artist:x`, plain words."""

import re

from orchestration.local.music_api.catalogue import Artist
from orchestration.local.music_api.text import fold

_TERM = re.compile(r'(?:(\w+):)?(?:"((?:[^"\\]|\\.)*)"|(\S+))')

Query = list[tuple[str, str]]


def parse(text: str) -> Query:
    """Return (field, folded value) pairs; the field is empty where the query names none."""
    pairs = []
    for field, quoted, bare in _TERM.findall(text):
        value = re.sub(r"\\(.)", r"\1", quoted or bare)
        if value not in ("AND", "OR") and fold(value):
            pairs.append((field.lower(), fold(value)))
    return pairs


def matches(query: Query, artist: Artist) -> int:
    """Return the score 0..100 of an artist: 100 equal to one wanted name, 0 not found."""
    return max((_score(value, _names(field, artist)) for field, value in query), default=0)


def _names(field: str, artist: Artist) -> list[str]:
    aliases = [fold(alias.name) for alias in artist.aliases]
    if field == "alias":
        return aliases
    if field in ("artist", "name", "sortname"):
        return [fold(artist.name)]
    return [fold(artist.name), *aliases] if not field else []


def _score(wanted: str, names: list[str]) -> int:
    if wanted in names:
        return 100
    words = set(wanted.split())
    return 60 if any(words <= set(name.split()) for name in names) else 0
