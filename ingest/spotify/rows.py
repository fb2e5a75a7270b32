"""Spotify's answers -> rows with their provenance; what cannot be a row goes to quarantine."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from ingest.answers import Answer
from ingest.fitting import Json, Malformed
from ingest.loaded import Row
from ingest.spotify import shapes
from ingest.spotify.library import Library

logger = logging.getLogger(__name__)


class Rows:
    """The rows of one run; `provider` labels them, `now` is when those without an answer were made."""

    def __init__(self, library: Library, provider: str, now: datetime) -> None:
        self._library = library
        self._provider = provider
        self._now = now
        self._profile_told: set[str] = set()

    def row(self, table: str, answer: Answer, values: Json) -> Row:
        """A row of a table, with the answer it came from."""
        return Row(table, {"provider": self._provider, "retrieved_at": answer.retrieved_at, **values}, answer)

    def shaped(self, table: str, answer: Answer, given: Json) -> Iterator[Row]:
        """The row of an object, or its quarantine where it is malformed."""
        try:
            yield self.row(table, answer, _SHAPES[table](given))
        except Malformed as problem:
            yield self.quarantined(answer, table, given, problem)

    def quarantined(self, answer: Answer, table: str, given: Json, problem: Exception) -> Row:
        """The quarantine of an object, with the reason."""
        record_id = given.get("id")
        values = {
            "resource": table,
            "record_id": record_id if isinstance(record_id, str) else None,
            "reason": str(problem),
            "payload": json.dumps(given, ensure_ascii=False),
        }
        return self.row("quarantine", answer, values)

    def unknown(self, resource: str, one: str) -> Iterator[Row]:
        """The quarantine of an id that Spotify does not know."""
        logger.warning("spotify: %s %s is not known there", resource, one)
        values = {"resource": resource, "record_id": one, "reason": "not known to Spotify", "payload": None}
        yield Row("quarantine", {"provider": self._provider, "retrieved_at": self._now, **values})

    def told(self) -> Iterator[Row]:
        """Capabilities that were found out, and answers that could not be used, since the last time."""
        for capability, answer in list(self._library.capabilities.items()):
            if capability not in self._profile_told:
                self._profile_told.add(capability)
                yield self.row(
                    "capabilities", answer, {"profile": self.profile, "capability": capability, **answer.value}
                )
        while self._library.bad:
            bad = self._library.bad.pop(0)
            values = {
                "resource": bad.resource,
                "record_id": bad.record_id,
                "reason": bad.reason,
                "payload": bad.payload,
            }
            yield Row("quarantine", {"provider": self._provider, "retrieved_at": self._now, **values})

    @property
    def profile(self) -> str:
        """`development` where an endpoint is gone that only those keys lack."""
        gone = [name for name in ("artists_batch", "tracks_batch", "top_tracks") if not self._library.can(name)]
        return "development" if gone else "extended"


_SHAPES: dict[str, Callable[[Json], Json]] = {
    "artists": shapes.artist,
    "albums": shapes.album,
    "audio_features": shapes.audio_features,
}
