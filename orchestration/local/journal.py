"""A journal of requests: one JSON line each, bodies in files named by their SHA-256; appended, read back, shortened.

A line that a kill cut short is the last one and was never answered, so reading stops before it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote

_DEPENDING = ("HTTP_X_AMZ_COPY_SOURCE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")
"""Headers that make what a request does depend on objects written before."""


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

    @property
    def is_plain_object(self) -> bool:
        """Whether it puts or deletes one S3 object by its path alone."""
        is_s3 = "/s3/aws4_request" in self.headers.get("HTTP_AUTHORIZATION", "")
        has_key = self.path.strip("/").count("/") > 0
        depends = any(name in self.headers for name in _DEPENDING)
        query = self.query in ("", f"x-id={'PutObject' if self.method == 'PUT' else 'DeleteObject'}")
        return is_s3 and has_key and query and not depends and self.method in ("PUT", "DELETE")


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


def shortened(entries: list[Entry]) -> list[Entry]:
    """Leave out what later entries undid: an object written and then written again or deleted by its own path.

    Untouched are buckets that were ever versioned, and objects that a copy, a condition or a multipart upload took
    part in.
    """
    special = [entry for entry in entries if not entry.is_plain_object]
    sources = {_object(entry.headers.get("HTTP_X_AMZ_COPY_SOURCE", "")) for entry in special}
    touched = sources | {_object(entry.path) for entry in special}
    versioned = {_bucket(entry.path) for entry in special if entry.query.startswith("versioning")}
    last = {_object(entry.path): index for index, entry in enumerate(entries) if entry.is_plain_object}
    kept = []
    for index, entry in enumerate(entries):
        name = _object(entry.path)
        free = entry.is_plain_object and name not in touched and _bucket(entry.path) not in versioned
        if not free or (last[name] == index and entry.method == "PUT"):
            kept.append(entry)
    return kept


def _object(path: str) -> str:
    return unquote(path.split("?", 1)[0]).strip("/")


def _bucket(path: str) -> str:
    return path.strip("/").split("/", 1)[0]
