"""What somebody typed -> the names it may hold: without polite words, without guests, cut into title and artist. Pure.

"songs like X please", "X 비슷한 노래 추천해줘", "X by Y", "X feat. Y", "Y의 X".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_WORDS = 16  # a text of more is not cut into title and artist
_MOST_LETTERS = 40  # nor a word of more


@dataclass(frozen=True)
class Wording:
    """A text that may be a name. `is_sure`: what was left out certainly was no part of it."""

    text: str
    is_sure: bool = True


# Each pattern takes something off an end of the text. The sure ones ask for music in so many words; the others may as
# well be part of a name ("Like a Prayer"). No two branches of a repeated group begin alike: no text makes this slow.
_THING = (
    r"(?:songs?|tracks?|music|tunes?|artists?|singers?|bands?|groups?|something|stuff|anything|someone|anyone|people)"
)
_SOME = r"(?:some |any |more |other |the )*"
_THAT = r"(?:that |which |who )?(?:are |is )?"
_WISH = (
    r"(?:please |pls |can you |could you |i want |i'd like |i would like |give me |show me |find (?:me )?|"
    r"play (?:me )?|recommend (?:me )?|suggest |tell me )"
)
_LIKE = r"(?:similar to|sounding like|sounds? like|in the style of|such as)"
_THING_KO = r"(?:노래|음악|곡|가수|아티스트|그룹|밴드|뮤지션|앨범)"
_WISH_KO = (
    r"(?:추천|알려|찾아|들려|틀어|부탁)(?:\s?(?:좀|해|줘|줄래|주실래|주세요|드려|달라|합니다|부탁|요|곡|음악|노래))*"
)
_ALIKE_KO = (
    r"(?:(?:이랑|랑|하고|과|와)?\s?(?:비슷한|닮은|유사한|같은)\s?(?:느낌|스타일|분위기|풍|장르)?|느낌|스타일|분위기|풍)"
    r"(?:의|인)?\s?"
)
_END = r"[?!.~]*$"
_SURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{_WISH}*{_SOME}(?:{_THING} )?{_THAT}{_LIKE} ",
        rf"^{_WISH}*{_SOME}{_THING} {_THAT}(?:like|by|from) ",
        rf"^{_WISH}+{_SOME}(?:{_THING} )?(?:like |by |from )?",
        rf"[- ](?:similar|like|recommended) {_THING}$",
        rf" (?:{_THING} )?(?:recommendations?|recs?|suggestions?)$",
        r",? (?:please|pls)[.!]*$",
        rf"\s?{_ALIKE_KO}(?:{_THING_KO}들?|거|것|사람)?[을를은는이가도]?\s?[좀더]?\s?(?:{_WISH_KO})?{_END}",
        rf"\s?(?:의\s)?(?:{_THING_KO}들?)?[을를도]?\s?[좀더]?\s?{_WISH_KO}{_END}",
        rf"^(?:{_THING_KO}\s)?{_WISH_KO}\s?[:：,]?\s",
    )
)
_UNSURE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^(?:the )?(?:songs?|tracks?|artist|singer) ",
        r"^(?:more |anything )?like ",
        r"^by ",
        r"[- ](?:songs?|tracks?|music|type beat|lyrics|official video|mv|m/v)$",
        r"[- ]like$",
        rf"^{_THING_KO}\s?[:：]?\s",
        rf"의?\s?{_THING_KO}들?{_END}",
    )
)
_SOMEBODY = "☆"
_GUESTS = re.compile(
    r"\s*[(\[]?\s*(?<!\w)(?:feat\.?|ft\.?|featuring|피처링|피쳐링|f/)\s+(?P<guests>[^)\]]+)[)\]]?.*$", re.IGNORECASE
)
_SEPARATOR = re.compile(
    r"\s+[-–—|/~]\s+|\s*[·•:：|]\s+|\s*,\s+|\s+by\s+|(?<=\w)['’]s\s+|의\s+|\s*[\"“”「」『』]\s*", re.IGNORECASE
)


def wordings(text: str) -> list[Wording]:
    """The whole text first, then what is left without words that ask for music: the surest first, each text once."""
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    sure = _stripped(whole, _SURE)
    found = {text: Wording(text)} | ({sure: Wording(sure)} if sure not in (whole, "") else {})
    left = sure
    for pattern in _UNSURE:
        left = pattern.sub("", left, count=1).strip() or left
        found.setdefault(left, Wording(left, is_sure=False))
    found.pop(whole if whole != text else "", None)
    return list(found.values())


def names_nothing(text: str) -> bool:
    """Whether the text only asks for music, and says no name."""
    forms = (f"{_SOMEBODY} {text.strip()}", f"{text.strip()} {_SOMEBODY}")
    return any(_stripped(_stripped(form, _SURE), _UNSURE) == _SOMEBODY for form in forms)


def without_guests(text: str) -> tuple[str, str] | None:
    """A text in front of "feat." and the guests behind it; None where there is no such word."""
    found = _GUESTS.search(text)
    return (text[: found.start()].strip(), found["guests"].strip()) if found and text[: found.start()].strip() else None


def cuts(text: str) -> list[tuple[str, str]]:
    """Every way to cut a text into what may be a title and its artist: at separators first."""
    text = unicodedata.normalize("NFKC", text)
    found: dict[tuple[str, str], None] = {}
    if guests := without_guests(text):
        found[guests] = None
    for separator in _SEPARATOR.finditer(text):
        found[text[: separator.start()].strip(), text[separator.end() :].strip()] = None
    words = text.split()
    if len(words) <= _MOST_WORDS:
        for at in range(1, len(words)):
            found[" ".join(words[:at]), " ".join(words[at:])] = None
    if len(words) <= 2:
        found.update(dict.fromkeys(_inside_words(text.replace(" ", ""))))
    return [cut for cut in found if all(cut)]


def _inside_words(text: str) -> Iterator[tuple[str, str]]:
    """Cuts between any two letters, for Hangul and other scripts that are often typed without blanks."""
    if len(text) <= _MOST_LETTERS and any(ord(char) > 0x2E80 for char in text):
        for at in range(1, len(text)):
            yield text[:at], text[at:]


def _stripped(text: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    """Take off what the patterns find at either end until none finds more, but never the last word."""
    before = ""
    while before != text:
        before = text
        for pattern in patterns:
            text = pattern.sub("", text, count=1).strip() or text
    return text
