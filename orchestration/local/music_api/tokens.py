"""Client-credentials tokens: given out for `secret-<client id>`, checked, expired."""

import base64
import binascii
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from orchestration.local.music_api.errors import Refused, spotify_refusal
from orchestration.local.music_api.messages import Answer, Request, json_answer

_MISSING = {"WWW-Authenticate": 'Bearer realm="spotify", error="missing_token", error_description="Missing token"'}
_INVALID = {"WWW-Authenticate": 'Bearer realm="spotify", error="invalid_token", error_description="{}"'}


@dataclass
class _Token:
    client_id: str
    expires_at: float


class Tokens:
    """All tokens this server gave out; `clock` returns seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._lock = Lock()

    def issue(self, request: Request, seconds: int) -> Answer:
        """Answer POST /api/token: Basic auth or form fields, any client id whose secret is `secret-<id>`."""
        if request.method != "POST":
            raise Refused(405, {"error": "invalid_request", "error_description": "Method not allowed"})
        form = request.form()
        client_id, secret = _basic(request.headers.get("authorization", "")) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if not client_id or secret != f"secret-{client_id}":
            raise Refused(400, {"error": "invalid_client", "error_description": "Invalid client"})
        if form.get("grant_type") != "client_credentials":
            description = "grant_type must be client_credentials"
            raise Refused(400, {"error": "unsupported_grant_type", "error_description": description})
        token = "BQ" + secrets.token_urlsafe(48)
        with self._lock:
            self._tokens[token] = _Token(client_id, self._clock() + seconds)
        return json_answer({"access_token": token, "token_type": "Bearer", "expires_in": seconds})

    def client_of(self, request: Request) -> str:
        """Return the client id behind the request's token; refuse with 401 a missing, unknown or expired one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            raise spotify_refusal(401, "No token provided", headers=_MISSING)
        known = self._tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        if known is None:
            raise _invalid("Invalid access token")
        if self._clock() >= known.expires_at:
            raise _invalid("The access token expired")
        return known.client_id

    def expire(self, request: Request) -> None:
        """Make the request's token one that has expired."""
        known = self._tokens.get(request.headers.get("authorization", "").partition(" ")[2].strip())
        if known:
            known.expires_at = self._clock()


def _invalid(message: str) -> Refused:
    headers = {name: value.format(message) for name, value in _INVALID.items()}
    return spotify_refusal(401, message, headers=headers)


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret
