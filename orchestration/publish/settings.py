"""What publishing reads from the environment, once."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import CalledWrongly

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the marts are, where they go, and the run that does it."""

    home: Path
    warehouse: Path
    lake_url: str
    postgres_url: str
    run_id: str
    environ: Mapping[str, str]
    target: str = "duckdb"
    athena_schema: str = "segue"
    quality_margin: float = 0.02

    @property
    def generation(self) -> str:
        """The run id as part of a schema name: `g20261123t013000z_abc123`."""
        return "g" + re.sub(r"[^a-z0-9]", "_", self.run_id.lower())


def read_settings(environ: Mapping[str, str] = os.environ, needs_postgres: bool = True) -> Settings:
    """Read the variables; who only reads the marts needs no Postgres.

    Raises CalledWrongly where one is missing or makes no sense.
    """
    home = Path(environ.get("SEGUE_HOME") or ".segue").expanduser().resolve()
    url = environ.get("SEGUE_POSTGRES_URL", "")
    if needs_postgres and not re.match(r"postgres(ql)?://[^/]+/.", url):
        raise CalledWrongly(
            "SEGUE_POSTGRES_URL is "
            + ("not of that form" if url else "not set")
            + "; expected postgresql://user:password@host:port/database. Next: `segue publish` starts a local one."
        )
    run_id = environ.get("SEGUE_RUN_ID") or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,48}", run_id):
        raise CalledWrongly(
            f"SEGUE_RUN_ID is {run_id!r}; it names schemas, so it is 1 to 48 letters, digits, '-' or '_'. "
            "Next: change it, or unset it."
        )
    return Settings(
        home=home,
        warehouse=Path(environ.get("SEGUE_WAREHOUSE") or home / "warehouse.duckdb"),
        lake_url=environ.get("SEGUE_LAKE_URL") or str(home / "lake"),
        postgres_url=url,
        run_id=run_id,
        environ=environ,
        target=environ.get("SEGUE_TARGET") or "duckdb",
        athena_schema=environ.get("SEGUE_ATHENA_SCHEMA") or "segue",
        quality_margin=_margin(environ.get("SEGUE_QUALITY_MARGIN") or "0.02"),
    )


def _margin(given: str) -> float:
    try:
        margin = float(given)
    except ValueError:
        margin = -1.0
    if not 0 <= margin <= 1:
        raise CalledWrongly(
            f"SEGUE_QUALITY_MARGIN is {given!r}; it is how much recall@20 may fall, from 0 to 1. Next: change it, or "
            "unset it (0.02)."
        )
    return margin
