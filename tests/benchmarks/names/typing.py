"""How people type a name: the variants that the labelled set is made of. Pure and seeded; nothing of the bot is used.

Every variant takes a text and a source of chance, and gives the text as typed, or None where it would be the same.
"""

import random
import re
import unicodedata
from collections.abc import Callable

Variant = Callable[[str, random.Random], str | None]

_KEYS_OF_JAMO = dict(
    zip(
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        strict=True,
    )
)
_KEYS_OF_JAMO |= {"ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml"}
_KEYS_OF_JAMO |= {"ㄳ": "rt", "ㄵ": "sw", "ㄶ": "sg", "ㄺ": "fr", "ㄻ": "fa", "ㄼ": "fq", "ㄽ": "ft", "ㄾ": "fx"}
_KEYS_OF_JAMO |= {"ㄿ": "fv", "ㅀ": "fg", "ㅄ": "qt"}
_JAMO_OF_KEYS = {keys: jamo for jamo, keys in _KEYS_OF_JAMO.items()}
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_NEIGHBOURS = {
    key: row[max(0, at - 1) : at + 2] for row in ("qwertyuiop", "asdfghjkl", "zxcvbnm") for at, key in enumerate(row)
}


def _changed(text: str, typed: str) -> str | None:
    return typed if typed and typed != text else None


def case(text: str, chance: random.Random) -> str | None:
    return _changed(text, chance.choice([text.upper(), text.lower(), text.title(), text.swapcase()]))


def width(text: str, chance: random.Random) -> str | None:
    return _changed(text, "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text))


def accents(text: str, chance: random.Random) -> str | None:
    apart = unicodedata.normalize("NFD", text)
    plain = "".join(char for char in apart if not unicodedata.combining(char))
    return _changed(text, chance.choice([apart, plain])) if plain != text else None


def punctuation(text: str, chance: random.Random) -> str | None:
    """Left out, or other marks for the same."""
    if not re.search(r"[-'.&!,/’]", text):
        return None
    other = text.replace("'", "’").replace("-", "\u2010").replace("&", chance.choice(["and", "＆"]))
    left_out = re.sub(r"[-'.!,/’]", lambda found: " " if found[0] in "-/" and chance.random() < 0.5 else "", text)
    return _changed(text, " ".join(chance.choice([other, left_out]).split()))


def spaces(text: str, chance: random.Random) -> str | None:
    typed = [f"  {text}\n", text.replace(" ", "\u00a0"), text.replace(" ", "  "), text.replace(" ", "")]
    return _changed(text, chance.choice(typed if " " in text else typed[:1]))


def article(text: str, chance: random.Random) -> str | None:
    """With "the" in front where there is none, without where there is one."""
    return text[4:] if text.lower().startswith("the ") else f"The {text}"


def typo(text: str, chance: random.Random) -> str | None:
    """One letter missing, doubled, swapped with the next, or hit beside; in Hangul one letter of a syllable."""
    places = [at for at in range(1, len(text)) if text[at].isalpha()]
    if (len(re.sub(r"\W", "", text)) < 5 and not (len(text) >= 3 and "가" <= text[-1] <= "힣")) or not places:
        return None
    at = chance.choice(places)
    char = text[at]
    if "가" <= char <= "힣":
        vowel = (ord(char) - 0xAC00) // 28 % 21
        return (
            text[:at]
            + chr(ord(char) + (chance.choice([v for v in range(21) if v != vowel]) - vowel) * 28)
            + text[at + 1 :]
        )
    beside = chance.choice([key for key in _NEIGHBOURS.get(char.lower(), "e") if key != char.lower()] or ["e"])
    swapped = text[:at] + text[at + 1 : at + 2] + char + text[at + 2 :]
    typed = chance.choice(
        [text[:at] + text[at + 1 :], text[: at + 1] + text[at:], swapped, text[:at] + beside + text[at + 1 :]]
    )
    return (
        typed
        if unicodedata.normalize("NFKC", typed).casefold() != unicodedata.normalize("NFKC", text).casefold()
        else None
    )


def hangul_as_latin(text: str, chance: random.Random) -> str | None:
    """Hangul typed while the keyboard was set to Latin."""
    if not all("가" <= char <= "힣" or char == " " for char in text) or len(text) < 2:
        return None
    return "".join(_keys(char) for char in text)


def latin_as_hangul(text: str, chance: random.Random) -> str | None:
    """Latin letters typed while the keyboard was set to Korean, composed as an input method does."""
    if not re.fullmatch(r"[A-Za-z ]{3,}", text):
        return None
    jamo = [_JAMO_OF_KEYS.get(char.lower(), char) for char in text]
    pairs = {
        (_KEYS_OF_JAMO[jamo][0], _KEYS_OF_JAMO[jamo][1]): jamo
        for jamo in _KEYS_OF_JAMO
        if len(_KEYS_OF_JAMO[jamo]) == 2
    }
    typed, at = "", 0
    while at < len(jamo):
        if jamo[at] in _INITIALS and at + 1 < len(jamo) and jamo[at + 1] in _VOWELS:
            vowel, after = jamo[at + 1], at + 2
            if (
                after < len(jamo)
                and (both := pairs.get((_KEYS_OF_JAMO[vowel], _KEYS_OF_JAMO.get(jamo[after], ""))))
                and both in _VOWELS
            ):
                vowel, after = both, after + 1
            final = ""
            if (
                after < len(jamo)
                and jamo[after] in _FINALS
                and not (after + 1 < len(jamo) and jamo[after + 1] in _VOWELS)
            ):
                final, after = jamo[after], after + 1
            typed += chr(
                0xAC00
                + (_INITIALS.index(jamo[at]) * 21 + _VOWELS.index(vowel)) * 28
                + (_FINALS.index(final) + 1 if final else 0)
            )
            at = after
        else:
            typed, at = typed + jamo[at], at + 1
    return typed


def _keys(char: str) -> str:
    if char == " ":
        return char
    place = ord(char) - 0xAC00
    final = place % 28
    parts = _INITIALS[place // 588] + _VOWELS[place % 588 // 28] + (_FINALS[final - 1] if final else "")
    return "".join(_KEYS_OF_JAMO[part] for part in parts)
