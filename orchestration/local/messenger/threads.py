"""What the people of the chat page see: each one's thread with the page, as their own Messenger would show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from orchestration.local.messenger.errors import GraphError
from orchestration.local.messenger.events import now_ms

_WINDOW_MS = 24 * 3600 * 1000
_TYPING_MS = 20_000


@dataclass
class Thread:
    """One person: the entries in order, what moves beside them, and when the person last did something."""

    person: str
    locale: str = "en_US"
    entries: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0
    epoch: int = 0
    typing_until_ms: int = 0
    seen_ms: int = 0
    active_ms: int | None = None

    def as_json(self, epoch: int, after: int) -> dict[str, Any]:
        """What a page that knows the first `after` entries of this epoch needs to show the whole."""
        if epoch != self.epoch:
            after = 0
        return {
            "version": self.version,
            "epoch": self.epoch,
            "entries": self.entries[after:],
            "is_typing": self.typing_until_ms > now_ms(),
            "seen_ms": self.seen_ms,
            "locale": self.locale,
        }


@dataclass(frozen=True)
class Seen:
    """How far a page knows a thread."""

    version: int = -1
    epoch: int = -1
    entries: int = 0


@dataclass
class Threads:
    """All threads of one server; whoever waits for a change of one is woken."""

    _threads: dict[str, Thread] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)
    _waiting: int = 0

    def said(self, person: str, content: Mapping[str, Any]) -> None:
        """Note what a person wrote or tapped; it opens the window of 24 hours."""
        with self._changed:
            thread = self._of(person)
            thread.active_ms = now_ms()
            self._add(thread, "person", content)

    def sent(self, person: str, body: Mapping[str, Any]) -> None:
        """Note what the page sent: a message, or that it has seen or is typing."""
        with self._changed:
            thread = self._of(person)
            if "message" in body:
                thread.typing_until_ms = 0
                self._add(thread, "page", body["message"])
                return
            action = body.get("sender_action")
            if action == "mark_seen":
                thread.seen_ms = now_ms()
            elif action in ("typing_on", "typing_off"):
                thread.typing_until_ms = now_ms() + _TYPING_MS if action == "typing_on" else 0
            self._touch(thread)

    def check_window(self, person: str) -> None:
        """Refuse a send over 24 hours after the person's last act; who is not of the chat page has just acted."""
        with self._changed:
            thread = self._threads.get(person)
            if thread and thread.active_ms is not None and now_ms() - thread.active_ms > _WINDOW_MS:
                raise GraphError(
                    10, "(#10) This message is sent outside of allowed window.", subcode=2018278, status=403
                )

    def change(self, person: str, locale: str | None = None, hours_ago: float | None = None) -> None:
        """Give a person another locale, or move the last act into the past."""
        with self._changed:
            thread = self._of(person)
            thread.locale = locale or thread.locale
            if hours_ago is not None:
                thread.active_ms = now_ms() - round(hours_ago * 3_600_000)
            self._touch(thread)

    def clear(self, person: str) -> None:
        """Begin a thread anew; its version goes on, so that a page that waits notices."""
        with self._changed:
            old = self._of(person)
            self._threads[person] = new = Thread(person, old.locale, version=old.version, epoch=old.epoch + 1)
            self._touch(new)

    def look(self, person: str, seen: Seen, seconds: float, most: int) -> dict[str, Any]:
        """Return the thread once it is not as it was seen, or after so many seconds; at most `most` wait at once."""
        with self._changed:
            thread = self._of(person)
            if thread.version == seen.version and self._waiting < most:
                self._waiting += 1
                try:
                    self._changed.wait_for(lambda: self._of(person).version != seen.version, seconds)
                finally:
                    self._waiting -= 1
            return self._of(person).as_json(seen.epoch, seen.entries)

    def locale_of(self, person: str) -> str:
        """The locale of a person's own Messenger."""
        with self._changed:
            return self._of(person).locale

    def wake(self) -> None:
        """Let all who wait go."""
        with self._changed:
            for thread in self._threads.values():
                thread.version += 1
            self._changed.notify_all()

    def _of(self, person: str) -> Thread:
        return self._threads.setdefault(person, Thread(person))

    def _add(self, thread: Thread, by: str, content: Mapping[str, Any]) -> None:
        thread.entries.append({"number": len(thread.entries), "by": by, "at_ms": now_ms(), "message": dict(content)})
        self._touch(thread)

    def _touch(self, thread: Thread) -> None:
        thread.version += 1
        self._changed.notify_all()
