"""Spotify's Web API with a policy of our own: short waits inside, a long one becomes a deadline shared by all.

Of ours it needs only ingest/deadlines.py and ingest/waits.py: chalice_bot/vendor/ ships the same files.
Knows HTTP and not tables. spotipy makes the calls, without its retries: they would sleep for hours and lose
Retry-After.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from spotipy import MemoryCacheHandler, Spotify, SpotifyClientCredentials
from spotipy.exceptions import SpotifyException
from spotipy.oauth2 import SpotifyOauthError

from ingest.deadlines import Deadline, Deadlines
from ingest.waits import TimedSession, back_off, parse_retry_after

Json = dict[str, Any]

TRIES = 4
SHORT_WAIT = 5.0
"""Seconds. A Retry-After up to this is waited for; a longer one is a deadline."""
UNTOLD_QUOTA = 86_400.0
UNTOLD_RATE = 300.0
"""Seconds until the deadline where the server gives no Retry-After."""
PATIENCE = 300.0
"""Seconds one client waits in all, over all of its calls, before it gives up; a bot that answers waits less."""

logger = logging.getLogger(__name__)


class SpotifyError(Exception):
    """Base: what was asked, what came, the next step. Never holds a token or a secret."""


class Deferred(SpotifyError):
    """No call before `until` (UTC), in no process with this key. `is_absurd`: the server asked for far longer."""

    def __init__(self, message: str, until: datetime, is_absurd: bool = False) -> None:
        super().__init__(message)
        self.until = until
        self.is_absurd = is_absurd


class Stopped(SpotifyError):
    """The key is refused altogether: wrong id or secret, or its owner has no Premium."""


class Unavailable(SpotifyError):
    """Spotify did not answer in spite of several tries; it may a little later."""


class Absent(SpotifyError):
    """403: this key may not use this endpoint; asking again for another item is of no use."""


class Unreadable(SpotifyError):
    """Several answers could not be read; `raw` is the last one's bytes."""

    def __init__(self, message: str, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw


class Refused(SpotifyError):
    """This one item is refused or unknown (`status` 400, 404, ...); others may be asked for."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """One key. `get` returns the JSON object of a 200 or raises one of the errors above."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        deadlines: Deadlines,
        market: str = "KR",
        api_url: str = "https://api.spotify.com/v1/",
        token_url: str = "https://accounts.spotify.com/api/token",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        answer_seconds: float = 20.0,
        patience: float = PATIENCE,
    ) -> None:
        logging.getLogger("spotipy").setLevel(logging.CRITICAL + 1)  # its debug lines hold the token
        self.market = market
        self._deadlines = deadlines
        self._sleep, self._clock = sleep, clock
        self._patience = patience
        self.session = TimedSession(answer_seconds)
        self._cache = MemoryCacheHandler()
        auth = SpotifyClientCredentials(
            client_id, client_secret, requests_session=self.session, requests_timeout=5, cache_handler=self._cache
        )
        auth.OAUTH_TOKEN_URL = token_url
        self._api = Spotify(auth_manager=auth, requests_session=self.session, requests_timeout=5)
        self._api.prefix = api_url if api_url.endswith("/") else f"{api_url}/"

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> Json:
        """Ask for a path below /v1, or for the absolute `next` of a page; the market goes with every call."""
        named = {"market": self.market, **(parameters or {})}
        url, sent = (self._own(path), {}) if path.startswith("http") else (path, named)
        is_refreshed, attempt, raw = False, 0, b""
        while True:
            self._check_deadline()
            try:
                answer = self._api._get(url, **sent)
                raw = self.session.last.content if self.session.last is not None else b""
                if isinstance(answer, dict) and _is_utf8(raw):
                    return answer
                problem: SpotifyError = Unreadable(
                    f"Spotify {path}: answer 200 that is no JSON object ({len(raw)} bytes)", raw
                )
                wait = back_off(attempt)
            except SpotifyException as refusal:
                if refusal.http_status == 401 and not is_refreshed:
                    is_refreshed = True
                    self._cache.save_token_to_cache(None)
                    continue
                problem, wait = self._judge(path, refusal, attempt)
            except SpotifyOauthError as refusal:
                problem, wait = self._judge_token(refusal, attempt)
            except (requests.RequestException, OSError) as failure:
                problem = Unavailable(f"Spotify {path}: {type(failure).__name__}: {_plain(failure)}")
                wait = back_off(attempt)
            attempt += 1
            if attempt >= TRIES or wait > self._patience:
                raise problem
            logger.info("spotify: %s; try %d of %d in %.1f s", problem, attempt + 1, TRIES, wait)
            self._patience -= wait
            self._sleep(wait)

    def pages(self, page: Json | None) -> Iterator[Json]:
        """Yield a page and those that follow; a `next` that repeats ends it, one of another host is refused."""
        seen = {(page or {}).get("href")}
        while page:
            yield page
            following = page.get("next")
            if not following or following in seen:
                return
            seen.add(following)
            page = self.get(following)

    def _own(self, url: str) -> str:
        own, given = urlsplit(self._api.prefix), urlsplit(url)
        if (given.scheme, given.netloc) != (own.scheme, own.netloc) or not given.path.startswith(own.path):
            raise Refused(f"Spotify sent a `next` that leads to {given.netloc!r}, not {own.netloc!r}: not followed", 0)
        return url

    def _check_deadline(self) -> None:
        if deadline := self._deadlines.current():
            until = datetime.fromtimestamp(deadline.not_before, UTC)
            raise Deferred(
                f"Spotify may not be called before {until:%Y-%m-%d %H:%M:%S} UTC ({deadline.reason}). What was fetched "
                "is kept. Next: run the same command after that; it goes on where it stopped.",
                until,
            )

    def _judge(self, path: str, refusal: SpotifyException, attempt: int) -> tuple[SpotifyError, float]:
        """Return the error a status means and how long to wait before another try; raise what is final."""
        status, said = refusal.http_status, _message(refusal)
        if status == 429:
            return self._judge_limit(path, refusal.reason, refusal.headers, attempt)
        if status >= 500:
            return Unavailable(f"Spotify {path}: status {status}"), back_off(attempt)
        if status == 401:
            raise Stopped(
                f"Spotify {path}: status 401 with a fresh token too. Next: check SPOTIFY_CLIENT_ID and the app's state "
                "in the developer dashboard."
            )
        if status == 403 and "premium" in said.casefold():
            raise Stopped(
                f"Spotify refuses this key: {said!r}. Development keys need an owner with Premium. Next: renew it, "
                "wait some hours, run the same command again."
            )
        if status == 403:
            raise Absent(f"Spotify {path}: 403 {said!r}: not for this key")
        raise Refused(f"Spotify {path}: status {status} {said!r}", status)

    def _judge_limit(
        self, path: str, reason: str | None, headers: Mapping[str, str], attempt: int
    ) -> tuple[SpotifyError, float]:
        """429: wait if the wait is short, else store the deadline and raise Deferred."""
        asked = parse_retry_after(headers.get("Retry-After"), self._clock())
        is_quota = reason == "QUOTA_EXCEEDED"
        if not is_quota and attempt + 1 < TRIES and (asked.seconds is None or asked.seconds <= SHORT_WAIT):
            wait = back_off(attempt) if asked.seconds is None else asked.seconds
            if wait <= self._patience:
                return Unavailable(f"Spotify {path}: rate limit"), wait
        seconds = asked.seconds if asked.seconds is not None else (UNTOLD_QUOTA if is_quota else UNTOLD_RATE)
        named = "quota exceeded" if is_quota else "rate limit"
        if asked.is_absurd:
            named += f", absurd Retry-After {headers.get('Retry-After')!r} cut to {seconds:g} s"
            logger.warning("spotify: absurd Retry-After %r, cut to %g s", headers.get("Retry-After"), seconds)
        until = self._clock() + max(seconds, 1.0)
        self._deadlines.extend(Deadline(until, named))
        logger.warning("spotify: %s; no call for %.0f s", named, seconds)
        moment = datetime.fromtimestamp(until, UTC)
        raise Deferred(
            f"Spotify {path}: {named}; no call before {moment:%Y-%m-%d %H:%M:%S} UTC. What was fetched is kept. Next: "
            "run the same command after that; it goes on where it stopped.",
            moment,
            asked.is_absurd,
        )

    def _judge_token(self, refusal: SpotifyOauthError, attempt: int) -> tuple[SpotifyError, float]:
        last = self.session.last
        status = last.status_code if last is not None else 0
        if last is not None and status == 429:
            return self._judge_limit("token", None, last.headers, attempt)
        if status >= 500:
            return Unavailable(f"Spotify's token endpoint: status {status}"), back_off(attempt)
        raise Stopped(
            f"Spotify gives no token: {refusal.error or f'status {status}'}. Next: check SPOTIFY_CLIENT_ID and "
            "SPOTIFY_CLIENT_SECRET in the developer dashboard."
        )


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _message(refusal: SpotifyException) -> str:
    """Return the server's message without the URL that spotipy puts before it."""
    return str(refusal.msg).rpartition(":\n ")[2]


def _plain(failure: Exception) -> str:
    return str(failure).split("?")[0][:200]
