"""A message and its answer -> what is remembered of them. Where the memory is missing or fails, the answer goes out."""

import logging
import time
from dataclasses import dataclass, field, replace
from functools import cached_property

from chalicelib import actions
from chalicelib.errors import MemoryUnavailable
from chalicelib.memory import Memory, Person, Request
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
        if self.memory is None:
            return
        try:
            self._remember(self.memory, reply, is_reached)
        except MemoryUnavailable as error:
            _log.warning("%s", error)

    def _remember(self, memory: Memory, reply: Reply, is_reached: bool) -> None:
        person = memory.hashed(self.message.person)
        message = memory.hashed(self.message.mid or self.message.to_json())
        at = self.message.timestamp_ms or int(time.time() * 1000)
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
