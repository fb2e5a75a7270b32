"""Sends through the Graph API; every failure comes out as its kind, and never with the token in it.

A call without an answer may have been sent: it is not repeated, as a lost card is better than a doubled one.
"""

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any
from urllib.parse import urlencode

import certifi
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from chalicelib.errors import (
    AccessRefused,
    MessageRefused,
    PartlySent,
    PersonUnreachable,
    SendFailed,
    TemporarySendFailure,
    Throttled,
    UncertainSend,
    WindowClosed,
)
from chalicelib.payloads import Body, notice

_log = logging.getLogger("segue.messenger")
_SECONDS = (3.05, 10)  # to connect, to answer
_PAUSES = (0.3, 1.0)  # seconds before the second and third attempt
_NOTICE_SECONDS = (1.0, 2.0)
_SOON_SECONDS = 0.3  # an answer that takes no longer needs no word before it
_THROTTLED_SECONDS = 2.0  # nothing is sent for so long after a refusal for sending too much
_PROFILES = 10_000  # people whose locale a process keeps in mind
WINDOW_SECONDS = 24 * 3600
_OUTSIDE_WINDOW, _UNAVAILABLE = 2018278, 1545041
_BY_CODE: dict[int, type[SendFailed]] = {
    1: TemporarySendFailure,
    2: TemporarySendFailure,
    1200: TemporarySendFailure,
    4: Throttled,
    613: Throttled,
    551: PersonUnreachable,
    100: MessageRefused,
    190: AccessRefused,
    200: AccessRefused,
}


