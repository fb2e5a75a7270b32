"""The app's webhook: checked once, then given every event over HTTP, signed; what is not taken is delivered again."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Lock
from urllib.parse import urlencode

import requests

from orchestration.local.messenger.errors import ControlError
from orchestration.local.messenger.events import Event, signature, to_bytes

_ACK_SECONDS = 5.0
_PAUSES = (0.5, 2.0, 10.0, 60.0)
"""Seconds before a delivery is repeated; the last one again and again."""
_DISABLED_AFTER_SECONDS = 3600.0


@dataclass(frozen=True)
class Webhook:
    """Where events go and with which secret they are signed; `copies` delivers each so many times."""

    url: str
    app_secret: str
    verify_token: str
    copies: int = 1


@dataclass
class Subscription:
    """Delivers on threads of its own. An hour without success ends it, as Messenger does, until it is made again."""

    page: str
    webhook: Webhook | None = None
    _failing_since: float | None = None
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8, thread_name_prefix="webhook"))
    _stopping: Flag = field(default_factory=Flag)
    _lock: Lock = field(default_factory=Lock)
    _clock: Callable[[], float] = time.monotonic

    def subscribe(self, webhook: Webhook) -> None:
        """Ask the webhook for its challenge, and use it from now on; ControlError where it does not answer rightly."""
        challenge = str(secrets.randbelow(10**9))
        query = {"hub.mode": "subscribe", "hub.verify_token": webhook.verify_token, "hub.challenge": challenge}
        try:
            answer = requests.get(f"{webhook.url}?{urlencode(query)}", timeout=_ACK_SECONDS)
        except requests.RequestException as error:
            raise ControlError(f"The webhook {webhook.url} does not answer ({type(error).__name__}).") from None
        if answer.status_code != 200 or answer.text != challenge:
            raise ControlError(
                f"The webhook {webhook.url} answered {answer.status_code} without the challenge. "
                "Next: compare MESSENGER_VERIFY_TOKEN on both sides."
            )
        with self._lock:
            self.webhook, self._failing_since = webhook, None

    def send(self, *events: Event) -> None:
        """Deliver in the background; without a webhook nobody is told."""
        webhook = self.webhook
        if webhook is None or self._stopping.is_set():
            return
        raw = to_bytes(self.page, *events)
        for _ in range(webhook.copies):
            self._threads.submit(self._deliver, webhook, raw)

    def close(self) -> None:
        """End all deliveries."""
        self._stopping.set()
        self._threads.shutdown(cancel_futures=True)

    def _deliver(self, webhook: Webhook, raw: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": signature(raw, webhook.app_secret),
        }
        for attempt in range(10_000):
            if self._take(webhook, raw, headers) or self._is_disabled(webhook):
                return
            if self._stopping.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)]):
                return

    def _take(self, webhook: Webhook, raw: bytes, headers: dict[str, str]) -> bool:
        try:
            answer = requests.post(webhook.url, data=raw, headers=headers, timeout=_ACK_SECONDS)
        except requests.RequestException:
            return False
        if answer.status_code != 200:
            return False
        with self._lock:
            self._failing_since = None
        return True

    def _is_disabled(self, webhook: Webhook) -> bool:
        with self._lock:
            if self.webhook is not webhook:
                return True
            if self._failing_since is None:
                self._failing_since = self._clock()
            if self._clock() - self._failing_since > _DISABLED_AFTER_SECONDS:
                self.webhook = None
            return self.webhook is None
