"""Webhook events as Messenger makes them, and the very bytes it signs."""

import hmac
import json
import secrets
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

Event = dict[str, Any]
APP_ID = 200000000000002
THUMB = 369239263222822
"""Messenger's own sticker, the thumb up beside the field for text."""


def now_ms() -> int:
    """Return the time as Messenger writes it."""
    return time.time_ns() // 1_000_000


def new_mid() -> str:
    """Return a message id of the form that Messenger's have."""
    return f"m_{secrets.token_urlsafe(48)}"


def message(person: str, page: str, content: Mapping[str, Any]) -> Event:
    """A person's message: text, text with a quick reply, or attachments."""
    return _event(person, page, message={"mid": new_mid(), **content})


def postback(person: str, page: str, title: str, payload: str) -> Event:
    """A tap on a button, on the menu, on an ice breaker or on Get Started."""
    return _event(person, page, postback={"mid": new_mid(), "title": title, "payload": payload})


def sticker(url: str) -> dict[str, Any]:
    """The content of a message that is the thumb; since 2026-08-30 its type is `sticker` and nothing else."""
    return {"attachments": [{"type": "sticker", "payload": {"url": url, "sticker_id": THUMB}}]}


def image(url: str) -> dict[str, Any]:
    """The content of a message that is a picture."""
    return {"attachments": [{"type": "image", "payload": {"url": url}}]}


def delivered(person: str, page: str, mid: str, watermark: int) -> Event:
    """What the page sent has reached the person's device."""
    return _event(person, page, delivery={"mids": [mid], "watermark": watermark})


def read(person: str, page: str, watermark: int) -> Event:
    """The person has seen all up to then."""
    return _event(person, page, read={"watermark": watermark})


def echo(person: str, page: str, mid: str, content: Mapping[str, Any]) -> Event:
    """What the page sent, told to all apps of the page, the sending one included."""
    return _event(page, person, message={"is_echo": True, "app_id": APP_ID, "mid": mid, **content})


def to_bytes(page: str, *events: Event) -> bytes:
    """One delivery as it goes over the wire: all beyond ASCII is escaped, in lower-case hex, and slashes as well."""
    entry = {"id": page, "time": now_ms(), "messaging": list(events)}
    written = json.dumps({"object": "page", "entry": [entry]}, separators=(",", ":"))
    return written.replace("/", "\\/").encode("ascii")


def signature(raw: bytes, secret: str) -> str:
    """Return the value of X-Hub-Signature-256 for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), raw, sha256).hexdigest()


def _event(sender: str, recipient: str, **what: Any) -> Event:
    return {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now_ms(), **what}
