"""The texts people read: one gettext catalogue a language in texts/, and which language a text asks for."""

import gettext
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Literal, get_args

Locale = Literal["ko", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)
_DOMAIN = "segue"
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff\uffa0-\uffdc]")


def locale_of(text: str) -> Locale:
    """Korean for a text with Hangul in it, in any form; English for all others."""
    return "ko" if _HANGUL.search(text) else "en"


def as_locale(name: str | None) -> Locale | None:
    """Read a locale as Messenger names it, `ko_KR`; None for a language that the bot does not speak."""
    language = (name or "").partition("_")[0]
    return next((one for one in LOCALES if one == language), None)


class Texts:
    """The catalogue of one language; `texts("heading.artist", name=...)` finds and fills one text.

    Every text goes by a name, English ones too, so that no text stands in the code. `make texts` collects the names.
    """

    def __init__(self, locale: Locale, catalogue: gettext.NullTranslations) -> None:
        self.locale = locale
        catalogue.add_fallback(_NothingElse())
        self._catalogue = catalogue

    def __call__(self, name: str, /, **values: object) -> str:
        """One text with its fields filled; KeyError for a name that is not there."""
        return self._catalogue.gettext(name).format(**values)

    def counted(self, name: str, count: int, /, **values: object) -> str:
        """The form of a text for this many things."""
        return self._catalogue.ngettext(name, name, count).format(count=count, **values)

    def joined(self, words: Sequence[str]) -> str:
        """Words as a list in this language: "a, b and c"."""
        if len(words) < 2:
            return "".join(words)
        return self("list.last", first=self("list.comma").join(words[:-1]), last=words[-1])


class _NothingElse(gettext.NullTranslations):
    """What gettext asks for a name that the catalogue does not have."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)


@cache
def texts_in(locale: Locale) -> Texts:
    """Read a language's catalogue, once."""
    with as_file(files("chalicelib").joinpath("texts")) as folder:
        return Texts(locale, gettext.translation(_DOMAIN, folder, [locale]))
