"""What the local Athena remembers over a restart, in one SQLite file: small JSON documents by kind and key."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

_LAYOUT = """
create table if not exists documents (
    kind text not null,
    key text not null,
    of text not null,
    at real not null,
    document text not null,
    primary key (kind, key)
);
create index if not exists documents_by_time on documents (kind, of, at desc, key)
"""


class Store:
    """The documents; every write is on disk when the call returns. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.executescript(_LAYOUT)

    def put(self, kind: str, key: str, document: Any, of: str = "", at: float = 0.0) -> None:
        """Keep a document; `of` and `at` are what lists of its kind are filtered and ordered by."""
        values = (kind, key, of, at, json.dumps(document))
        with self._lock:
            self._connection.execute("insert or replace into documents values (?, ?, ?, ?, ?)", values)

    def get(self, kind: str, key: str) -> Any:
        """Return a document; None where there is none."""
        with self._lock:
            rows = self._connection.execute("select document from documents where kind = ? and key = ?", (kind, key))
            found = rows.fetchone()
        return json.loads(found[0]) if found else None

    def delete(self, kind: str, key: str) -> bool:
        """Forget a document; tell whether there was one."""
        with self._lock:
            found = self._connection.execute("delete from documents where kind = ? and key = ?", (kind, key))
            return found.rowcount > 0

    def delete_all(self, kind: str, of: str) -> None:
        """Forget the documents of a kind that belong to `of`."""
        with self._lock:
            self._connection.execute("delete from documents where kind = ? and of = ?", (kind, of))

    def keys(self, kind: str, of: str = "", newest_first: bool = False) -> list[str]:
        """Return the keys of a kind, by name or from the newest on."""
        order = "at desc, rowid desc" if newest_first else "key"
        with self._lock:
            rows = self._connection.execute(
                f"select key from documents where kind = ? and of = ? order by {order}", (kind, of)
            )
            return [key for (key,) in rows]

    def documents(self, kind: str) -> Iterator[Any]:
        """Yield every document of a kind, the oldest first."""
        with self._lock:
            rows = self._connection.execute("select document from documents where kind = ? order by at", (kind,))
            found = rows.fetchall()
        for (document,) in found:
            yield json.loads(document)

    def forget_before(self, kind: str, moment: float) -> None:
        """Forget the documents of a kind from before a moment."""
        with self._lock:
            self._connection.execute("delete from documents where kind = ? and at < ?", (kind, moment))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
