"""One message -> its answer, sent once. What goes wrong is logged by kind; texts and ids of people never are."""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chalicelib import actions
from chalicelib.actions import Action
from chalicelib.ask import ask, sent, sorry, tap, too_many
from chalicelib.catalogue import Catalogue
from chalicelib.deletion import Deletion
from chalicelib.errors import AccessRefused, CatalogueUnavailable, NothingPublished, PersonUnreachable, UncertainSend
from chalicelib.language import Locale, as_locale, locale_of
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.observing import count
from chalicelib.once import Once
from chalicelib.payloads import Body, compose
from chalicelib.remembering import Heard
from chalicelib.reply import Reply
from chalicelib.sealing import Owed
from chalicelib.unknowns import WAITING, Unknowns
from chalicelib.webhook import Message

_log = logging.getLogger("segue.answering")
ALARMING = "AccessRefused"  # the metric that an alarm of the template watches
MOST_A_MINUTE = 30
"""So many of a person's messages are answered that were written in one minute; the next gets a word, the rest none."""
_WAIT = "wait"
_NAMELESS = ("text", "tap", "referral")  # of these one without a text asks what the bot can do


class Answerer:
    """Everything an answer needs: rows to say, a voice, the record of what was said, what people told, providers."""

    def __init__(
        self,
        catalogue: Catalogue,
        messenger: Messenger,
        once: Once,
        memory: Memory | None = None,
        deletion: Deletion | None = None,
        unknowns: Unknowns | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._messenger = messenger
        self._once = once
        self._memory = memory
        self._deletion = deletion
        self._unknowns = unknowns

    def answer(self, message: Message) -> Reply | None:
        """Compose and send what was not sent yet; raises SendFailed by kind. The reply comes back, None for no need.

        Without a catalogue an apology goes out, once, and CatalogueUnavailable or NothingPublished comes out: the
        message is still owed its answer.
        """
        if message.kind == "deletion":  # Facebook's, not a person's
            if self._deletion:
                self._deletion.carry_out(message.person, message.text)
            return None
        self._messenger.check_window(message.timestamp_ms)
        heard, action = Heard(self._memory, message), actions.read(message.payload)
        if self._deletion and action and (action.kind, action.word) == ("FORGET", "sure"):
            self._deletion.forget(message.person)
        if not (action and action.kind == "FORGET") and (place := heard.place()) > MOST_A_MINUTE:
            count("Limited")
            return self._slow_down(message, action, heard) if place == MOST_A_MINUTE + 1 else None
        if heard.is_in_vain():
            count("Unreachable")
            raise PersonUnreachable("not tried, as the person could not be reached since this message")
        locale = self._locale(message, action, heard)
        is_owed = None
        try:
            with self._messenger.typing(message.person, lambda: not self._is_answered(message)):
                reply = _compose(self._catalogue, message, action, locale, heard)
        except (CatalogueUnavailable, NothingPublished) as error:
            if self._is_answered(message):
                return None
            reply, is_owed = sorry(locale), error
        if reply.asked and self._unknowns and action and action.kind == "MORE":  # of a first guess
            reply = self._unknowns.more(action.identifier, action.offset, locale) or reply
        if reply.asked and self._unknowns:
            if self._once.state(message.key, f"{_WAIT} 0"):  # it waits already: whoever is owed an answer is told
                self._unknowns.settle(reply.asked)
                return None
            owed = Owed(message.person, locale, message.timestamp_ms or int(time.time() * 1000))
            reply = replace(self._unknowns.first_answer(reply.asked, owed), asked=reply.asked)
        step = "sorry" if is_owed else _WAIT if reply.kind in WAITING else "send"
        is_reached = True
        try:
            self._send(message, step, compose(reply, message.person))
        except PersonUnreachable:
            is_reached = False
            heard.lose()
            count("Unreachable")
            raise
        finally:  # after the answer, as nobody waits for it; if this worker ends before, the message comes again
            heard.remember(reply, is_reached)
        if is_owed:
            raise is_owed
        if reply.asked and self._unknowns and reply.kind in WAITING:
            self._unknowns.settle(reply.asked)
        _log.info("answered: %s in %s", reply.kind, reply.locale)
        count("Answered")
        return reply

    def _slow_down(self, message: Message, action: Action | None, heard: Heard) -> Reply:
        """Say that it is too much at once."""
        reply = too_many(self._locale(message, action, heard))
        self._send(message, "send", compose(reply, message.person))
        return reply

    def _is_answered(self, message: Message) -> bool:
        """Whether this is a repeated delivery."""
        return bool(self._once.state(message.key, "send 0"))

    def _send(self, message: Message, step: str, bodies: Sequence[Body]) -> None:
        """Send what was not begun before. Of begun steps without an end the last alone is in doubt: they go in turn."""
        done = [
            self._once.do(message.key, f"{step} {number}", partial(self._deliver, body))
            for number, body in enumerate(bodies)
        ]
        if "before" in done:
            count("SentBefore", done.count("before"))
        if "perhaps" in done:
            _log.warning("not repeated: %s was begun by a worker that did not end it", step)
            count("PerhapsLost")

    def _deliver(self, body: Body) -> None:
        """One call; without an answer it counts as sent, since it may have been."""
        try:
            self._messenger.deliver([body])
        except UncertainSend as error:
            _log.error("%s", error)
            count("PerhapsLost")
        except AccessRefused as error:
            _log.critical("%s. Nobody gets an answer until MESSENGER_PAGE_TOKEN is valid again.", error)
            count(ALARMING)
            raise

    def _locale(self, message: Message, action: Action | None, heard: Heard) -> Locale:
        """What the person asked for, else the language of what was tapped or typed, else that of their Messenger."""
        told = as_locale(heard.locale()) or (action.locale if action else None)
        if told or locale_of(message.text) == "ko":
            return told or "ko"
        return as_locale(self._messenger.locale_of(message.person)) or "en"


def _compose(catalogue: Catalogue, message: Message, action: Action | None, locale: Locale, heard: Heard) -> Reply:
    """A tap on a button of ours counts before the text it brings; any other payload does not."""
    if action:
        return tap(catalogue, action, locale, heard)
    if message.text.strip():
        return ask(catalogue, message.text, locale, heard)
    return tap(catalogue, Action("HELP"), locale) if message.kind in _NAMELESS else sent(message.kind, locale)
