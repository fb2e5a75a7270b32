"""Every failure of the local music APIs: the caller's mistakes as HTTP refusals, ours as plain errors."""

from typing import Any


class MusicApiError(Exception):
    """Base of what stops the server from starting or a control call from being obeyed."""


class CatalogueError(MusicApiError):
    """The catalogue folder cannot be served: a file or a column that must be there is not."""


class FaultRuleError(MusicApiError):
    """A rule sent to /_control/faults does not say something we can do."""


class SettingsError(MusicApiError):
    """A setting has a value that is not possible."""


class Refused(Exception):
    """One request is answered with an error: status, JSON payload and headers as the real API gives them."""

    def __init__(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"refused with {status}: {payload}")
        self.status = status
        self.payload = payload
        self.headers = headers or {}


def spotify_refusal(
    status: int, message: str, reason: str | None = None, headers: dict[str, str] | None = None
) -> Refused:
    """Return Spotify's error object: {"error": {"status", "message"[, "reason"]}}."""
    error: dict[str, Any] = {"status": status, "message": message}
    if reason:
        error["reason"] = reason
    return Refused(status, {"error": error}, headers)
