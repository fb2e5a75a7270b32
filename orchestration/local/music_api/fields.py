"""Spotify's `fields` parameter: `name,items(track(name,id)),next` keeps those parts, `!name` the others."""

import re
from collections.abc import Iterator
from typing import Any

from orchestration.local.music_api.errors import spotify_refusal

_PIECE = re.compile(r"[A-Za-z_!]+|[(),.]")

Tree = dict[str, Any]


def only(value: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """Return the wanted parts of `value`; all of it where no fields are named."""
    if not fields:
        return value
    pieces = iter(_PIECE.findall(fields))
    kept: dict[str, Any] = _kept(value, _tree(pieces))
    return kept


def _tree(pieces: Iterator[str]) -> Tree:
    """Read names up to the closing bracket; `a.b` means `a(b)`."""
    tree: Tree = {}
    inside, name = tree, ""
    for piece in pieces:
        if piece == ")":
            break
        if piece == ",":
            inside, name = tree, ""
        elif piece == "(" and name:
            inside[name] = _tree(pieces)
        elif piece == "." and name:
            inside = inside[name]
        elif piece.isidentifier() or piece.startswith("!"):
            name = piece
            inside.setdefault(name, {})
        else:
            raise spotify_refusal(400, "Invalid fields")
    return tree


def _kept(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_kept(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    refused = {name[1:] for name in tree if name.startswith("!")}
    if refused:
        return {name: inner for name, inner in value.items() if name not in refused}
    return {name: _kept(inner, tree[name]) for name, inner in value.items() if name in tree}
