"""SPOTIFY_* of the environment -> one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ingest.errors import CalledWrongly

API_URL = "https://api.spotify.com/v1/"
TOKEN_URL = "https://accounts.spotify.com/api/token"
STATE_TABLE = "segue_state"


@dataclass(frozen=True)
class SpotifySettings:
    """The key, where to ask, for which market, and the table of shared state."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str = API_URL
    token_url: str = TOKEN_URL
    market: str = "KR"
    state_table: str = STATE_TABLE


def from_environment(environment: Mapping[str, str]) -> SpotifySettings:
    """Read the variables. Raises CalledWrongly for a missing key, a URL or a market that is none."""
    client_id, secret = environment.get("SPOTIFY_CLIENT_ID", ""), environment.get("SPOTIFY_CLIENT_SECRET", "")
    missing = [name for name in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET") if not environment.get(name, "").strip()]
    if missing:
        raise CalledWrongly(
            f"{' and '.join(missing)}: not set. Right would be the id and secret of an app at "
            "https://developer.spotify.com/dashboard. Next: set them, or let `segue ingest` start the local API."
        )
    market = environment.get("SPOTIFY_MARKET") or "KR"
    if not (len(market) == 2 and market.isascii() and market.isalpha()):
        raise CalledWrongly(f"SPOTIFY_MARKET is {market!r}. Right would be two letters such as KR.")
    return SpotifySettings(
        client_id.strip(),
        secret.strip(),
        _url(environment, "SPOTIFY_API_URL", API_URL),
        _url(environment, "SPOTIFY_TOKEN_URL", TOKEN_URL),
        market.upper(),
        environment.get("SEGUE_STATE_TABLE") or STATE_TABLE,
    )


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    value = environment.get(name) or default
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CalledWrongly(f"{name} is {value!r}. Right would be an address such as {default}")
    return value
