"""How long to wait: Retry-After in all its forms, jittered back-off, and a time limit over a whole answer.

A leaf that chalice_bot/vendor/ ships with spotify/client.py: imports nothing of ours.
"""

import random
import time
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

import requests

LONGEST_DEADLINE = 7 * 86_400.0
"""Seconds. A longer Retry-After is taken for a mistake of the server's: flagged, and cut to this."""


@dataclass(frozen=True)
class RetryAfter:
    """Seconds the server asks to wait; None where it said nothing that can be used."""

    seconds: float | None
    is_absurd: bool = False


def parse_retry_after(value: str | None, now: float) -> RetryAfter:
    """Read a Retry-After header: seconds or an HTTP date. Empty, negative and unreadable ones say nothing."""
    seconds = _seconds(value.strip(), now) if value else None
    if seconds is None or seconds < 0:
        return RetryAfter(None)
    if seconds > LONGEST_DEADLINE:
        return RetryAfter(LONGEST_DEADLINE, is_absurd=True)
    return RetryAfter(seconds)


def _seconds(text: str, now: float) -> float | None:
    try:
        seconds = float(text)
        return seconds if seconds == seconds else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now)


def back_off(attempt: int, longest: float = 8.0) -> float:
    """Seconds before try number `attempt` + 1 (from 0): doubling from half a second, with jitter."""
    return min(longest, 0.5 * 2.0**attempt) * random.uniform(0.5, 1.0)


class TimedSession(requests.Session):
    """A session that reads an answer within `answer_seconds`, however slowly it drips, and keeps the last one."""

    def __init__(self, answer_seconds: float) -> None:
        super().__init__()
        self.answer_seconds = answer_seconds
        self.last: requests.Response | None = None
        self.calls = 0

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Send as requests does; raises requests.Timeout where the whole answer takes too long."""
        self.last = None
        self.calls += 1
        started = time.monotonic()
        response = super().request(*args, **{**kwargs, "stream": True})
        chunks = []
        try:
            while chunk := response.raw.read1(1 << 16, decode_content=True):
                chunks.append(chunk)
                if time.monotonic() - started > self.answer_seconds:
                    response.close()
                    raise requests.Timeout(f"the answer took longer than {self.answer_seconds:g} s")
        except requests.RequestException:
            raise
        except (OSError, requests.packages.urllib3.exceptions.HTTPError) as problem:  # type: ignore[attr-defined]
            raise requests.ConnectionError(str(problem)) from problem
        response._content = b"".join(chunks)
        response._content_consumed = True  # type: ignore[attr-defined]
        self.last = response
        return response
