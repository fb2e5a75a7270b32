"""The local music APIs (Spotify, ReccoBeats, MusicBrainz in one process) as a service of the stack."""

import csv
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.local.http import answers
from orchestration.local.service import HOST, Launch

CLIENT_ID = "segue-local"
CLIENT_SECRET = "secret-segue-local"
_NO_LIMIT = "1000"
_DEFAULTS: dict[str, Any] = {"catalogue": "demo", "profile": "extended", "musicbrainz_rate": 0.0, "faults": None}


@dataclass(frozen=True)
class MusicOptions:
    """What the music APIs serve; None leaves it as it was (at first: the demo, extended, no limit, no faults)."""

    catalogue: str | None = None
    profile: str | None = None
    musicbrainz_rate: float | None = None
    faults: str | None = None

    def over(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """Return the whole options: what is said here, then what is known, then the defaults."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        for name in ("catalogue", "faults"):
            if said.get(name) not in (None, "", "demo"):
                said[name] = str(Path(said[name]).expanduser().resolve())
        return {**_DEFAULTS, **known, **said}


class Music:
    """One process that answers for three APIs."""

    name = "music_api"
    needs: tuple[str, ...] = ()
    deadline_seconds = 120.0
    """A large catalogue takes its time to read."""
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """A Spotify address, or a Spotify key without one: the real Spotify, and so the real neighbours."""
        return bool(variables.get("SPOTIFY_API_URL") or variables.get("SPOTIFY_CLIENT_ID"))

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Return the server's command line."""
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        chosen = {**_DEFAULTS, **options}
        command = [sys.executable, "-m", "orchestration.local.music_api", "--port", str(port)]
        command += ["--catalogue", str(chosen["catalogue"]), "--profile", str(chosen["profile"])]
        command += ["--musicbrainz-rate", str(chosen["musicbrainz_rate"])]
        if chosen["faults"]:
            command += ["--faults", str(chosen["faults"])]
        return Launch(tuple(command), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask its health."""
        return answers(f"http://{HOST}:{port}/_control/health")

    def lay_out(self, home: Path, port: int) -> None:
        """Nothing: it only reads."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return addresses, a key, and the label of the rows where they are the demo's."""
        chosen = {**_DEFAULTS, **options}
        origin = f"http://{HOST}:{port}"
        rate = float(chosen["musicbrainz_rate"])
        found = {
            "SPOTIFY_CLIENT_ID": CLIENT_ID,
            "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
            "SPOTIFY_API_URL": f"{origin}/v1/",
            "SPOTIFY_TOKEN_URL": f"{origin}/api/token",
            "RECCOBEATS_API_URL": f"{origin}/reccobeats/v1",
            "MUSICBRAINZ_API_URL": f"{origin}/musicbrainz/ws/2",
            "MUSICBRAINZ_CALLS_PER_SECOND": f"{rate:g}" if rate else _NO_LIMIT,
        }
        if serves_demo(str(chosen["catalogue"])):
            found["SEGUE_PROVIDER"] = "demo"
        return found


def serves_demo(catalogue: str) -> bool:
    """Tell whether a catalogue is the demo, or a folder that `segue demo export` wrote."""
    if catalogue == "demo":
        return True
    artists = Path(catalogue) / "artists.csv"
    if not artists.is_file():
        return False
    with artists.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file), {})
    return first.get("provider") == "demo"
