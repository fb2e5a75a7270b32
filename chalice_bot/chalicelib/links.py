"""A link or URI of Spotify, wherever it stands in a text -> what it leads to. Pure; short links are not followed."""

import re

from chalicelib.resolution import Link

_LINK = re.compile(
    r"(?:spotify:(?://)?|(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[a-z-]+/|embed/|user/[^/\s]+/)*)"
    r"(artist|track|album)[:/]([A-Za-z0-9]{22})(?![A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)


def find_link(text: str) -> Link | None:
    """The first link to an artist, track or album, with or without locale, query string and words around it."""
    found = _LINK.search(text)
    return Link(found[1].lower(), found[2]) if found else None
