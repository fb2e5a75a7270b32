"""What the command line names: artist ids, or a playlist, album or artist by link or URI. Pure."""

import re
from dataclasses import dataclass

from ingest.errors import CalledWrongly

KINDS = ("artist", "album", "playlist")
_ID = re.compile(r"[0-9A-Za-z]{22}")
_LINK = re.compile(r"(?:https?://)?open\.spotify\.com/(?:intl-[\w-]+/)?(?:embed/)?(\w+)/([0-9A-Za-z]+)/?(?:[?#].*)?")
_URI = re.compile(r"spotify:(?:user:[^:]+:)?(\w+):([0-9A-Za-z]+)")


@dataclass(frozen=True)
class Target:
    """A thing on Spotify: `kind` is artist, album or playlist."""

    kind: str
    id: str


def parse_url(text: str) -> Target:
    """Read a link (intl-xx and query strings allowed) or a `spotify:` URI. Raises CalledWrongly for anything else."""
    found = _LINK.fullmatch(text.strip()) or _URI.fullmatch(text.strip())
    if not found or found[1] not in KINDS or not _ID.fullmatch(found[2]):
        raise CalledWrongly(
            f"--url {text!r} is no link that can be loaded. Right would be "
            "https://open.spotify.com/artist/<22 characters>, the same with album or playlist, or spotify:artist:<id>."
        )
    return Target(found[1], found[2])


def parse_ids(texts: list[str], option: str = "--ids", kind: str = "artist") -> list[str]:
    """Read ids, links or URIs of one kind, each once, in order. Raises CalledWrongly."""
    return list(dict.fromkeys(_parse_id(text, option, kind) for text in texts))


def _parse_id(text: str, option: str, kind: str) -> str:
    if _ID.fullmatch(text):
        return text
    found = _LINK.fullmatch(text) or _URI.fullmatch(text)
    if found and found[1] == kind and _ID.fullmatch(found[2]):
        return found[2]
    raise CalledWrongly(f"{option}: {text!r} is no {kind} id. Right would be 22 letters and digits, or a {kind} link.")
