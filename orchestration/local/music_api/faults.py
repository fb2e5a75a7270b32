"""Misbehaviour on demand: rules say which requests go wrong and how.

A rule is {"match": {"path": regex, "method": "GET"}, "nth": 1, "times": 1, "action": ...}: from the nth matching
request on, `times` of them (null: all) are hit; the regex is searched in `path?query`. Actions, as a word or as
{"kind": word, ...}:
  {"status": 429, "headers": {..}, "body": object or text}   this answer and no other
  cut            the connection is reset before a byte is sent        cut_body   .. in the middle of the body
  truncate       200 with half of the JSON                            html, empty   200 with a page, with nothing
  wrong_charset  names in a Korean 8-bit charset, labelled UTF-8      drip       the body over `seconds` (5)
  expire_token   the caller's token is expired from now on            null_items    nulls at `positions` ([0]) of lists
  repeat_items   the first item of every list comes twice             hold       nothing for `seconds` (5) first
  next_loop      every page's `next` is the page itself               rewrite    `pattern` -> `replacement` in the body
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from orchestration.local.music_api.errors import FaultRuleError
from orchestration.local.music_api.messages import JSON_TYPE, Answer, Request, json_answer

_HTML = "<!DOCTYPE html><html><head><title>Sorry</title></head><body><h1>Upstream is busy</h1></body></html>"
_ITEM_LISTS = ("items", "artists", "tracks", "albums", "audio_features", "content", "urls", "genres", "aliases")

Change = Callable[[Answer, Mapping[str, Any]], Answer]


@dataclass
class Rule:
    """One rule and how many requests have matched it so far."""

    path: re.Pattern[str]
    method: str | None
    nth: int
    times: int | None
    kind: str
    details: Mapping[str, Any]
    matched: int = field(default=0)

    def hits(self, request: Request) -> bool:
        """Count the request if it matches; return whether it is one that goes wrong."""
        target = f"{request.path}?{request.raw_query}" if request.raw_query else request.path
        if (self.method and self.method != request.method) or not self.path.search(target):
            return False
        self.matched += 1
        return self.matched >= self.nth and (self.times is None or self.matched < self.nth + self.times)


class Faults:
    """The rules in force; the first that hits a request decides."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = Lock()

    def add(self, rules: Sequence[Any]) -> int:
        """Add rules after those in force, all or none; return how many there are now."""
        parsed = [parse_rule(rule) for rule in rules]
        with self._lock:
            self._rules.extend(parsed)
            return len(self._rules)

    def listed(self) -> list[dict[str, Any]]:
        """Return the rules in force with how many requests each has matched."""
        with self._lock:
            rules = list(self._rules)
        return [{"path": rule.path.pattern, "kind": rule.kind, "matched": rule.matched} for rule in rules]

    def clear(self) -> None:
        """Drop all rules."""
        with self._lock:
            self._rules.clear()

    def hitting(self, request: Request) -> Rule | None:
        """Return the rule that hits this request, if any. Every rule before it counts the request too."""
        with self._lock:
            return next((rule for rule in self._rules if rule.hits(request)), None)


def parse_rule(given: Any) -> Rule:
    """Return the rule; raise FaultRuleError naming what is wrong with it."""
    if not isinstance(given, dict) or not set(given) <= {"match", "nth", "times", "action"}:
        raise FaultRuleError(f"fault rule: got {given!r}; it is an object with match, nth, times and action.")
    match, action = given.get("match", {}), given.get("action")
    match = {"path": match} if isinstance(match, str) else match
    if isinstance(action, str):
        action = {"kind": action}
    if not isinstance(match, dict) or not isinstance(action, dict):
        raise FaultRuleError(f"fault rule: got {given!r}; match and action are objects or words.")
    kind = action.get("kind", "status" if "status" in action else None)
    if kind not in _KINDS:
        raise FaultRuleError(f"fault rule: got action {action!r}; known are {', '.join(sorted(_KINDS))}.")
    missing = [name for name in _NEEDED.get(kind, ()) if name not in action]
    if missing:
        raise FaultRuleError(f"fault rule: got action {action!r}; {kind} needs {missing[0]}.")
    if kind == "status" and not (isinstance(action["status"], int) and 200 <= action["status"] <= 599):
        raise FaultRuleError(f"fault rule: got status {action['status']!r}; it is a whole number from 200 to 599.")
    nth, times = given.get("nth", 1), given.get("times", 1)
    if not isinstance(nth, int) or nth < 1 or not (times is None or (isinstance(times, int) and times >= 1)):
        raise FaultRuleError(
            f"fault rule: got nth {nth!r}, times {times!r}; both are whole numbers from 1, times or null."
        )
    try:
        path = re.compile(match.get("path", ""))
    except (re.error, TypeError) as error:
        raise FaultRuleError(
            f"fault rule: got match path {match.get('path')!r}, no regular expression ({error})."
        ) from error
    return Rule(path, match.get("method"), nth, times, kind, action)


def without_asking(rule: Rule) -> Answer | None:
    """Return the answer of a rule that needs none from the API: a status, a cut, a page, nothing."""
    if rule.kind in _INSTEAD:
        return _INSTEAD[rule.kind](Answer(200), rule.details)
    return None


def spoiled(answer: Answer, rule: Rule) -> Answer:
    """Return the API's answer as the rule spoils it."""
    return _AFTER[rule.kind](answer, rule.details) if rule.kind in _AFTER else answer


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
    """Change every list of things an answer holds, the outermost only."""

    def walked(value: Any, name: str = "") -> Any:
        if isinstance(value, list):
            return change(value) if name in _ITEM_LISTS else value
        return {key: walked(inner, key) for key, inner in value.items()} if isinstance(value, dict) else value

    return replace(answer, body=_bytes(walked(answer.payload)))


def _next_loop(answer: Answer, _: Mapping[str, Any]) -> Answer:
    def looped(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        inner = {key: looped(found) for key, found in value.items()}
        return inner | {"next": inner["href"]} if "next" in inner and "href" in inner else inner

    return replace(answer, body=_bytes(looped(answer.payload)))


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
_NEEDED = {"status": ("status",), "rewrite": ("pattern", "replacement")}
_KINDS = {*_INSTEAD, *_AFTER, "expire_token"}
