"""What the key can give, asked for once: answers are kept, capabilities found out by the first call that needs them."""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.answers import Answer, Answers
from ingest.spotify.client import Absent, Client, Refused, Unreadable

logger = logging.getLogger(__name__)

BATCHES = {"artists": 50, "tracks": 50, "audio_features": 100}
MORE_CALLS = 40
"""Calls made at most to find the bad ids of one refused batch: enough for three among a hundred."""
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
        """Answers of one call; of a refused or unreadable one, by halves, so that a bad id costs itself alone.

        One malformed id makes Spotify answer 400 for all of a call. At most MORE_CALLS more are made for a batch: a
        server that refuses everything must not use up the quota. What is left then goes to quarantine, a row an id.
        """
        parts, left = [ids], 1 + MORE_CALLS
        while parts:
            part = parts.pop()
            if not self._can_batch(kind):
                yield from self._one_by_one(kind, part)
                continue
            try:
                left -= 1
                given = self._asked_at_once(kind, part)
            except (Refused, Unreadable) as problem:
                if len(part) > 1 and left >= len(parts) + 2:
                    parts += [part[len(part) // 2 :], part[: len(part) // 2]]
                else:
                    for one in part:
                        self._set_aside(PATHS[kind], one, problem)
            else:
                yield from self._sorted_out(kind, part, given) if given is not None else self._one_by_one(kind, part)

    def _can_batch(self, kind: str) -> bool:
        return self.can(_batch_capability(kind))

    def _asked_at_once(self, kind: str, ids: list[str]) -> dict[str, Any] | None:
        """One call for many; None where this key has no such call."""
        try:
            self.asked += 1
            given = self.client.get(PATHS[kind], {"ids": ",".join(ids)})
        except Absent as absent:
            self.learn(_batch_capability(kind), False, str(absent))
            return None
        self.learn(_batch_capability(kind), True, "answered")
        return given

    def _sorted_out(self, kind: str, ids: list[str], given: dict[str, Any]) -> Iterator[tuple[str, Answer]]:
        """Keep what was given for each id; null means unknown, anything else that has not the id is not kept."""
        items = given.get(kind)
        items = items if isinstance(items, list) else []
        by_id = {own: item for item in items if isinstance(item, dict) for own in _own_ids(item)}
        in_place = items if len(items) == len(ids) else ["no entry"] * len(ids)
        values = {}
        for one, item in zip(ids, in_place, strict=True):
            if one in by_id or item is None:
                values[one] = by_id.get(one)
            else:
                reason = Unreadable(f"Spotify {PATHS[kind]}: the entry for {one} is not of that id", _raw(item))
                self._set_aside(PATHS[kind], one, reason)
        kept = self.answers.put_many({self._item(kind, one): value for one, value in values.items()})
        for one in values:
            yield one, kept[self._item(kind, one)]

    def _one_by_one(self, kind: str, ids: list[str]) -> Iterator[tuple[str, Answer]]:
        """Answers one call each; audio features are asked in batches or not at all."""
        if kind == "audio_features":
            return
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


def _batch_capability(kind: str) -> str:
    return "audio_features" if kind == "audio_features" else f"{kind}_batch"


def _own_ids(item: dict[str, Any]) -> list[str]:
    """Ids an entry answers for: its own, and the one it was asked by where Spotify relinked the track."""
    linked = item.get("linked_from")
    ids = [item.get("id"), linked.get("id") if isinstance(linked, dict) else None]
    return [one for one in ids if isinstance(one, str)]


def _raw(item: Any) -> bytes:
    return json.dumps(item, ensure_ascii=False).encode()
