"""Cutting text where a reader sees a boundary, and measuring it as strictly as Messenger might."""

import regex  # type: ignore[import-untyped]

_GRAPHEME = regex.compile(r"\X")
ELLIPSIS = "…"


def length(text: str) -> int:
    """The larger of code points and UTF-16 units: which of the two Messenger counts is not documented."""
    return len(text) + sum(char > "\uffff" for char in text)


def shorten(text: str, limit: int) -> str:
    """The text if it fits in `limit`, else its first whole graphemes and an ellipsis that do."""
    if length(text) <= limit:
        return text
    kept, used = [], length(ELLIPSIS)
    for match in _GRAPHEME.finditer(text):
        used += length(match[0])
        if used > limit:
            break
        kept.append(match[0])
    return "".join(kept).rstrip() + ELLIPSIS
