"""The ledger of runs: one JSON file a run under `runs/`, rewritten whole after every step."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from orchestration.errors import AlreadyRunning


def now() -> str:
    """The UTC time to the second, as the ledger writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass
class StepRecord:
    """What became of one step: `running`, `done`, `failed`, `put_off`, `interrupted` or `skipped`.

    `process` is the id of its process while it runs, `process_started` tells it from a later one with the same id.
    """

    name: str
    status: str
    started_at: str
    seconds: float = 0.0
    code: int | None = None
    log: str = ""
    answer: dict[str, Any] | None = None
    process: int | None = None
    process_started: float | None = None


@dataclass
class RunRecord:
    """What became of a run: `running`, `done`, `failed`, `put_off` or `interrupted`."""

    run_id: str
    source: str
    started_at: str = field(default_factory=now)
    status: str = "running"
    ended_at: str | None = None
    steps: list[StepRecord] = field(default_factory=list)


def save(record: RunRecord, folder: Path) -> None:
    """Write the record so that a reader sees the old file or the new one, never half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{record.run_id}.json"
    draft = target.with_suffix(".json.draft")
    draft.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(target)


def latest(folder: Path) -> dict[str, Any] | None:
    """The record of the run that started last, or None before the first."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    return json.loads(files[-1].read_text(encoding="utf-8")) if files else None


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the lock of this state folder for one run; a dead owner's lock is free at once.

    Raises AlreadyRunning when another live run holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    owner = folder / "lock.owner"
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        pid = owner.read_text(encoding="utf-8").strip() if owner.exists() else "unknown"
        raise AlreadyRunning(f"A run of {folder.parent} is going on already (process {pid}); nothing to do.") from error
    try:
        owner.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        lock.release()
