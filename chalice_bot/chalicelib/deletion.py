"""Forgetting a person: what the bot keeps in DynamoDB, asked for in the chat, by a command, or through Facebook.

Facebook's callback tells an id of its own (app-scoped); the Graph API says whom of the page's people it means.
What stays is a digest of the person's hash, by which the warehouse drops the person's rows, and keeps old ones out.
"""

import base64
import binascii
import hmac
import json
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.errors import BadPayload, BadSignature
from chalicelib.memory import Memory
from chalicelib.table import Table
from chalicelib.waiting import Queue
from chalicelib.webhook import message_from_json

_ID = re.compile(r"[0-9]{1,40}")
_SWEEP_SECONDS = 60
_CODE = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Deletion:
    """The tables that know a person; `page_scoped_ids` maps an app-scoped id to ids of the page's people."""

    memory: Memory
    waiting: Table
    page_scoped_ids: Callable[[str], Sequence[str]]
    queues: Sequence[Queue] = ()
    """Where messages of the person may still lie that nobody is about to answer."""

    def forget(self, person: str) -> str:
        """Delete all of a person (a page-scoped id); the digest that stays comes back.

        Raises MemoryUnavailable, QueueUnavailable.
        """
        hashed = self.memory.hashed(person)
        for queue in self.queues:
            _sweep(queue, person)
        for lookup in list(self.waiting.query("LOOKUP")):
            self.waiting.take(f"OWED#{lookup['sk']}", hashed)
        return self.memory.forget(hashed)

    def carry_out(self, app_scoped: str, code: str) -> None:
        """Forget whom Facebook means, and write down under the request's code what came of it.

        Raises MemoryUnavailable, and what the Graph API's client raises.
        """
        people = self.page_scoped_ids(app_scoped)
        for person in people:
            self.forget(person)
        self.memory.record_deletion(code, "done" if people else "nobody")


def _sweep(queue: Queue, person: str) -> None:
    """Delete a person's messages; the others are hidden meanwhile, and come back in their order."""
    others = []
    while messages := queue.receive(_SWEEP_SECONDS):
        for message in messages:
            if _is_of(person, message["Body"]):
                queue.delete(message["ReceiptHandle"])
            else:
                others.append(message["ReceiptHandle"])
    for receipt in reversed(others):
        queue.hide(receipt, 0)


def _is_of(person: str, body: str) -> bool:
    try:
        return message_from_json(body).person == person
    except BadPayload:
        return False


def new_code() -> str:
    """A request's code, which nobody guesses."""
    return secrets.token_hex(8)


def is_code(text: str) -> bool:
    """Whether a text may be the code of a request."""
    return _CODE.fullmatch(text) is not None


def app_scoped_id(signed_request: str, app_secrets: Sequence[str]) -> str:
    """Whom a signed request is about. Raises BadSignature, BadPayload."""
    signature, _, payload = signed_request.partition(".")
    given = _decoded(signature)
    made = [hmac.new(secret.encode(), payload.encode("utf-8", "replace"), sha256).digest() for secret in app_secrets]
    if not any(hmac.compare_digest(given, one) for one in made):
        raise BadSignature("signed_request is not made with any secret of MESSENGER_APP_SECRET.")
    try:
        told = json.loads(_decoded(payload))
        identifier = str(told["user_id"])
        algorithm = str(told.get("algorithm", "HMAC-SHA256"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadPayload(f"signed_request names nobody ({type(error).__name__}).") from None
    if algorithm.upper() != "HMAC-SHA256" or not _ID.fullmatch(identifier):
        raise BadPayload("signed_request has another algorithm than HMAC-SHA256, or a user_id that is no number.")
    return identifier


def _decoded(text: str) -> bytes:
    """Base64url without its padding, as Facebook writes it."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("signed_request is not <base64url>.<base64url>.") from None
