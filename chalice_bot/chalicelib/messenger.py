"""Sends through the Graph API; every failure comes out as its kind, and never with the token in it.

A call without an answer may have been sent: it is not repeated, as a lost card is better than a doubled one.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from chalicelib.errors import (
    AccessRefused,
    MessageRefused,
    PartlySent,
    PersonUnreachable,
    SendFailed,
    TemporarySendFailure,
    Throttled,
    UncertainSend,
)
from chalicelib.payloads import Body

_SECONDS = (3.05, 10)  # to connect, to answer
_PAUSES = (0.3, 1.0)  # seconds before the second and third attempt
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
    """The page's voice: one HTTP session, kept open between messages."""

    def __init__(self, graph_api_url: str, page_token: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._url = f"{graph_api_url}/me/messages"
        self._token = page_token
        self._pause = pause
        self._session = requests.Session()

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
        """Close the session's connections."""
        self._session.close()

    def _send_patiently(self, body: Body) -> None:
        """Try again what is surely unsent and may pass; the last failure comes out."""
        for pause in _PAUSES:
            try:
                return self._send(body)
            except TemporarySendFailure:
                self._pause(pause)
        self._send(body)

    def _send(self, body: Body) -> None:
        try:
            response = self._session.post(
                self._url, params={"access_token": self._token}, json=body, timeout=_SECONDS, allow_redirects=False
            )
        except requests.RequestException as error:  # its message holds the URL, and the URL the token
            kind = TemporarySendFailure if _never_connected(error) else UncertainSend
            raise kind(f"{type(error).__name__}; is GRAPH_API_URL right?") from None
        if response.status_code != 200:
            raise _failure(response.status_code, _error_of(response))


def _never_connected(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)


def _error_of(response: requests.Response) -> dict[str, Any]:
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
