"""Words typed on the wrong keyboard layout: the two-set Korean one and QWERTY, each read as the other. Pure.

On the two-set layout `dptmvk` gives 에스파, and `aespa` gives ㅁㄷ네ㅁ.
"""

import re
import unicodedata

_INITIALS = dict(
    zip(
        ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"],
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        strict=True,
    )
)
_VOWELS = dict(
    zip(
        [
            "k",
            "o",
            "i",
            "O",
            "j",
            "p",
            "u",
            "P",
            "h",
            "hk",
            "ho",
            "hl",
            "y",
            "n",
            "nj",
            "np",
            "nl",
            "b",
            "m",
            "ml",
            "l",
        ],
        "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
        strict=True,
    )
)
_FINALS = dict(
    zip(
        [
            "r",
            "R",
            "rt",
            "s",
            "sw",
            "sg",
            "e",
            "f",
            "fr",
            "fa",
            "fq",
            "ft",
            "fx",
            "fv",
            "fg",
            "a",
            "q",
            "qt",
            "t",
            "T",
            "d",
            "w",
            "c",
            "z",
            "x",
            "v",
            "g",
        ],
        "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ",
        strict=True,
    )
)
_KEYS = {letter: keys for table in (_FINALS, _VOWELS, _INITIALS) for keys, letter in table.items()}
_FIRST, _PER_INITIAL, _PER_VOWEL = 0xAC00, 21 * 28, 28


def _longest_first(table: dict[str, str]) -> str:
    return "|".join(sorted(table, key=lambda keys: -len(keys)))


# a final is one only where no vowel follows: with it, the next syllable begins
_SYLLABLE = re.compile(
    f"({_longest_first(_INITIALS)})({_longest_first(_VOWELS)})(?:({_longest_first(_FINALS)})(?![koiOjpuPhynbml]))?"
)
_SHIFTED = frozenset("RETQWOP")  # the only keys where shift makes another letter


def to_hangul(text: str) -> str | None:
    """Read Latin letters as keys of the Korean layout; None unless whole syllables come out, two or more."""
    plain = text.lower() if text.isupper() else "".join(char if char in _SHIFTED else char.lower() for char in text)
    return _syllables(plain)


def _syllables(keys: str) -> str | None:
    words = keys.split()
    if sum(len(_SYLLABLE.findall(word)) for word in words) < 2 or any(_SYLLABLE.sub("", word) for word in words):
        return None
    return " ".join(_SYLLABLE.sub(lambda found: _composed(*found.groups()), word) for word in words)


def _composed(initial: str, vowel: str, final: str | None) -> str:
    place = list(_INITIALS).index(initial) * _PER_INITIAL + list(_VOWELS).index(vowel) * _PER_VOWEL
    return chr(_FIRST + place + (list(_FINALS).index(final) + 1 if final else 0))


def to_latin(text: str) -> str | None:
    """Read Hangul as the Latin letters on its keys; None unless all its letters are Hangul."""
    text = unicodedata.normalize("NFC", text)
    if not any(_is_hangul(char) for char in text) or any(char.isalpha() and not _is_hangul(char) for char in text):
        return None
    return "".join(_keys_of(char) for char in text)


def _keys_of(char: str) -> str:
    place = ord(char) - _FIRST
    if not 0 <= place < len(_INITIALS) * _PER_INITIAL:
        return _KEYS.get(char, char)
    final = place % _PER_VOWEL
    return (
        list(_INITIALS)[place // _PER_INITIAL]
        + list(_VOWELS)[place % _PER_INITIAL // _PER_VOWEL]
        + (list(_FINALS)[final - 1] if final else "")
    )


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣" or char in _KEYS
