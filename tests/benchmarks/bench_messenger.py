"""The bot under load: how soon the webhook answers at 100 events a second, and how soon people do at 50 messages.

    python tests/benchmarks/bench_messenger.py [SECONDS]

Webhook, workers and Graph API are processes, queue, tables and rows are in ElasticMQ, DynamoDB Local and Postgres.
Events come by the clock, whether the one before is answered or not; a late answer delays no other and counts in full.
What a message costs is the processor time of every process: it tells most on a machine that does other work besides.
"""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from tests.chalice_bot.running_bot import RunningBot, quick_folder, running_bot

EVENTS, MESSAGES, CALM = 100, 50, 10  # a second
WARM_SECONDS = 30  # until Java has compiled what is used most
WORKERS = 2
TEXTS = ("aespa", "SHINee", "에스파", "Loner", "Demo Singer", "nirvana")
_SENDERS = 32
_session = threading.local()


def main(arguments: Sequence[str]) -> int:
    """Measure all; 1 where a delivery was refused or a message was not answered."""
    seconds = int(arguments[0]) if arguments else 30
    with quick_folder() as folder:
        with running_bot(folder / "webhook", workers=0) as bot:
            _load(bot, EVENTS, 3, "warm")
            took = _load(bot, EVENTS, seconds, "event")
        _say("webhook", f"{EVENTS} events/s for {seconds} s: {_spread(took)}")
        with running_bot(folder / "answers", workers=WORKERS) as bot:
            _load(bot, CALM, WARM_SECONDS, "3")
            bot.wait_until_empty()
            _cost(bot, seconds)
            bot.forget_messages()
            return _answers(bot, seconds)


def _cost(bot: RunningBot, seconds: int) -> None:
    """Say what a message costs in each process, in milliseconds of a processor, where none waits for another."""
    before = _processor_seconds(bot)
    _load(bot, CALM, seconds, "4")
    bot.wait_until_empty()
    spent = {name: (after - before[name]) / (CALM * seconds) for name, after in _processor_seconds(bot).items()}
    each = ", ".join(f"{name} {of_one * 1000:.1f}" for name, of_one in spent.items())
    _say("cost", f"{sum(spent.values()) * 1000:.1f} ms of a processor a message at {CALM} messages/s: {each}")


def _processor_seconds(bot: RunningBot) -> dict[str, float]:
    """What each part has used so far, its child processes included."""
    variables = {
        "queue": "SEGUE_QUEUE_URL",
        "tables": "AWS_ENDPOINT_URL_DYNAMODB",
        "Graph API": "GRAPH_API_URL",
        "Postgres": "SEGUE_POSTGRES_URL",
    }
    parts = {name: [_listening(urlsplit(bot.variables[variable]).port)] for name, variable in variables.items()}
    parts |= {
        "webhook": [_listening(urlsplit(bot.url).port)],
        "workers": [psutil.Process(worker.pid) for worker in bot.workers],
    }
    return {name: sum(map(_used, processes)) for name, processes in parts.items()}


def _listening(port: int | None) -> psutil.Process:
    """The process that takes connections there."""
    taken = psutil.net_connections("tcp")
    return psutil.Process(next(one.pid for one in taken if one.status == "LISTEN" and one.laddr[1:] == (port,)))


def _used(process: psutil.Process) -> float:
    own = process.cpu_times()
    return float(own.user + own.system + own.children_user + own.children_system) + sum(
        _used(child) for child in process.children()
    )


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
