"""Lists cut into pages as Spotify cuts them: limit, offset, absolute next and previous."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.messages import Request

T = TypeVar("T")


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for."""

    limit: int
    offset: int


def window(request: Request, largest: int, default: int, last_offset: int | None = None) -> Window:
    """Return the caller's limit and offset; refuse with 400 what is no number or out of bounds."""
    limit = _number(request.value("limit"), default, "Invalid limit")
    offset = _number(request.value("offset"), 0, "Invalid offset")
    if not 1 <= limit <= largest:
        raise spotify_refusal(400, "Invalid limit")
    if offset < 0 or (last_offset is not None and offset > last_offset):
        raise spotify_refusal(400, "Invalid offset")
    return Window(limit, offset)


def page(
    url: str, params: dict[str, str], items: Sequence[T], part: Window, shape: Callable[[T], Any]
) -> dict[str, Any]:
    """Return one paging object; `params` are repeated in its links."""

    def link(offset: int) -> str:
        return f"{url}?{urlencode({**params, 'offset': offset, 'limit': part.limit})}"

    after = part.offset + part.limit
    return {
        "href": link(part.offset),
        "items": [shape(item) for item in items[part.offset : after]],
        "limit": part.limit,
        "next": link(after) if after < len(items) else None,
        "offset": part.offset,
        "previous": link(max(0, part.offset - part.limit)) if part.offset else None,
        "total": len(items),
    }


def _number(text: str | None, default: int, complaint: str) -> int:
    if text is None:
        return default
    try:
        return int(text)
    except ValueError:
        raise spotify_refusal(400, complaint) from None
