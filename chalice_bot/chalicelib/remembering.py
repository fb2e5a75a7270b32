"""A message and its answer -> what is remembered of them. Where the memory is missing or fails, the answer goes out."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from chalicelib import actions
from chalicelib.errors import MemoryUnavailable
from chalicelib.memory import Memory, Request
from chalicelib.persons import Person
from chalicelib.reply import Reply
from chalicelib.resolution import Known
from chalicelib.webhook import Message

_log = logging.getLogger("segue.remembering")
_REQUESTS = {
    "artist": ("artist", "answered"),
    "artist_without_neighbours": ("artist", "no_neighbours"),
    "track": ("track", "answered"),
    "track_without_neighbours": ("track", "no_neighbours"),
    "album": ("album", "answered"),
    "which": ("ambiguous", "asked_back"),
    "did_you_mean": ("ambiguous", "asked_back"),
    "unknown": ("unknown", "unknown"),
    "waiting": ("unknown", "waiting"),
    "put_off": ("unknown", "waiting"),
    "nowhere": ("unknown", "unknown"),
    "help": ("help", "answered"),
    "sorry": ("other", "apology"),
}
"""Kind of a reply -> kind and outcome of a request; any other reply is `other`, answered."""


@dataclass
class Heard:
    """What is known to the person who wrote a message, and the search key that was looked up while it was answered."""

    memory: Memory | None
    message: Message
    key: str = field(default="", init=False)

    def __call__(self, key: str) -> Known:
        """The person's own choice and everybody's aliases of a search key."""
        self.key = key
        if self.memory is None:
            return Known()
        try:
            return self.memory.known_to(self.memory.hashed(self.message.person), self._person.has_chosen)(key)
        except MemoryUnavailable as error:
            _log.warning("%s", error)
            return Known()

    def locale(self) -> str | None:
        """The language that the person asked for, if any."""
        return self._person.locale

    def place(self) -> int:
        """Which message of its minute this one is of its person's, and remember that; 0 where nobody counts."""
        if self.memory is None:
            return 0
        hashed, message = self.memory.hashed(self.message.person), self._hash(self.memory)
        place = self._person.place(message, self._at_ms)
        if place:
            self._safely(lambda memory: memory.record_rate(hashed, self._at_ms, place, message))
        return place

    def is_in_vain(self) -> bool:
        """Whether the person could not be reached since this message; a later message shows that they can be again."""
        since = self._person.unreachable_since_ms
        if self.memory is None or not since:
            return False
        if self._at_ms <= since:
            return True
        self._safely(lambda memory: memory.record_reachable(memory.hashed(self.message.person)))
        return False

    def lose(self) -> None:
        """Remember that the person cannot be reached."""
        self._safely(lambda memory: memory.record_unreachable(memory.hashed(self.message.person)))

    @cached_property
    def _at_ms(self) -> int:
        return self.message.timestamp_ms or int(time.time() * 1000)

    def _hash(self, memory: Memory) -> str:
        return memory.hashed(self.message.mid or self.message.to_json())

    @cached_property
    def _person(self) -> Person:
        if self.memory is None:
            return Person()
        try:
            return self.memory.person(self.memory.hashed(self.message.person))
        except MemoryUnavailable as error:
            _log.warning("%s", error)
            return Person()

    def remember(self, reply: Reply, is_reached: bool = True) -> None:
        """Write down what was asked or tapped, and what came of it; `is_reached` tells whether the person got it."""
        self._safely(lambda memory: self._remember(memory, reply, is_reached))

    def _safely(self, write: Callable[[Memory], None]) -> None:
        if self.memory is None:
            return
        try:
            write(self.memory)
        except MemoryUnavailable as error:
            _log.warning("%s", error)

    def _remember(self, memory: Memory, reply: Reply, is_reached: bool) -> None:
        person = memory.hashed(self.message.person)
        message, at = self._hash(memory), self._at_ms
        action = actions.read(self.message.payload)
        if action and action.kind == "FORGET":
            return
        if action is None or action.kind == "ASK":
            request = self._request(reply, action.text if action else "")
            memory.record_request(
                person, message, at, request if is_reached else replace(request, outcome="unreachable")
            )
        if action is None:
            return
        memory.record_tap(person, message, at, action.kind, action.subject)
        if action.kind not in ("CHOOSE", "THUMB", "LOCALE") or memory.has_forgotten(person, at):
            return
        if action.kind == "CHOOSE":
            memory.record_choice(person, action.text, action.subject, at)
        elif action.kind == "THUMB":
            memory.record_feedback(person, action.subject, action.neighbour, action.thumb, at, reply.generation)
        elif action.kind == "LOCALE" and action.locale:
            memory.record_locale(person, action.locale)

    def _request(self, reply: Reply, asked: str) -> Request:
        kind, outcome = _REQUESTS.get(reply.kind, ("other", "answered"))
        what, _, identifier = reply.subject.partition("|")
        return Request(
            kind=kind,
            outcome=outcome,
            locale=reply.locale,
            search_key=self.key,
            artist_id=identifier if what == "ARTIST" else None,
            track_id=identifier if what == "TRACK" else None,
            text=asked or self.message.text,
        )
