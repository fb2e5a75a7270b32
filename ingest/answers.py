"""Answers of an API kept on disk with the time they were given, so that nothing is asked twice: one SQLite per source.

Every answer has a number that only grows. Which numbers the lake already holds is kept in dlt's state (`loaded.py`).
"""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.errors import LakeUnwritable

SCHEMA = """
create table if not exists about (name text primary key, value text not null);
create table if not exists answers (
    number integer primary key autoincrement, key text not null unique, retrieved_at real not null, body text not null
);
"""
KEYS_A_QUERY = 500


@dataclass(frozen=True)
class Answer:
    """What was answered (parsed JSON), when, and the number of the answer."""

    number: int
    retrieved_at: datetime
    value: Any


class Answers:
    """The kept answers of one source. Those older than `max_age_days` are dropped when it is opened."""

    def __init__(self, path: Path, max_age_days: float = 7.0, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = normal")
            self._database.executescript(SCHEMA)
            self._database.execute("insert or ignore into about values ('id', ?)", (uuid.uuid4().hex,))
            self._database.execute("delete from answers where retrieved_at < ?", (clock() - max_age_days * 86_400,))
            self.id = str(self._database.execute("select value from about where name = 'id'").fetchone()[0])
        except (OSError, sqlite3.Error) as problem:
            raise _unwritable(path, problem) from problem
        self._path = path

    def __enter__(self) -> "Answers":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def get(self, key: str) -> Answer | None:
        """Return the answer kept under a key."""
        return self.many([key]).get(key)

    def many(self, keys: Iterable[str]) -> dict[str, Answer]:
        """Return the kept ones of these keys."""
        wanted, found = list(keys), {}
        for start in range(0, len(wanted), KEYS_A_QUERY):
            part = wanted[start : start + KEYS_A_QUERY]
            marks = ",".join("?" * len(part))
            rows = self._database.execute(
                f"select key, number, retrieved_at, body from answers where key in ({marks})", part
            )
            for key, number, retrieved_at, body in rows:
                found[key] = Answer(number, datetime.fromtimestamp(retrieved_at, UTC), json.loads(body))
        return found

    def put(self, key: str, value: Any) -> Answer:
        """Keep one answer, given just now."""
        return self.put_many({key: value})[key]

    def put_many(self, values: Mapping[str, Any]) -> dict[str, Answer]:
        """Keep several answers of one call, all or none. Raises LakeUnwritable."""
        now = self._clock()
        moment = datetime.fromtimestamp(now, UTC)
        try:
            with self._transaction():
                return {key: Answer(self._insert(key, now, value), moment, value) for key, value in values.items()}
        except sqlite3.Error as problem:
            raise _unwritable(self._path, problem) from problem

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
            self._database.execute("commit")
        except BaseException:
            if self._database.in_transaction:
                self._database.execute("rollback")
            raise

    def _insert(self, key: str, now: float, value: Any) -> int:
        row = (key, now, json.dumps(value, ensure_ascii=False))
        sql = "insert or replace into answers (key, retrieved_at, body) values (?, ?, ?)"
        return self._database.execute(sql, row).lastrowid or 0


def _unwritable(path: Path, problem: Exception) -> LakeUnwritable:
    return LakeUnwritable(
        f"cannot keep answers in {path}: {problem}. Expected a folder with room that this user may write to. "
        "Next: free space or rights there (SEGUE_HOME); a damaged file may be deleted, it is only a cache."
    )
