"""What the key can give, asked for once: answers are kept, capabilities found out by the first call that needs them."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.answers import Answer, Answers
from ingest.spotify.client import Absent, Client, Refused, Unreadable

logger = logging.getLogger(__name__)

BATCHES = {"artists": 50, "tracks": 50, "audio_features": 100}
PATHS = {"artists": "artists", "tracks": "tracks", "audio_features": "audio-features"}

WITHOUT = {
    "artists_batch": "artists one by one",
    "tracks_batch": "tracks one by one",
    "top_tracks": "tracks by search and albums, in the order of relevance",
    "audio_features": "no audio features from Spotify",
    "playlist_items": "no playlists of other people",
}
"""Capability -> what is done without it."""


@dataclass(frozen=True)
class Bad:
    """An answer that could not be read, or an item that was refused."""

    resource: str
    record_id: str | None
    reason: str
    payload: str | None = None


@dataclass
class Library:
    """Answers of one key, from disk or from Spotify; `bad` collects what goes to quarantine."""

    client: Client
    answers: Answers
    key: str
    capabilities: dict[str, Answer] = field(default_factory=dict)
    bad: list[Bad] = field(default_factory=list)
    asked: int = 0

    def one(self, path: str, parameters: dict[str, Any] | None = None, purpose: str = "") -> Answer | None:
        """Answer to one call; None where it is refused or unreadable. `purpose` parts callers of one path."""
        sent = "&".join(f"{name}={value}" for name, value in sorted((parameters or {}).items()))
        key = f"{path}?{sent}|{self.client.market}|{purpose}"
        if kept := self.answers.get(key):
            return kept
        try:
            self.asked += 1
            return self.answers.put(key, self.client.get(path, parameters))
        except (Refused, Unreadable) as problem:
            self._set_aside(path, purpose or None, problem)
            return None

    def can(self, capability: str) -> bool:
        """True unless the key is known not to have it."""
        kept = self._capability(capability)
        return kept is None or bool(kept.value["is_available"])

    def learn(self, capability: str, is_available: bool, detail: str) -> None:
        """Remember what the key may do, once."""
        known = self._capability(capability)
        if known is None or known.value["is_available"] != is_available:
            value = {"is_available": is_available, "detail": detail}
            self.capabilities[capability] = self.answers.put(f"capability#{self.key}#{capability}", value)
            if not is_available:
                logger.warning("spotify: this key has no %s: %s", capability, WITHOUT.get(capability, detail))

    def _capability(self, capability: str) -> Answer | None:
        if capability not in self.capabilities:
            kept = self.answers.get(f"capability#{self.key}#{capability}")
            if kept is None:
                return None
            self.capabilities[capability] = kept
        return self.capabilities[capability]

    def guarded(self, capability: str, path: str, parameters: dict[str, Any], purpose: str) -> Answer | None:
        """Answer of an endpoint that not every key has; None where it is absent."""
        if not self.can(capability):
            return None
        try:
            answer = self.one(path, parameters, purpose)
        except Absent as absent:
            self.learn(capability, False, str(absent))
            return None
        if answer is not None:
            self.learn(capability, True, "answered")
        return answer

    def several(self, kind: str, ids: Iterable[str]) -> Iterator[tuple[str, Answer]]:
        """Answers for many ids of a kind (null: not known there), in batches or one by one as the key allows."""
        wanted = list(dict.fromkeys(ids))
        kept = self.answers.many(self._item(kind, one) for one in wanted)
        for one in wanted:
            if self._item(kind, one) in kept:
                yield one, kept[self._item(kind, one)]
        missing = [one for one in wanted if self._item(kind, one) not in kept]
        size = BATCHES[kind]
        for start in range(0, len(missing), size):
            yield from self._batch(kind, missing[start : start + size])

    def _batch(self, kind: str, ids: list[str]) -> Iterator[tuple[str, Answer]]:
        capability = "audio_features" if kind == "audio_features" else f"{kind}_batch"
        if self.can(capability):
            try:
                self.asked += 1
                given = self.client.get(PATHS[kind], {"ids": ",".join(ids)})
            except Absent as absent:
                self.learn(capability, False, str(absent))
            except (Refused, Unreadable) as problem:
                self._set_aside(PATHS[kind], ",".join(ids), problem)
                return
            else:
                self.learn(capability, True, "answered")
                yield from self._sorted_out(kind, ids, given)
                return
        if kind != "audio_features":
            yield from self._one_by_one(kind, ids)

    def _sorted_out(self, kind: str, ids: list[str], given: dict[str, Any]) -> Iterator[tuple[str, Answer]]:
        items = given.get(kind)
        by_id = {item.get("id"): item for item in items if isinstance(item, dict)} if isinstance(items, list) else {}
        kept = self.answers.put_many({self._item(kind, one): by_id.get(one) for one in ids})
        for one in ids:
            yield one, kept[self._item(kind, one)]

    def _one_by_one(self, kind: str, ids: list[str]) -> Iterator[tuple[str, Answer]]:
        for one in ids:
            path = f"{PATHS[kind]}/{one}"
            try:
                self.asked += 1
                yield one, self.answers.put(self._item(kind, one), self.client.get(path))
            except (Refused, Unreadable) as problem:
                self._set_aside(path, one, problem)

    def _item(self, kind: str, one: str) -> str:
        return f"{kind}#{one}|{self.client.market}"

    def _set_aside(self, resource: str, record_id: str | None, problem: Exception) -> None:
        logger.warning("spotify: %s", problem)
        raw = (
            problem.raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
            if isinstance(problem, Unreadable)
            else None
        )
        self.bad.append(Bad(resource, record_id, str(problem), raw))
