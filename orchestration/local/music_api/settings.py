"""What one running server is told to be: profile, limits, token life. Changed while it runs by /_control/settings."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from orchestration.local.music_api.errors import SettingsError
from orchestration.local.music_api.profiles import PROFILES


@dataclass(frozen=True)
class Settings:
    """Limits of 0 are off; times are in seconds."""

    profile: str = "extended"
    token_seconds: int = 3600
    rate_limit: int = 0
    """Spotify calls of one client id within `rate_window` before 429."""
    rate_window: float = 30.0
    quota: int = 0
    """Spotify calls of the whole developer account, over all client ids, before 429 QUOTA_EXCEEDED."""
    quota_retry_after: str | None = "86236"
    """Retry-After sent with QUOTA_EXCEEDED; None sends none."""
    musicbrainz_rate: float = 1.0
    reccobeats_rate: float = 0.0
    """ReccoBeats calls a second and source before 429."""
    reccobeats_unknown_percent: float = 3.0
    relinked_percent: float = 0.0
    """Tracks that a call with a market gets under another id, with `linked_from`: Spotify plays another release."""
    needs_premium: bool = False
    """Every Spotify call is refused as if the owner of the app had no Premium."""


def changed(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Return the settings with `values` in place; raise SettingsError for a name or a type that is not one of ours."""
    known = {field.name: field for field in fields(Settings)}
    checked = {}
    for name, value in values.items():
        if name not in known:
            raise SettingsError(f"settings: got {name!r}; known are {', '.join(sorted(known))}.")
        checked[name] = _checked(name, value, getattr(Settings(), name))
    return replace(settings, **checked)


def _checked(name: str, value: Any, default: Any) -> Any:
    if name == "profile":
        if value not in PROFILES:
            raise SettingsError(f"settings: got profile {value!r}; known are {', '.join(PROFILES)}.")
        return value
    if name == "quota_retry_after":
        return None if value is None else str(value)
    if isinstance(default, bool):
        wanted, fits = "true or false", isinstance(value, bool)
    else:
        wanted, fits = "a number", isinstance(value, int | float) and not isinstance(value, bool)
    if not fits:
        raise SettingsError(f"settings: got {name} = {value!r}; it must be {wanted}.")
    return value if isinstance(default, bool) else type(default)(value)
