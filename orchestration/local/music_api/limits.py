"""Counters behind 429 and 503: rolling window per client, one quota per account, calls a second per source."""

from collections import deque
from collections.abc import Callable
from math import ceil
from threading import Lock


class Limits:
    """All counters of one server; `clock` returns seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._recent: dict[str, deque[float]] = {}
        self._last: dict[str, float] = {}
        self.quota_used = 0

    def wait_of_client(self, client_id: str, limit: int, window: float) -> int:
        """Count one call; return 0 when it may go on, else the seconds until the window has room. 0 is no limit."""
        with self._lock:
            recent, now = self._recent.setdefault(client_id, deque()), self._clock()
            while recent and recent[0] <= now - window:
                recent.popleft()
            if limit and len(recent) >= limit:
                return max(1, ceil(recent[0] + window - now))
            recent.append(now)
            return 0

    def within_quota(self, quota: int) -> bool:
        """Count one call of the account, whichever client makes it; return whether the quota still held. 0 is none."""
        with self._lock:
            if quota and self.quota_used >= quota:
                return False
            self.quota_used += 1
            return True

    def slow_enough(self, source: str, per_second: float) -> bool:
        """Return whether the source keeps the rate. A refused call counts too: refusals end when the rate drops."""
        if not per_second:
            return True
        with self._lock:
            now = self._clock()
            last, self._last[source] = self._last.get(source), now
            return last is None or now - last >= 0.95 / per_second

    def reset(self) -> None:
        """Forget all calls."""
        with self._lock:
            self._recent.clear()
            self._last.clear()
            self.quota_used = 0
