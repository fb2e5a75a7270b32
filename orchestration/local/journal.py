"""A journal of requests: one JSON line each, bodies in files named by their SHA-256; appended, read back, shortened.

A line that a kill cut short is the last one and was never answered, so reading stops before it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One request that changed something: when (epoch s), the seed of its random ids, and all of it but the body."""

    at: float
    seed: int
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str


class Journal:
    """The files of one journal."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "journal.jsonl"
        self.bodies = folder / "bodies"
        self.bodies.mkdir(parents=True, exist_ok=True)

    def keep_body(self, body: bytes) -> str:
        """Write a body, and return the name to find it by."""
        name = hashlib.sha256(body).hexdigest()
        if not (self.bodies / name).exists():
            part = self.bodies / f"{name}.{secrets.token_hex(4)}.part"
            part.write_bytes(body)
            part.replace(self.bodies / name)
        return name

    def body(self, name: str) -> bytes:
        """Return a body."""
        return (self.bodies / name).read_bytes()

    def append(self, entry: Entry) -> None:
        """Add one entry; it is with the operating system when this returns."""
        with self.file.open("ab") as file:
            file.write(json.dumps(asdict(entry)).encode() + b"\n")

    def read(self) -> list[Entry]:
        """Return every whole entry, oldest first."""
        if not self.file.exists():
            return []
        lines = self.file.read_bytes().split(b"\n")[:-1]
        return [Entry(**json.loads(line)) for line in lines]

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Replace the journal in one step, and remove the bodies that nobody names any more."""
        kept = list(entries)
        part = self.file.with_suffix(".part")
        part.write_bytes(b"".join(json.dumps(asdict(entry)).encode() + b"\n" for entry in kept))
        part.replace(self.file)
        named = {entry.body for entry in kept}
        for file in self.bodies.iterdir():
            if file.name not in named:
                file.unlink()
