"""The bot under load: how soon the webhook answers at 100 events a second, and how soon people do at 50 messages.

    python tests/benchmarks/bench_messenger.py [SECONDS]

Webhook, workers and Graph API are processes, queue, tables and rows are in ElasticMQ, DynamoDB Local and Postgres.
Events come by the clock, whether the one before is answered or not; a late answer delays no other and counts in full.
"""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.chalice_bot.running_bot import RunningBot, quick_folder, running_bot  # noqa: E402

EVENTS, MESSAGES = 100, 50  # a second
WORKERS = 2
TEXTS = ("aespa", "SHINee", "에스파", "Loner", "Demo Singer", "nirvana")
_SENDERS = 32
_session = threading.local()


def main(arguments: Sequence[str]) -> int:
    """Measure both; 1 where a delivery was refused or a message was not answered."""
    seconds = int(arguments[0]) if arguments else 30
    with quick_folder() as folder:
        with running_bot(folder / "webhook", workers=0) as bot:
            _load(bot, EVENTS, 3, "warm")
            took = _load(bot, EVENTS, seconds, "event")
        _say("webhook", f"{EVENTS} events/s for {seconds} s: {_spread(took)}")
        with running_bot(folder / "answers", workers=WORKERS) as bot:
            _load(bot, MESSAGES // 2, 3, "4")
            bot.wait_until_empty()
            bot.forget_messages()
            return _answers(bot, seconds)


def _answers(bot: RunningBot, seconds: int) -> int:
    began: dict[str, float] = {}
    _load(bot, MESSAGES, seconds, "5", began)
    bot.wait_until_empty()
    first: dict[str, float] = {}
    last: dict[str, float] = {}
    for one in bot.messages():
        after = one["sent_at_ms"] / 1000 - began[one["recipient_id"]]
        first.setdefault(one["recipient_id"], after)
        last[one["recipient_id"]] = after
    _say("first answer", f"{MESSAGES} messages/s for {seconds} s: {_spread(list(first.values()))}")
    _say("last card", _spread(list(last.values())))
    _say("not answered", f"{len(began) - len(first)}")
    return int(len(began) != len(first))


def _load(
    bot: RunningBot, a_second: int, seconds: int, prefix: str, began: dict[str, float] | None = None
) -> list[float]:
    """Deliver at a steady rate, each message from another person; how long each took from when it was due."""
    start = time.monotonic() + 0.5
    clock = time.time() - time.monotonic()

    def deliver(number: int) -> float:
        due = start + number / a_second
        time.sleep(max(0.0, due - time.monotonic()))
        person = f"{prefix if prefix.isdecimal() else ''}{1_000_000 + number}"
        if began is not None:
            began[person] = due + clock
        raw = bot.message(person, f"{prefix} {number}", TEXTS[number % len(TEXTS)])
        status = bot.deliver(raw, _of_thread(requests.Session))
        assert status == 200, f"the webhook answered {status}"
        return time.monotonic() - due

    with ThreadPoolExecutor(_SENDERS) as senders:
        return list(senders.map(deliver, range(a_second * seconds)))


def _of_thread(make: Callable[[], requests.Session]) -> requests.Session:
    """The session of this thread."""
    if not hasattr(_session, "own"):
        _session.own = make()
    session: requests.Session = _session.own
    return session


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    found = [f"{name} {ordered[int(len(ordered) * share)] * 1000:.0f} ms" for name, share in shares.items()]
    return ", ".join([*found, f"longest {ordered[-1] * 1000:.0f} ms"])


def _say(what: str, figures: str) -> None:
    sys.stdout.write(f"{what:<14}{figures} (load {psutil.getloadavg()[0]:.1f})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
