"""A name -> the script it is written in, read off the Unicode names of its letters."""

import unicodedata
from collections import Counter

_KINDS = {"HANGUL": "hangul", "HIRAGANA": "kana", "KATAKANA": "kana", "CJK": "han"}
# Korean and Japanese names may mix in Latin and Han: the script that tells them apart wins.
_TELLING = ("hangul", "kana", "han")


def script_of(name: str) -> str:
    """Return hangul, kana, han, latin, or another script's Unicode name in lower case; latin where no letter says."""
    found = Counter(_kind(letter) for letter in name if letter.isalpha())
    for script in _TELLING:
        if found[script]:
            return script
    return found.most_common(1)[0][0] if found else "latin"


def _kind(letter: str) -> str:
    first = unicodedata.name(letter, "LATIN").split()[0]
    return _KINDS.get(first, first.lower())
