"""A delivery's raw bytes -> the messages that want an answer. All other events are knowingly ignored.

Messenger signs the bytes it sends, escapes and all: check them before parsing, never a re-encoded copy.
"""

import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from chalicelib.errors import BadPayload, BadSignature

LARGEST_BODY = 1_000_000  # bytes; Messenger's own deliveries are a few thousand
_LONGEST_TEXT = 1_000  # characters kept of a text; no name is that long
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")


@dataclass(frozen=True)
class Message:
    """Something a person typed (`text`) or tapped (`payload`); `person` is the page-scoped id to answer to."""

    person: str
    text: str = ""
    payload: str = ""
    mid: str = ""
    timestamp_ms: int = 0

    def to_json(self) -> str:
        """The form in which a message waits in the queue."""
        return json.dumps(asdict(self))


def message_from_json(body: str) -> Message:
    """Read what `to_json` wrote; BadPayload for anything else."""
    try:
        return Message(**json.loads(body))
    except (ValueError, TypeError) as error:
        raise BadPayload(f"A queued message is not one of ours ({type(error).__name__}).") from None


def check_signature(raw: bytes, header: str | None, secrets: Sequence[str]) -> None:
    """Return if any of the secrets signed these very bytes, else raise BadSignature."""
    given = _SIGNATURE.fullmatch(header or "")
    if given is None:
        raise BadSignature("X-Hub-Signature-256 is missing or not sha256=<64 lower-case hex digits>.")
    signed = [hmac.compare_digest(hmac.new(secret.encode(), raw, sha256).hexdigest(), given[1]) for secret in secrets]
    if not any(signed):
        raise BadSignature("X-Hub-Signature-256 is not made with any secret of MESSENGER_APP_SECRET.")


def parse(raw: bytes) -> dict[str, Any]:
    """Read a signed body as a JSON object; BadPayload for anything else, however deep or odd."""
    try:
        delivery = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadPayload(f"A signed delivery is no JSON in UTF-8 ({type(error).__name__}).") from None
    if not isinstance(delivery, dict):
        raise BadPayload(f"A signed delivery is a JSON {type(delivery).__name__}, not an object.")
    return delivery


def messages(delivery: dict[str, Any]) -> list[Message]:
    """Every text, quick reply and postback of every entry, in order of their time."""
    found = [message for event, page in _events(delivery) if (message := _message(event, page))]
    return sorted(found, key=lambda message: message.timestamp_ms)


def _events(delivery: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each messaging event with its page; `standby` and `changes` belong to other apps and other products."""
    for entry in _list(delivery.get("entry")):
        if isinstance(entry, dict):
            for event in _list(entry.get("messaging")):
                if isinstance(event, dict):
                    yield event, _identifier(entry)


def _message(event: dict[str, Any], page: str) -> Message | None:
    person = _identifier(event.get("sender"))
    message, postback = _dict(event.get("message")), _dict(event.get("postback"))
    if not person or person == page or message.get("is_echo"):  # our own words come back as echoes
        return None
    text = _text(message.get("text"))
    payload = _text(_dict(message.get("quick_reply")).get("payload")) or _text(postback.get("payload"))
    if not text.strip() and not payload:
        return None
    when = event.get("timestamp")
    return Message(
        person=person,
        text=text[:_LONGEST_TEXT],
        payload=payload,
        mid=_text(message.get("mid")) or _text(postback.get("mid")),
        timestamp_ms=when if isinstance(when, int) else 0,
    )


def _identifier(holder: Any) -> str:
    """The `id` of an object; old recordings have numbers where Messenger sends text today."""
    identifier = _dict(holder).get("id")
    return str(identifier) if isinstance(identifier, str | int) and not isinstance(identifier, bool) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
