"""What a tap sends back: the one place that writes payloads of buttons and quick replies, and that reads them.

`KIND|field|...|locale`: the language in which the tapped message stood comes back with the tap.
"""

import re
from dataclasses import dataclass
from typing import Literal, get_args

from chalicelib.graphemes import length
from chalicelib.language import LOCALES, Locale

LONGEST = 1_000  # characters that Messenger carries
Kind = Literal[
    "ARTIST",  # who is like this artist
    "TRACK",  # what feels like this song
    "CHOOSE",  # this is the one I meant, after "Did you mean"
    "NONE",  # none of those that you suggested for this text
    "ASK",  # as if the text had been typed
    "SONGS",  # the artist's own songs
    "OTHERS",  # what feels like this song, by other artists
    "ANY",  # what feels like this song, by any artist
    "MORE",  # the next cards of a list
    "WHY",  # all reasons for one neighbour
    "THUMB",  # up or down, for an answer or for one neighbour
    "LOCALE",  # speak this language from now on
    "HELP",
    "GET_STARTED",
    "FORGET",  # delete what is stored about me: ask first, then sure
]
NOBODY = "-"  # where an answer as a whole is meant, not one neighbour of it

_ID = "[A-Za-z0-9]{22}"
_FIELDS: dict[str, dict[str, str]] = {
    "ARTIST": {"identifier": _ID},
    "TRACK": {"identifier": _ID},
    "CHOOSE": {"about": "artist|track", "identifier": _ID, "text": ".+?"},
    "NONE": {"text": ".+?"},
    "ASK": {"text": ".+?"},
    "SONGS": {"identifier": _ID},
    "OTHERS": {"identifier": _ID},
    "ANY": {"identifier": _ID},
    "MORE": {"about": "artist|songs|others|any", "identifier": _ID, "offset": "[0-9]{1,4}"},
    "WHY": {"about": "artist|track", "identifier": _ID, "neighbour": _ID},
    "THUMB": {"word": "up|down", "about": "artist|track", "identifier": _ID, "neighbour": f"{_ID}|{NOBODY}"},
    "LOCALE": {},
    "HELP": {},
    "GET_STARTED": {},
    "FORGET": {"word": "ask|sure"},
}
_READERS = {
    kind: re.compile(
        "".join([kind, *(rf"\|(?P<{name}>{pattern})" for name, pattern in fields.items())])
        + rf"(?:\|(?P<locale>{'|'.join(LOCALES)})){'' if kind == 'LOCALE' else '?'}",
        re.S,
    )
    for kind, fields in _FIELDS.items()
}


@dataclass(frozen=True)
class Action:
    """One tap, read. Which fields a kind has stands in `_FIELDS`; the others keep their defaults.

    `about` says what `identifier` is, or which list `offset` counts in. `text` is the search key that was asked, or the
    text to ask. `word` is the thumb's direction, or how far forgetting has come.
    """

    kind: Kind
    identifier: str = ""
    about: str = ""
    neighbour: str = NOBODY
    offset: int = 0
    text: str = ""
    word: str = ""
    locale: Locale | None = None

    @property
    def subject(self) -> str:
        """What the action is about as the tables name it, `ARTIST|<id>` or `TRACK|<id>`; "" for none."""
        if not self.identifier:
            return ""
        is_artist = (self.about or self.kind.lower()) in ("artist", "songs")
        return f"{'ARTIST' if is_artist else 'TRACK'}|{self.identifier}"

    @property
    def thumb(self) -> int:
        """1 for a thumb up, -1 for a thumb down, 0 where the action is none."""
        return {"up": 1, "down": -1}.get(self.word, 0)

    def write(self) -> str:
        """Return the payload, within Messenger's limit: a text that is too long for it loses its end."""
        fields = [str(getattr(self, name)) for name in _FIELDS[self.kind]]
        locale = [self.locale] if self.locale else []
        excess = length("|".join([self.kind, *fields, *locale])) - LONGEST
        if excess > 0:
            fields[-1] = _cut(self.text, length(self.text) - excess)
        return "|".join([self.kind, *fields, *locale])


def read(payload: str) -> Action | None:
    """Read what `write` wrote; None for what no button of ours carries."""
    kind = payload.partition("|")[0]
    found = _READERS[kind].fullmatch(payload) if kind in get_args(Kind) else None
    if found is None:
        return None
    fields = {name: int(text) if name == "offset" else text for name, text in found.groupdict().items()}
    return Action(kind, **fields)  # type: ignore[arg-type]  # the patterns have checked them


def _cut(text: str, limit: int) -> str:
    while length(text) > limit:
        text = text[:-1]
    return text
