"""One message -> its answer, sent once. What goes wrong is logged by kind; texts and ids of people never are."""

import logging
from collections.abc import Sequence

from chalicelib import actions
from chalicelib.ask import ask, sorry, tap
from chalicelib.catalogue import Catalogue
from chalicelib.errors import AccessRefused, CatalogueUnavailable, NothingPublished, UncertainSend
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.observing import count
from chalicelib.once import Once
from chalicelib.payloads import Body, compose
from chalicelib.remembering import Heard
from chalicelib.replies import Reply
from chalicelib.webhook import Message

_log = logging.getLogger("segue.answering")


class Answerer:
    """Everything an answer needs: rows to say, a voice, the record of what was said, and what people told."""

    def __init__(self, catalogue: Catalogue, messenger: Messenger, once: Once, memory: Memory | None = None) -> None:
        self._catalogue = catalogue
        self._messenger = messenger
        self._once = once
        self._memory = memory

    def answer(self, message: Message) -> Reply | None:
        """Compose and send what was not sent yet; raises SendFailed by kind. The reply comes back, None for no need.

        Without a catalogue an apology goes out, once, and CatalogueUnavailable or NothingPublished comes out: the
        message is still owed its answer.
        """
        heard = Heard(self._memory, message)
        try:
            reply, is_owed = _compose(self._catalogue, message, heard), None
        except (CatalogueUnavailable, NothingPublished) as error:
            if self._once.state(message.key, "send 0"):  # a repeated delivery of what has its answer
                return None
            reply, is_owed = sorry(message.text), error
        try:
            self._send(message, "sorry" if is_owed else "send", compose(reply, message.person))
        finally:  # after the answer, as nobody waits for it; if this worker ends before, the message comes again
            heard.remember(reply)
        if is_owed:
            raise is_owed
        _log.info("answered: %s in %s", reply.kind, reply.locale)
        count("Answered")
        return reply

    def _send(self, message: Message, step: str, bodies: Sequence[Body]) -> None:
        for number, body in enumerate(bodies):
            done = self._once.do(message.key, f"{step} {number}", lambda body=body: self._deliver(body))  # type: ignore[misc]
            if done == "perhaps":
                _log.warning("not repeated: %s %d was begun by a worker that did not end it", step, number)
                count("PerhapsLost")
            elif done == "before":
                count("SentBefore")

    def _deliver(self, body: Body) -> None:
        """One call; without an answer it counts as sent, since it may have been."""
        try:
            self._messenger.deliver([body])
        except UncertainSend as error:
            _log.error("%s", error)
            count("PerhapsLost")
        except AccessRefused as error:
            _log.critical("%s. Nobody gets an answer until MESSENGER_PAGE_TOKEN is valid again.", error)
            raise


def _compose(catalogue: Catalogue, message: Message, heard: Heard) -> Reply:
    """A tap on a button of ours counts before the text it brings; any other payload does not."""
    action = actions.read(message.payload)
    if action or not message.text.strip():
        return tap(catalogue, action)
    return ask(catalogue, message.text, known=heard)
