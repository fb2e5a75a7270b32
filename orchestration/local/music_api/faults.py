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

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from orchestration.local.music_api.errors import FaultRuleError
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.spoiling import KINDS

_NEEDED = {"status": ("status",), "rewrite": ("pattern", "replacement")}


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
    path, method = _match(given.get("match", {}))
    kind, details = _action(given.get("action"))
    nth, times = given.get("nth", 1), given.get("times", 1)
    if not _counts(nth) or not (times is None or _counts(times)):
        got = f"nth {nth!r}, times {times!r}"
        raise FaultRuleError(f"fault rule: got {got}; both are whole numbers from 1, times or null.")
    return Rule(path, method, nth, times, kind, details)


def _match(given: Any) -> tuple[re.Pattern[str], str | None]:
    match = {"path": given} if isinstance(given, str) else given
    if not isinstance(match, dict) or not set(match) <= {"path", "method"}:
        raise FaultRuleError(f"fault rule: got match {given!r}; it is a pattern, or an object with path and method.")
    try:
        return re.compile(match.get("path", "")), match.get("method")
    except (re.error, TypeError) as error:
        got = match.get("path")
        raise FaultRuleError(f"fault rule: got match path {got!r}, no regular expression ({error}).") from error


def _action(given: Any) -> tuple[str, Mapping[str, Any]]:
    action: Any = {"kind": given} if isinstance(given, str) else given
    if not isinstance(action, dict):
        raise FaultRuleError(f"fault rule: got action {given!r}; it is a word or an object.")
    kind = action.get("kind", "status" if "status" in action else None)
    if kind not in KINDS:
        raise FaultRuleError(f"fault rule: got action {given!r}; known are {', '.join(sorted(KINDS))}.")
    missing = [name for name in _NEEDED.get(kind, ()) if name not in action]
    if missing:
        raise FaultRuleError(f"fault rule: got action {given!r}; {kind} needs {missing[0]}.")
    if kind == "status" and not (_counts(action["status"]) and 200 <= action["status"] <= 599):
        raise FaultRuleError(f"fault rule: got status {action['status']!r}; it is a whole number from 200 to 599.")
    return kind, action


def _counts(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1
