"""What each kind of fault makes of an answer; faults.py says which requests are hit."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from orchestration.local.music_api.messages import JSON_TYPE, Answer, json_answer

_HTML = "<!DOCTYPE html><html><head><title>Sorry</title></head><body><h1>Upstream is busy</h1></body></html>"
_ITEM_LISTS = ("items", "artists", "tracks", "albums", "audio_features", "content", "urls", "genres", "aliases")

Change = Callable[[Answer, Mapping[str, Any]], Answer]


def without_asking(kind: str, details: Mapping[str, Any]) -> Answer | None:
    """Return the answer of a fault that needs none from the API: a status, a cut, a page, nothing."""
    if kind in _INSTEAD:
        return _INSTEAD[kind](Answer(200), details)
    return None


def spoiled(answer: Answer, kind: str, details: Mapping[str, Any]) -> Answer:
    """Return the API's answer as the fault spoils it."""
    return _AFTER[kind](answer, details) if kind in _AFTER else answer


def _status(_: Answer, details: Mapping[str, Any]) -> Answer:
    headers = {name: str(value) for name, value in details.get("headers", {}).items()}
    body = details.get("body", "")
    if isinstance(body, str):
        return Answer(details["status"], body.encode(), headers, headers.pop("Content-Type", JSON_TYPE))
    return json_answer(body, details["status"], headers)


def _truncate(answer: Answer, _: Mapping[str, Any]) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) // 2], payload=None)


def _wrong_charset(answer: Answer, _: Mapping[str, Any]) -> Answer:
    return replace(answer, body=answer.body.decode().encode("cp949", "replace"), payload=None)


def _rewrite(answer: Answer, details: Mapping[str, Any]) -> Answer:
    text = re.sub(details["pattern"], details["replacement"], answer.body.decode())
    return replace(answer, body=text.encode(), payload=None)


def _null_items(answer: Answer, details: Mapping[str, Any]) -> Answer:
    positions = details.get("positions", [0])
    return _with_lists(answer, lambda items: [None if at in positions else item for at, item in enumerate(items)])


def _repeat_items(answer: Answer, _: Mapping[str, Any]) -> Answer:
    return _with_lists(answer, lambda items: items[:1] + items)


def _with_lists(answer: Answer, change: Callable[[list[Any]], list[Any]]) -> Answer:
    """Change every list of things an answer holds, the outermost only; what is no JSON stays as it is."""

    def walked(value: Any, name: str = "") -> Any:
        if isinstance(value, list):
            return change(value) if name in _ITEM_LISTS else value
        return {key: walked(inner, key) for key, inner in value.items()} if isinstance(value, dict) else value

    return answer if answer.payload is None else replace(answer, body=_bytes(walked(answer.payload)))


def _next_loop(answer: Answer, _: Mapping[str, Any]) -> Answer:
    def looped(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        inner = {key: looped(found) for key, found in value.items()}
        return inner | {"next": inner["href"]} if "next" in inner and "href" in inner else inner

    return answer if answer.payload is None else replace(answer, body=_bytes(looped(answer.payload)))


def _bytes(payload: Any) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


_INSTEAD: dict[str, Change] = {
    "status": _status,
    "cut": lambda answer, _: replace(answer, cut_after=0),
    "html": lambda _, __: Answer(200, _HTML.encode(), content_type="text/html; charset=utf-8"),
    "empty": lambda _, __: Answer(200),
}
_AFTER: dict[str, Change] = {
    "cut_body": lambda answer, _: replace(answer, cut_after=max(1, len(answer.body) // 2)),
    "drip": lambda answer, details: replace(answer, drip_seconds=float(details.get("seconds", 5))),
    "truncate": _truncate,
    "wrong_charset": _wrong_charset,
    "rewrite": _rewrite,
    "hold": lambda answer, details: replace(answer, hold_seconds=float(details.get("seconds", 5))),
    "null_items": _null_items,
    "repeat_items": _repeat_items,
    "next_loop": _next_loop,
}
KINDS = {*_INSTEAD, *_AFTER, "expire_token"}
