"""Servers for one test and the environment that leads to them."""

from dataclasses import dataclass
from typing import Any

from orchestration.local.music_api.server import ServerInfo


@dataclass(frozen=True)
class Running:
    """A local API and a DynamoDB; `environment` is for `python -m ingest`."""

    server: ServerInfo
    environment: dict[str, str]

    def calls(self, path: str = "") -> list[dict[str, Any]]:
        """Requests made so far whose path contains `path`, tokens left out."""
        return [entry for entry in self.server.apis.log if path in entry["path"] and entry["path"] != "/api/token"]

    def forget(self) -> None:
        """Empty the log of requests."""
        self.server.apis.log.clear()


def environment_of(server: ServerInfo, dynamodb_url: str) -> dict[str, str]:
    return {
        "SPOTIFY_CLIENT_ID": "segue-local",
        "SPOTIFY_CLIENT_SECRET": "secret-segue-local",
        "SPOTIFY_API_URL": server.spotify_url,
        "SPOTIFY_TOKEN_URL": server.token_url,
        "RECCOBEATS_API_URL": server.reccobeats_url,
        "MUSICBRAINZ_API_URL": server.musicbrainz_url,
        "MUSICBRAINZ_CALLS_PER_SECOND": "0",
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "ap-northeast-2",
    }


def made_id(kind: str, number: int) -> str:
    """A 22-character id that says what it is."""
    return f"{kind}{number:0{22 - len(kind)}d}"
