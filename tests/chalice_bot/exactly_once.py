"""Deliver messages, many of them twice, kill workers meanwhile, and count what came twice and what never came.

Every message gets answers that nobody else's has, so that each body the Graph API took belongs to one message.
"""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
from chalicelib.digests import digest
from chalicelib.once import Once
from chalicelib.waiting import Queue
from chalicelib.webhook import Message

from orchestration.local.aws_client import client
from tests.chalice_bot.running_bot import RunningBot, wait_for

TEXTS = ("aespa", "SHINee", "Loner", "Demo Singer")
"""What each person writes, in this order; each is answered in other words."""
_SENDERS = 4


@dataclass(frozen=True)
class Trial:
    """What a trial found. A step is one call of the Graph API: a heading, a carousel."""

    deliveries: int
    messages: int
    steps: int
    kills: int
    doubled: int
    lost: int
    lost_in_window: int
    sent_in_window: int
    out_of_order: int


def run(bot: RunningBot, deliveries: int, seed: int, sends_between_kills: int) -> Trial:
    """Run one trial: a fifth of the deliveries repeat an earlier one."""
    chance = random.Random(seed)
    bodies = _bodies(bot)
    persons = [str(4_000_000_000_000_000 + number) for number in range(deliveries * 4 // 5 // len(TEXTS))]
    bot.forget_messages()
    with _killing(bot, chance, sends_between_kills):
        threads = [
            threading.Thread(target=_deliver, args=(bot, persons[number::_SENDERS], random.Random(seed + number)))
            for number in range(_SENDERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for(lambda: bot.waiting() < len(TEXTS), 3600)
    bot.wait_until_empty()
    return _compare(bot, persons, bodies, deliveries)


def _bodies(bot: RunningBot) -> dict[str, list[str]]:
    """What each text is answered with when nothing disturbs."""
    found = {}
    with requests.Session() as session:
        for number, text in enumerate(TEXTS):
            bot.forget_messages()
            bot.deliver(bot.message(f"39{number}", f"undisturbed {number}", text), session)
            bot.wait_until_empty()
            found[text] = [_body(one) for one in bot.messages()]
    every = [body for bodies in found.values() for body in bodies]
    assert len(every) == len(set(every)) >= len(TEXTS), "each answer has to be told from the others"
    return found


def _deliver(bot: RunningBot, persons: list[str], chance: random.Random) -> None:
    """Each person's messages in order; a quarter comes again at once, or later, when SQS has forgotten the first."""
    queue = Queue(client("sqs", bot.variables["AWS_ENDPOINT_URL_SQS"]), bot.variables["SEGUE_QUEUE_URL"])
    with requests.Session() as session:
        for person in persons:
            again = chance.randrange(len(TEXTS))
            for number, text in enumerate(TEXTS):
                raw = bot.message(person, f"{person} {number}", text)
                _deliver_patiently(bot, raw, session)
                if number != again:
                    continue
                if chance.random() < 0.5:
                    _deliver_patiently(bot, raw, session)
                else:
                    late = Message(person, text, mid=f"{person} {number}")
                    queue.keep(late.to_json(), digest(person), digest(f"late {person} {number}"))


def _deliver_patiently(bot: RunningBot, raw: bytes, session: requests.Session) -> None:
    """As Messenger does: again, until the webhook has taken it."""
    while (status := bot.deliver(raw, session)) != 200:
        assert status >= 500, f"the webhook refused a delivery with {status}"


@contextmanager
def _killing(bot: RunningBot, chance: random.Random, sends_between: int) -> Iterator[None]:
    """While the block runs, kill a worker at a random moment after every so many calls of the Graph API.

    Not by the clock: on a busy machine a worker would be killed before it has begun.
    """
    ended = threading.Event()

    def kill() -> None:
        due = bot.sent() + chance.randint(1, 2 * sends_between)
        while not ended.wait(0.05):
            if bot.sent() >= due:
                ended.wait(chance.uniform(0, 0.1))
                bot.kill_worker(chance.randrange(len(bot.workers)))
                due = bot.sent() + chance.randint(1, 2 * sends_between)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _compare(bot: RunningBot, persons: list[str], bodies: dict[str, list[str]], deliveries: int) -> Trial:
    """Hold what every person got against what should have come, and losses against steps that were begun only."""
    dynamodb = client("dynamodb", bot.variables["AWS_ENDPOINT_URL_DYNAMODB"])
    once = Once(DynamoDBPersistenceLayer(bot.variables["SEGUE_ANSWERED_TABLE"], boto3_client=dynamodb))
    wanted = [(number, step, body) for number, text in enumerate(TEXTS) for step, body in enumerate(bodies[text])]
    order = {body: place for place, (_, _, body) in enumerate(wanted)}
    got: dict[str, list[str]] = {person: [] for person in persons}
    for one in bot.messages():
        got[one["recipient_id"]].append(_body(one))
    counts: Counter[str] = Counter()
    for person, received in got.items():
        counts["doubled"] += len(received) - len(set(received))
        places = [order[body] for body in received]
        counts["out_of_order"] += places != sorted(places)
        for number, step, body in wanted:
            state = once.state(digest(f"{person} {number}"), f"send {step}")
            counts[f"{'sent' if body in received else 'lost'} {state}"] += 1
    return Trial(
        deliveries=deliveries,
        messages=len(persons) * len(TEXTS),
        steps=len(persons) * len(wanted),
        kills=bot.killed,
        doubled=counts["doubled"],
        lost=sum(number for name, number in counts.items() if name.startswith("lost")),
        lost_in_window=counts["lost INPROGRESS"],
        sent_in_window=counts["sent INPROGRESS"],
        out_of_order=counts["out_of_order"],
    )


def _body(taken: dict[str, object]) -> str:
    return json.dumps(taken["body"]["message"], sort_keys=True)  # type: ignore[index]
