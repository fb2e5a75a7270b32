"""What the server remembers: messages it took, in order, and the faults it was told to show. Never deduplicates."""

import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from orchestration.local.messenger.errors import ControlError, GraphError

# code -> HTTP status and Meta's wording (Send API error reference)
KNOWN = {
    1: (500, "An unknown error has occurred."),
    2: (500, "An unexpected error has occurred. Please retry your request later."),
    4: (403, "(#4) Application request limit reached"),
    10: (403, "(#10) This message is sent outside of allowed window."),
    100: (400, "(#100) Invalid parameter"),
    190: (401, "Invalid OAuth access token."),
    200: (403, "(#200) Requires pages_messaging permission to manage the object"),
    551: (400, "(#551) This person isn't available right now."),
    613: (429, "(#613) Calls to this api have exceeded the rate limit."),
    1200: (500, "Temporary send message failure. Please try again later."),
}
_FAULT_FIELDS = frozenset({"code", "subcode", "status", "message", "times", "skip", "after_sending", "wait_seconds"})


@dataclass
class Fault:
    """A refusal or a delay for `times` calls after `skip` calls; `after_sending` takes the message all the same."""

    error: GraphError | None
    times: int = 1
    skip: int = 0
    after_sending: bool = False
    wait_seconds: float = 0.0


@dataclass
class Conversation:
    """All state of one server; every method may be called by several threads."""

    _messages: list[dict[str, Any]] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _lock: Lock = field(default_factory=Lock)

    def take(self, page: str, recipient: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Remember a message that is within limits; return what the Send API answers. An action leaves no message."""
        answer = {"recipient_id": recipient}
        if "message" not in body:
            return answer
        with self._lock:
            answer["message_id"] = f"m_local{next(self._numbers):08d}"
            now = time.time_ns() // 1_000_000
            self._messages.append({**answer, "page_id": page, "sent_at_ms": now, "body": dict(body)})
        return answer

    def messages(self, recipient: str | None = None) -> list[dict[str, Any]]:
        """Return what was taken, oldest first; of one recipient if asked."""
        with self._lock:
            return [entry for entry in self._messages if recipient in (None, entry["recipient_id"])]

    def clear(self) -> None:
        """Forget messages and faults."""
        with self._lock:
            self._messages.clear()
            self._faults.clear()

    def misbehave(self, rules: Any) -> int:
        """Add fault rules, a list of objects; return how many wait now."""
        if not isinstance(rules, list):
            raise ControlError(f"Fault rules are a JSON list of objects, got {type(rules).__name__}.")
        faults = [_fault(rule) for rule in rules]
        with self._lock:
            self._faults.extend(faults)
            return len(self._faults)

    def next_fault(self) -> Fault | None:
        """Return the fault that this call shall show (one of a message); the oldest waiting rule decides."""
        with self._lock:
            if not self._faults:
                return None
            fault = self._faults[0]
            if fault.skip:
                fault.skip -= 1
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._faults.pop(0)
            return fault


def _fault(rule: Any) -> Fault:
    if not isinstance(rule, dict) or not rule or not rule.keys() <= _FAULT_FIELDS:
        raise ControlError(f"A fault rule is an object with some of {', '.join(sorted(_FAULT_FIELDS))}.")
    for name, kinds in (("code", int), ("times", int), ("skip", int), ("wait_seconds", (int, float))):
        if name in rule and (not isinstance(rule[name], kinds) or isinstance(rule[name], bool) or rule[name] < 0):
            raise ControlError(f"A fault rule's {name} is a number of at least 0, got {rule[name]!r}.")
    code = rule.get("code")
    error = None
    if code is not None:
        status, message = KNOWN.get(code, (400, f"(#{code}) Unknown error"))
        error = GraphError(
            code, rule.get("message", message), subcode=rule.get("subcode"), status=rule.get("status", status)
        )
    return Fault(
        error, rule.get("times", 1), rule.get("skip", 0), bool(rule.get("after_sending")), rule.get("wait_seconds", 0.0)
    )
