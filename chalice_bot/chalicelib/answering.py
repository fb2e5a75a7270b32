"""One message -> its answer, sent. What goes wrong is logged by kind; texts and ids of people never are."""

import logging

from chalicelib import actions
from chalicelib.ask import ask, sorry, tap
from chalicelib.catalogue import Catalogue
from chalicelib.errors import AccessRefused, CatalogueUnavailable, NothingPublished
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.payloads import compose
from chalicelib.remembering import Heard
from chalicelib.replies import Reply
from chalicelib.webhook import Message

_log = logging.getLogger("segue.answering")


def answer(catalogue: Catalogue, messenger: Messenger, message: Message, memory: Memory | None = None) -> Reply:
    """Compose, remember and send; raises SendFailed by kind. Without a catalogue the answer is an apology."""
    heard = Heard(memory, message)
    try:
        reply = _compose(catalogue, message, heard)
    except (CatalogueUnavailable, NothingPublished) as error:
        _log.error("%s", error)
        reply = sorry(message.text)
    heard.remember(reply)
    try:
        messenger.deliver(compose(reply, message.person))
    except AccessRefused as error:
        _log.critical("%s. Nobody gets an answer until MESSENGER_PAGE_TOKEN is valid again.", error)
        raise
    _log.info("answered: %s in %s", reply.kind, reply.locale)
    return reply


def _compose(catalogue: Catalogue, message: Message, heard: Heard) -> Reply:
    """A tap on a button of ours counts before the text it brings; any other payload does not."""
    action = actions.read(message.payload)
    if action or not message.text.strip():
        return tap(catalogue, action)
    return ask(catalogue, message.text, known=heard)
