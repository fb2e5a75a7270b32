"""A delivery's raw bytes -> the messages that want an answer. All other events are knowingly ignored.

Messenger signs the bytes it sends, escapes and all: check them before parsing, never a re-encoded copy.
Ignored are echoes of our own words, deliveries, reads, reactions, edits, unsent messages, opt-ins, account links,
payments, handovers, policy notices, and every kind that is not invented yet.
"""

import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from chalicelib.digests import digest
from chalicelib.errors import BadPayload, BadSignature

LARGEST_BODY = 1_000_000  # bytes; Messenger's own deliveries are a few thousand
_LONGEST_TEXT = 1_000  # characters kept of a text; no name is that long
_LONGEST_PAYLOAD = 1_000  # characters that a payload of ours may have
_LONGEST_ID = 500
_NEVER_MS = 10**14  # a time later than any delivery's
Kind = Literal["text", "tap", "referral", "sticker", "image", "audio", "video", "file", "location", "other", "deletion"]
"""What a person did: typed, tapped a button, came through a link, or sent something that holds no text; or what
Facebook did: ask for a deletion (`person` is an app-scoped id then, `text` the request's code)."""
_ATTACHMENTS = frozenset(get_args(Kind)) - {"text", "tap", "referral", "deletion"}
_SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")


@dataclass(frozen=True)
class Message:
    """Something a person typed (`text`), tapped (`payload`) or sent; `person` is the page-scoped id to answer to."""

    person: str
    text: str = ""
    payload: str = ""
    mid: str = ""
    timestamp_ms: int = 0
    kind: Kind = "text"

    @property
    def key(self) -> str:
        """What tells this message from all others, however often it is delivered."""
        return digest(self.mid or self.to_json())

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
    if not person or person == page or message.get("is_echo") or message.get("is_deleted"):
        return None  # our own words come back as echoes
    payload = _payload(_dict(message.get("quick_reply"))) or _payload(postback)
    text = _text(message.get("text"))
    kind: Kind = "tap" if payload else "text"
    if not payload and not text.strip():
        sent = _referral(event) or _sent(message)
        if sent is None:
            return None
        kind, text, payload = sent
    when = event.get("timestamp")
    return Message(
        person=person,
        text=text[:_LONGEST_TEXT],
        payload=payload,
        mid=(_text(message.get("mid")) or _text(postback.get("mid")))[:_LONGEST_ID],
        timestamp_ms=when if isinstance(when, int) and not isinstance(when, bool) and 0 <= when < _NEVER_MS else 0,
        kind=kind,
    )


def _sent(message: dict[str, Any]) -> tuple[Kind, str, str] | None:
    """What a message without a text holds: its kind, and of a shared link its address as a text."""
    attached = next((one for one in _list(message.get("attachments")) if isinstance(one, dict)), None)
    if attached is None:
        return ("other", "", "") if message.get("is_unsupported") is True else None
    kind, payload = _text(attached.get("type")), _dict(attached.get("payload"))
    if kind == "sticker" or "sticker_id" in message or "sticker_id" in payload:  # until 2026-08 it was an image, too
        return "sticker", "", ""
    if kind == "fallback":
        link = _text(payload.get("url")) or _text(attached.get("url"))
        return ("text", link, "") if link.strip() else ("other", "", "")
    return (kind if kind in _ATTACHMENTS else "other"), "", ""  # type: ignore[return-value]  # it is one of Kind


def _referral(event: dict[str, Any]) -> tuple[Kind, str, str] | None:
    """Somebody came back through a link of ours, m.me/<page>?ref=..; what it carries stands as a payload does."""
    referral = event.get("referral")
    if not isinstance(referral, dict):
        return None
    reference = _text(referral.get("ref"))
    return "referral", "", reference if len(reference) <= _LONGEST_PAYLOAD else ""


def _payload(holder: dict[str, Any]) -> str:
    """The payload of a tap; one that is longer than Messenger allows is nobody's."""
    payload = _text(holder.get("payload"))
    return payload if payload.strip() and len(payload) <= _LONGEST_PAYLOAD else ""


def _identifier(holder: Any) -> str:
    """The `id` of an object; old recordings have numbers where Messenger sends text today."""
    identifier = _dict(holder).get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, str | int):
        return ""
    known = str(identifier)
    return known if len(known) <= _LONGEST_ID else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
