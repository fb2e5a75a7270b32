"""One process per source and state folder; the lock is the kernel's, so a killed owner's lock is gone with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import getpid
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import AlreadyRunning


@contextmanager
def only_one(source: str, folder: Path) -> Iterator[None]:
    """Hold the lock of `source` in `folder`. Raises AlreadyRunning at once where it is held."""
    folder.mkdir(parents=True, exist_ok=True)
    owner = folder / f"{source}.pid"
    try:
        with FileLock(folder / f"{source}.lock", timeout=0):
            owner.write_text(str(getpid()), encoding="utf-8")
            yield
    except Timeout as held:
        raise AlreadyRunning(source, _read_pid(owner)) from held


def _read_pid(owner: Path) -> int | None:
    try:
        return int(owner.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