class Messenger:
    """The page's voice. Its connections are kept open between messages."""

    def __init__(
        self,
        graph_api_url: str,
        page_token: str,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = graph_api_url
        self._token = page_token
        self._pause = pause
        self._clock = clock
        self._http = urllib3.PoolManager(maxsize=3, ca_certs=certifi.where(), retries=False)
        self._aside = ThreadPoolExecutor(2, thread_name_prefix="notice")
        self._throttled_until = 0.0
        self._locales: dict[str, str | None] = {}

    def check_window(self, last_act_ms: int) -> None:
        """Raise WindowClosed 24 hours after a person's last act, when Messenger takes no reply; 0 is unknown."""
        if last_act_ms and self._clock() - last_act_ms / 1000 > WINDOW_SECONDS:
            raise WindowClosed("not tried, as the person's last act is more than 24 hours ago")

    @contextmanager
    def typing(self, person: str, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Work on an answer: show that the message is read and, where that takes more than a moment, that one types.

        Whether showing it works is no matter; but the block ends only after a typing, so none begins after the answer.
        """
        ended = Event()
        self._aside.submit(self._show, person, "mark_seen")
        shown = self._aside.submit(self._show_typing, person, ended, is_wanted)
        try:
            yield
        finally:
            ended.set()
            shown.result()

    def locale_of(self, person: str) -> str | None:
        """The locale of a person's Messenger, `ko_KR`; None where the page may not know it."""
        if person not in self._locales:
            if len(self._locales) >= _PROFILES:
                self._locales.clear()
            self._locales[person] = self._ask_locale(person)
        return self._locales[person]

    def page_scoped_ids(self, app_scoped: str) -> list[str]:
        """Whom of the page's people an id of the app means; nobody where Graph does not know. Raises SendFailed."""
        try:
            answer = self._call("GET", f"{app_scoped}/ids_for_pages", _SECONDS)
            found = answer.json().get("data") if answer.status == 200 else None
        except (HTTPError, ValueError, AttributeError) as error:
            raise TemporarySendFailure(f"asking whom an id means: {type(error).__name__}") from None
        if answer.status >= 500:
            raise TemporarySendFailure("asking whom an id means", status=answer.status)
        return [str(one["id"]) for one in found or [] if isinstance(one, dict) and one.get("id")]

    def set_profile(self, profile: Body) -> None:
        """Give the page its greeting, its menu and the like; raises SendFailed by kind."""
        self._post("me/messenger_profile", profile)

    def deliver(self, bodies: Sequence[Body]) -> None:
        """Send all bodies in order; raises SendFailed by kind, PartlySent once anything was taken."""
        for number, body in enumerate(bodies):
            try:
                self._send_patiently(body)
            except (TemporarySendFailure, Throttled) as error:
                if number == 0:
                    raise
                raise PartlySent(
                    f"{number} of {len(bodies)} messages went out, the rest is dropped",
                    code=error.code,
                    subcode=error.subcode,
                    status=error.status,
                ) from None

    def close(self) -> None:
        """Close the connections."""
        self._aside.shutdown()
        self._http.clear()

    def _send_patiently(self, body: Body) -> None:
        """Try again what is surely unsent and may pass; the last failure comes out.

        After a refusal for sending too much nothing is sent for a while; one that repeats is the queue's to wait for.
        """
        wait = self._throttled_until - self._clock()
        if wait > 0:
            self._pause(min(wait, _THROTTLED_SECONDS))
        for pause in _PAUSES:
            try:
                return self._send(body)
            except TemporarySendFailure:
                self._pause(pause)
            except Throttled:
                self._throttled_until = self._clock() + _THROTTLED_SECONDS
                raise
        self._send(body)

    def _show_typing(self, person: str, ended: Event, is_wanted: Callable[[], bool]) -> None:
        if not ended.wait(_SOON_SECONDS) and is_wanted():
            self._show(person, "typing_on")

    def _show(self, person: str, action: str) -> None:
        try:
            self._call("POST", "me/messages", _NOTICE_SECONDS, notice(person, action))
        except HTTPError as error:
            _log.info("not shown that a message is read: %s", type(error).__name__)

    def _ask_locale(self, person: str) -> str | None:
        try:
            answer = self._call("GET", person, _NOTICE_SECONDS, fields="locale")
            found = answer.json().get("locale") if answer.status == 200 else None
        except (HTTPError, ValueError, AttributeError) as error:
            _log.info("a person's locale is not known: %s", type(error).__name__)
            return None
        return found if isinstance(found, str) else None

    def _call(
        self, method: str, path: str, seconds: tuple[float, float], body: Body | None = None, **query: str
    ) -> urllib3.BaseHTTPResponse:
        """One request, whatever its status; urllib3's exceptions hold the address, and that the token."""
        return self._http.request(
            method,
            f"{self._api}/{path}?{urlencode({**query, 'access_token': self._token})}",
            body=None if body is None else json.dumps(body),
            headers={"Content-Type": "application/json"},
            timeout=urllib3.Timeout(connect=seconds[0], read=seconds[1]),
            redirect=False,
        )

    def _send(self, body: Body) -> None:
        self._post("me/messages", body)

    def _post(self, path: str, body: Body) -> None:
        try:
            response = self._call("POST", path, _SECONDS, body)
        except HTTPError as error:
            is_unsent = isinstance(error, NewConnectionError | ConnectTimeoutError)
            kind = TemporarySendFailure if is_unsent else UncertainSend
            raise kind(f"{type(error).__name__}; is GRAPH_API_URL right?") from None
        if response.status != 200:
            raise _failure(response.status, _error_of(response))


def _error_of(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def _failure(status: int, error: dict[str, Any]) -> SendFailed:
    """The kind of a refusal, by Meta's code; one we do not know by HTTP's status."""
    code, subcode = error.get("code"), error.get("error_subcode")
    kind = _BY_CODE.get(code) if isinstance(code, int) else None
    if subcode == _UNAVAILABLE or (code == 10 and subcode == _OUTSIDE_WINDOW):
        kind = PersonUnreachable
    if kind is None:
        kind = Throttled if status == 429 else TemporarySendFailure if status >= 500 else MessageRefused
    return kind("refused", code=code, subcode=subcode, status=status)
