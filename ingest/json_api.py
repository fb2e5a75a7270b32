"""A JSON API without a key: short waits inside, a long Retry-After becomes the same shared deadline as Spotify's."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from ingest.deadlines import Deadline, Deadlines, StateUnreachable
from ingest.errors import Deferred, IngestError, Retryable
from ingest.waits import TimedSession, back_off, parse_retry_after

TRIES = 4
SHORT_WAIT = 5.0
UNTOLD_WAIT = 300.0
"""Seconds until the deadline after 429s that name no time."""
PATIENCE = 180.0
"""Seconds one client waits in all, over all of its calls."""

logger = logging.getLogger(__name__)


class Unavailable(Retryable):
    """The provider did not answer in spite of several tries."""


class Unreadable(IngestError):
    """Several answers were no JSON object; `raw` is the last one's bytes."""

    def __init__(self, message: str, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw


class Refused(IngestError):
    """This call is refused or the thing unknown, with `status`."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class JsonApi:
    """One provider. `calls_per_second` 0 is no pacing of our own; a limited service answers 429 or 503."""

    def __init__(
        self,
        provider: str,
        url: str,
        deadlines: Deadlines,
        user_agent: str,
        calls_per_second: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        answer_seconds: float = 20.0,
        patience: float = PATIENCE,
    ) -> None:
        self.provider = provider
        self._url = url.rstrip("/")
        self._deadlines = deadlines
        self._pause = 1.0 / calls_per_second if calls_per_second > 0 else 0.0
        self._next_call = 0.0
        self._patience = patience
        self._sleep, self._clock = sleep, clock
        self.session = TimedSession(answer_seconds)
        self.session.headers.update({"User-Agent": user_agent, "Accept": "application/json"})

    def get(self, path: str, parameters: list[tuple[str, str]]) -> dict[str, Any]:
        """Return the JSON object of a 200. Raises Deferred, Unavailable, Unreadable, Refused, StateUnreachable."""
        attempt = 0
        while True:
            self._check_deadline()
            self._keep_pace()
            try:
                response = self.session.get(f"{self._url}/{path}", params=parameters, timeout=5)
                problem, wait = self._judge(path, response, attempt)
                if problem is None:
                    return dict(response.json())
            except requests.RequestException as failure:
                problem = Unavailable(f"{self.provider} {path}: {type(failure).__name__}")
                wait = back_off(attempt)
            attempt += 1
            if attempt >= TRIES or wait > self._patience:
                raise problem
            logger.info("%s: %s; try %d of %d in %.1f s", self.provider, problem, attempt + 1, TRIES, wait)
            self._patience -= wait
            self._sleep(wait)

    def _judge(self, path: str, response: requests.Response, attempt: int) -> tuple[IngestError | None, float]:
        status = response.status_code
        if status == 429 or (status == 503 and response.headers.get("Retry-After")):
            return self._judge_limit(path, response, attempt)
        if status >= 500:
            return Unavailable(f"{self.provider} {path}: status {status}"), back_off(attempt + 1)
        if status != 200:
            raise Refused(f"{self.provider} {path}: status {status} {response.text[:200]!r}", status)
        try:
            response.content.decode("utf-8")
            if isinstance(response.json(), dict):
                return None, 0.0
        except ValueError:
            pass
        return Unreadable(f"{self.provider} {path}: answer 200 that is no JSON object", response.content), back_off(
            attempt
        )

    def _judge_limit(self, path: str, response: requests.Response, attempt: int) -> tuple[IngestError, float]:
        asked = parse_retry_after(response.headers.get("Retry-After"), self._clock())
        if attempt + 1 < TRIES and (asked.seconds is None or asked.seconds <= SHORT_WAIT):
            wait = back_off(attempt) if asked.seconds is None else asked.seconds
            return Unavailable(f"{self.provider} {path}: too many requests"), wait
        seconds = UNTOLD_WAIT if asked.seconds is None else asked.seconds
        if asked.is_absurd:
            logger.warning("%s: absurd Retry-After, cut to %g s", self.provider, seconds)
        until = self._clock() + max(1.0, seconds)
        self._deadlines.extend(Deadline(until, "rate limit"))
        raise self._deferred(Deadline(until, "rate limit"))

    def _check_deadline(self) -> None:
        if deadline := self._deadlines.current():
            raise self._deferred(deadline)

    def _deferred(self, deadline: Deadline) -> Deferred:
        until = datetime.fromtimestamp(deadline.not_before, UTC)
        return Deferred(
            f"{self.provider} may not be called before {until:%Y-%m-%d %H:%M:%S} UTC ({deadline.reason}). What was "
            "fetched is kept. Next: run the same command after that.",
            until,
        )

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next_call:
            self._sleep(self._next_call - now)
        self._next_call = max(now, self._next_call) + self._pause


__all__ = ["Deadlines", "JsonApi", "Refused", "StateUnreachable", "Unavailable", "Unreadable"]
