"""What the stack remembers in `<home>/local/`: one record a service, who leases what, what `up` pinned.

Read and written only under the stack's lock, except by `status`; every file is replaced as a whole.
"""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from orchestration.local.processes import Identity, identify


@dataclass(frozen=True)
class Record:
    """One service of this state folder: its port for good, its options, and the process last started for it.

    `is_ready` tells whether it has answered and is laid out; a command may be killed before.
    """

    name: str
    port: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    pid: int = 0
    created: float = 0.0
    program: str = ""
    started_at: str = ""
    is_ready: bool = False

    @property
    def identity(self) -> Identity:
        """The process last started; pid 0 where there is none."""
        return Identity(self.pid, self.created)

    def stopped(self) -> "Record":
        """The same service without a process."""
        return replace(self, pid=0, created=0.0, program="", started_at="", is_ready=False)


@dataclass(frozen=True)
class Lease:
    """One live command and the services it uses."""

    file: Path
    holder: Identity
    services: frozenset[str]


class Records:
    """The files of `<home>/local/`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "local"
        self.leases_folder = self.folder / "leases"

    def lock_file(self) -> Path:
        """The file that whoever starts or stops a service holds locked."""
        self.leases_folder.mkdir(parents=True, exist_ok=True)
        return self.folder / "lock"

    def log(self, name: str) -> Path:
        """Where a service writes what it has to say."""
        return self.home / "logs" / f"{name}.log"

    def read(self, name: str) -> Record:
        """Return what is known of a service; a fresh record where nothing is."""
        known = _read_json(self.folder / f"{name}.json")
        return Record(**known) if isinstance(known, dict) else Record(name)

    def write(self, record: Record) -> None:
        """Remember a service."""
        _write_json(self.folder / f"{record.name}.json", asdict(record))

    def pinned(self) -> frozenset[str]:
        """Return the services that stay until `down`."""
        return frozenset(_read_json(self.folder / "pinned.json") or [])

    def pin(self, names: Iterable[str]) -> None:
        """Make exactly these services stay until `down`."""
        _write_json(self.folder / "pinned.json", sorted(names))

    def add_lease(self, names: Iterable[str]) -> Path:
        """Write down that this process uses these services; return the file to remove afterwards."""
        me = identify(os.getpid())
        file = self.leases_folder / f"{me.pid}-{secrets.token_hex(4)}.json"
        _write_json(file, {"pid": me.pid, "created": me.created, "services": sorted(names)})
        return file

    def leases(self) -> list[Lease]:
        """Return the leases of commands that are alive, and forget those of the dead."""
        alive = []
        for file in sorted(self.leases_folder.glob("*.json")):
            known = _read_json(file)
            if isinstance(known, dict):
                holder = Identity(known["pid"], known["created"])
                if holder.process() is not None:
                    alive.append(Lease(file, holder, frozenset(known["services"])))
                    continue
            file.unlink(missing_ok=True)
        return alive


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{secrets.token_hex(4)}.part")
    part.write_text(json.dumps(value), encoding="utf-8")
    part.replace(path)
