"""What is kept of a person for every answer to them: items of the table `SEGUE_BOT_TABLE` -> one Person. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STATE = ("LOCALE", "CHOSEN", "RATE", "UNREACHABLE")
"""Sort keys of these items, all in the person's partition."""
RATE_SECONDS = 3600
UNREACHABLE_SECONDS = 86_400
"""After a day nobody may be written to of our own accord anyway."""


@dataclass(frozen=True)
class Person:
    """The language asked for; whether anything was ever chosen; the messages of the newest minute; out of reach or not.

    `minute` counts from 1970, `last` is the hash of its newest message, `unreachable_since_ms` is 0 for no.
    """

    locale: str | None = None
    has_chosen: bool = False
    minute: int = 0
    messages: int = 0
    last: str = ""
    unreachable_since_ms: int = 0

    def place(self, message: str, at_ms: int) -> int:
        """Which message of its minute this one is; one that comes again keeps its place, one of the past has none."""
        minute = minute_of(at_ms)
        if minute < self.minute:
            return 0
        if minute > self.minute:
            return 1
        return self.messages if message == self.last else self.messages + 1


def minute_of(at_ms: int) -> int:
    """The minute since 1970 of a moment."""
    return at_ms // 60_000


def person_of(items: Mapping[str, Mapping[str, Any]]) -> Person:
    """Read the items that are there, by their sort keys."""
    rate, unreachable = items.get("RATE", {}), items.get("UNREACHABLE")
    return Person(
        locale=str(items["LOCALE"]["locale"]) if "LOCALE" in items else None,
        has_chosen="CHOSEN" in items,
        minute=int(rate.get("minute", 0)),
        messages=int(rate.get("messages", 0)),
        last=str(rate.get("last", "")),
        unreachable_since_ms=_milliseconds(str(unreachable["unreachable_at"])) if unreachable else 0,
    )


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
