"""A Spotify search text -> its free words and its filters: `artist:"BTS" year:2016-2020 butter`."""

import re
from dataclasses import dataclass

from orchestration.local.music_api.text import fold

_FILTER = re.compile(
    r'\b(artist|track|album|year|isrc|upc|genre|tag):\s*(?:"([^"]*)"|(.*?)(?=\s+\w+:|$))', re.IGNORECASE
)
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


@dataclass(frozen=True)
class Query:
    """Folded words and filter values; years are inclusive; None where a filter is not used."""

    text: str = ""
    artist: str | None = None
    track: str | None = None
    album: str | None = None
    genre: str | None = None
    isrc: str | None = None
    upc: str | None = None
    tag: str | None = None
    years: tuple[int, int] | None = None


def parse(text: str) -> Query:
    """Return the query; an unquoted filter value reaches to the next filter, as the real search reads it."""
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        found[match[1].lower()] = match[2] if match[2] is not None else match[3].strip()
        return " "

    rest = _FILTER.sub(take, text)
    years = _YEARS.fullmatch(found.get("year", ""))
    return Query(
        text=fold(rest),
        **{name: fold(found[name]) for name in ("artist", "track", "album", "genre", "tag") if name in found},
        isrc=found["isrc"].replace("-", "").upper() if "isrc" in found else None,
        upc=found.get("upc"),
        years=(int(years[1]), int(years[2] or years[1])) if years else ((1, 0) if "year" in found else None),
    )
