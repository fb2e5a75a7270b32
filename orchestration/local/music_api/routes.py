"""What the endpoint modules share: a named path with its handler, and ids read as Spotify reads them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from orchestration.local.music_api.errors import spotify_refusal
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.shapes import View

T = TypeVar("T")

_ID = re.compile(r"[0-9A-Za-z]{22}")


class Route(NamedTuple):
    """One endpoint: the name profiles know it by, its path below /v1, and who answers (with the id in the path)."""

    name: str
    pattern: re.Pattern[str]
    handler: Callable[[Request, View, str], Any]


def found(things: Mapping[str, T], identifier: str) -> T:
    """Return one thing; refuse a malformed id with 400, an unknown one with 404."""
    if not _ID.fullmatch(identifier):
        raise spotify_refusal(400, "invalid id")
    if identifier not in things:
        raise spotify_refusal(404, "Resource not found")
    return things[identifier]


def found_several(things: Mapping[str, T], request: Request, cap: int) -> list[T | None]:
    """Return what the `ids` name, None for unknown ones; refuse malformed ids and more than `cap`."""
    identifiers = [part for part in (request.value("ids") or "").split(",") if part]
    if not identifiers or not all(_ID.fullmatch(identifier) for identifier in identifiers):
        raise spotify_refusal(400, "invalid id")
    if len(identifiers) > cap:
        raise spotify_refusal(400, "Too many ids requested")
    return [things.get(identifier) for identifier in identifiers]
