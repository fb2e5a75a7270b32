"""Names made comparable, and fixed choices made from ids (so that every start of the server answers the same)."""

import hashlib
import re
import string
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+")
_LATIN_MARKS = re.compile("[\u0300-\u036f]")
_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060]")
_BASE62 = string.digits + string.ascii_letters


def words(name: str) -> list[str]:
    """Return the comparable words of a name: no case, width, accents or punctuation; `&` is `and`."""
    if name.isascii():
        plain = name.lower()
    else:
        plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", name)).casefold()
        plain = unicodedata.normalize("NFC", _LATIN_MARKS.sub("", unicodedata.normalize("NFD", plain)))
    found = _WORD.findall(plain.replace("&", " and "))
    return found or plain.split()


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """Return the comparable form of a whole name."""
    return " ".join(words(name))


def digest(purpose: str, identifier: str) -> int:
    """Return a fixed 64-bit number for an id, independent between purposes."""
    return int.from_bytes(hashlib.blake2b(f"{purpose}\0{identifier}".encode(), digest_size=8).digest(), "big")


def within_share(purpose: str, identifier: str, percent: float) -> bool:
    """Return whether the id belongs to the fixed `percent` of ids chosen for this purpose."""
    return digest(purpose, identifier) % 10_000 < percent * 100


def base62(purpose: str, identifier: str) -> str:
    """Return 22 characters in Spotify's alphabet: the id of something the catalogue gives no id for."""
    number = int.from_bytes(hashlib.blake2b(f"{purpose}\0{identifier}".encode(), digest_size=17).digest(), "big")
    letters = []
    for _ in range(22):
        number, rest = divmod(number, 62)
        letters.append(_BASE62[rest])
    return "".join(letters)


def generated_isrc(artist_id: str, name: str, duration_ms: int) -> str:
    """Return a `ZZ` ISRC; the same recording (artist, title, length) gets the same one on every album."""
    number = digest("isrc", f"{artist_id}\0{fold(name)}\0{duration_ms}")
    number, serial = divmod(number, 10_000_000)
    registrant = ""
    for _ in range(3):
        number, rest = divmod(number, 36)
        registrant += _BASE62[rest].upper()
    return f"ZZ{registrant}{serial:07d}"
