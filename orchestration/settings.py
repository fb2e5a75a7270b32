"""Where this command keeps its state, and the environment that its children get."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dotenv import dotenv_values

from orchestration.errors import CalledWrongly

ROOT = Path(__file__).resolve().parent.parent
_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")


@dataclass(frozen=True)
class Settings:
    """The state folder, the project's root, and the variables every child process starts with."""

    home: Path
    variables: Mapping[str, str]

    @property
    def runs(self) -> Path:
        """The folder of the ledger: one JSON file a run."""
        return self.home / "runs"

    def child_environment(self, *extra: Mapping[str, str]) -> dict[str, str]:
        """What a child process sees: these variables, then `extra`, the later winning."""
        merged = dict(self.variables)
        for variables in extra:
            merged.update(variables)
        return merged


def read_settings(environ: Mapping[str, str] = os.environ, root: Path = ROOT) -> Settings:
    """Read the environment once; `.env` in the project's root fills in what it does not say."""
    from_file = {name: value for name, value in dotenv_values(root / ".env").items() if value}
    variables = {**from_file, **environ}
    home = Path(variables.get("SEGUE_HOME") or root / ".segue").expanduser().resolve()
    if home.exists() and not home.is_dir():
        raise CalledWrongly(f"SEGUE_HOME is {home}, which is a file. Next: set it to a folder, or unset it.")
    variables["SEGUE_HOME"] = str(home)
    variables.setdefault("PYTHONUNBUFFERED", "1")
    variables.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
    return Settings(home, variables)


def new_run_id(variables: Mapping[str, str], now: datetime | None = None) -> str:
    """Name this run: SEGUE_RUN_ID where it is set, else the UTC time and six random hex digits."""
    given = variables.get("SEGUE_RUN_ID")
    if given:
        if not _RUN_ID.fullmatch(given):
            raise CalledWrongly(
                f"SEGUE_RUN_ID is {given!r}; it names tables, so it is 1 to 48 letters, digits, '-' or '_'. "
                "Next: change it, or unset it."
            )
        return given
    return f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
