"""Who asked to be forgotten, by a digest of the person's hash: no row of such a person from before that comes in.

The digest leads to nobody, and still tells a person's rows from all others.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ingest.loaded import Row

_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def digest(person: str) -> str:
    """What stays of a person's hash when the person is forgotten. The bot makes the same (chalicelib/deletion.py)."""
    return hashlib.sha256(f"forgotten:{person}".encode()).hexdigest()


@dataclass
class Forgotten:
    """Digest -> when; `dropped` counts what was kept out."""

    moments: Mapping[str, datetime]
    dropped: int = 0
    _known: dict[str, str] = field(default_factory=dict)

    def covers(self, person: str, written_at_micros: int | None) -> bool:
        """Whether what was written of a person then is to be forgotten; None is any time."""
        if not self.moments:
            return False
        moment = self.moments.get(self._digest(person))
        return moment is not None and (written_at_micros is None or written_at_micros <= moment.timestamp() * 1_000_000)

    def without(self, row: Row) -> Row | None:
        """The row without any trace of a forgotten person; None where nothing is left of it."""
        if not self.moments:
            return row
        values = self.cleaned(row.values)
        if values is None:
            self.dropped += 1
            return None
        return row if values is row.values else replace(row, values=values)

    def cleaned(self, values: dict[str, Any]) -> dict[str, Any] | None:
        """The values of a row of any raw table, or None; the same object where there is nothing to clean."""
        written = values.get("written_at_micros")
        if (listed := values.get("persons")) is not None:
            persons = json.loads(listed)
            kept = [person for person in persons if not self.covers(person, written)]
            if len(kept) == len(persons):
                return values
            return {**values, "persons": json.dumps(kept)} if kept else None
        return None if self._names(values, written) else values

    def _names(self, values: dict[str, Any], written: int | None) -> bool:
        texts = (value for value in values.values() if isinstance(value, str))
        return any(self.covers(person, written) for person in hashes(texts))

    def _digest(self, person: str) -> str:
        if person not in self._known:
            self._known[person] = digest(person)
        return self._known[person]


def hashes(texts: Iterable[str]) -> Iterable[str]:
    """What looks like the hash of a person, in any of the texts."""
    for text in texts:
        yield from _HASH.findall(text)
