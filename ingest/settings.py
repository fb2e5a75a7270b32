"""The environment, read once by the entry point, as one frozen value that is handed down."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ingest.errors import CalledWrongly

LAKE_SCHEMES = ("", "file", "s3")


@dataclass(frozen=True)
class Settings:
    """Where things are: state folder, lake, run id; `environment` is for a source's own variables."""

    home: Path
    lake_url: str
    run_id: str
    provider: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    glue_schema: str | None = None
    """First part of the Glue databases' names where Athena reads the lake, else None."""

    @property
    def dlt_home(self) -> Path:
        """Folder of dlt's working folders: a load that was cut short goes on into the lake it was meant for."""
        return self.home / ("dlt_s3" if self.lake_url.startswith("s3://") else "dlt")

    def provider_label(self, default: str) -> str:
        """The value of column `provider` for an API source."""
        return self.provider or default


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read SEGUE_* variables. Raises CalledWrongly for a lake URL of a scheme that is not known or not Athena's."""
    home = Path(environment.get("SEGUE_HOME") or ".segue").absolute()
    lake_url = _lake_url(environment.get("SEGUE_LAKE_URL") or str(home / "lake"))
    return Settings(
        home=home,
        lake_url=lake_url,
        run_id=environment.get("SEGUE_RUN_ID") or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        provider=environment.get("SEGUE_PROVIDER") or None,
        environment=environment,
        glue_schema=_glue_schema(environment, lake_url),
    )


def _glue_schema(environment: Mapping[str, str], lake_url: str) -> str | None:
    if environment.get("SEGUE_TARGET") != "athena":
        return None
    if not lake_url.startswith("s3://"):
        raise CalledWrongly(
            f"SEGUE_TARGET is athena and SEGUE_LAKE_URL is {lake_url!r}: Athena reads S3 alone. "
            "Right would be s3://bucket/prefix."
        )
    return environment.get("SEGUE_ATHENA_SCHEMA") or "segue"


def _lake_url(value: str) -> str:
    scheme = urlsplit(value).scheme
    if scheme not in LAKE_SCHEMES:
        raise CalledWrongly(
            f"SEGUE_LAKE_URL is {value!r}: scheme {scheme!r} is not known. "
            "Right would be a folder path or s3://bucket/prefix."
        )
    if scheme == "s3":
        return value.rstrip("/")
    return str(Path(value.removeprefix("file://")).absolute())
