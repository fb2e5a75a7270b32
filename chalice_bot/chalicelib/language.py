"""The texts people read: one JSON catalogue a language in texts/, and which language a text asks for."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

Locale = Literal["ko", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")


def locale_of(text: str) -> Locale:
    """Korean for a text with Hangul in it, in any form; English for all others."""
    return "ko" if _HANGUL.search(text) else "en"


class Texts:
    """The catalogue of one language; `texts("about.help", name=...)` finds and fills one text."""

    def __init__(self, locale: Locale, entries: dict[str, Any]) -> None:
        self.locale = locale
        self.entries = entries

    def __call__(self, path: str, **values: object) -> str:
        """The text at a dotted path with its fields filled; KeyError for a path that is not there."""
        entry: Any = self.entries
        for part in path.split("."):
            entry = entry[part]
        return str(entry).format(**values)

    def counted(self, path: str, count: int, **values: object) -> str:
        """The form of a text for this many things."""
        return self(f"{path}.{'one' if count == 1 else 'other'}", count=count, **values)

    def joined(self, words: list[str]) -> str:
        """Words as a list in this language: "a, b and c"."""
        if len(words) < 2:
            return "".join(words)
        return self("joined.two", first=self("joined.comma").join(words[:-1]), last=words[-1])


@cache
def texts_in(locale: Locale) -> Texts:
    """Read a language's catalogue, once."""
    return Texts(locale, json.loads(files("chalicelib").joinpath("texts", f"{locale}.json").read_text("utf-8")))
