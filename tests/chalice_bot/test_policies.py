"""What each function may do in AWS is what it did in a run in which everything happened, and no more."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import app as bot
import pytest
from chalicelib.webhook import Message

from tests.chalice_bot.rows import identifier
from tests.chalice_bot.stand import Stand, forget
from tests.chalice_bot.test_webhook import PERSON, delivery, event

pytestmark = pytest.mark.slow

POLICIES = Path(bot.__file__).parent / ".chalice"
OF_THE_EVENT_SOURCE = {
    ("sqs:ReceiveMessage", "segue-messages.fifo"),
    ("sqs:DeleteMessage", "segue-messages.fifo"),
    ("sqs:GetQueueAttributes", "segue-messages.fifo"),
}
"""What Lambda itself does with the rights of the function."""
OF_LAMBDA = ("logs:", "xray:")
Calls = set[tuple[str, str]]


def allowed(policy: str) -> Calls:
    """Pairs of action and resource; stars only where an account or a region would stand."""
    found = set()
    for statement in json.loads((POLICIES / policy).read_text(encoding="utf-8"))["Statement"]:
        for action in statement["Action"]:
            assert "*" not in action
            if not action.startswith(OF_LAMBDA):
                resource = statement["Resource"].rpartition(":")[2].removeprefix("table/")
                assert "*" not in resource
                found.add((action, resource))
    return found


@pytest.fixture
def calls(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the bot's own clients call from now on."""
    found: Calls = set()
    make: Callable[[str], Any] = bot._client

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        resource = params.get("TableName") or params["QueueUrl"].rpartition("/")[2]
        service = model.service_model.service_name
        found.add((f"{service}:{model.name.removesuffix('Batch')}", resource))

    def watched(service: str) -> Any:
        client = make(service)
        client.meta.events.register("provide-client-params", note)
        return client

    monkeypatch.setattr(bot, "_client", watched)
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    forget()
    return found


def test_the_webhook_may_send_to_the_queue_and_nothing_else(stand: Stand, calls: Calls) -> None:
    stand.say("aespa", "m1")
    assert stand.client.http.get("/webhook").status_code == 403
    assert calls == allowed("policy-webhook.json")


def test_the_worker_may_do_what_it_does_and_nothing_else(
    stand: Stand, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.graph.conversation.misbehave([{"code": 613}])
    for number, text in enumerate(["aespa", "nirvana", "xyzzy", "rest less words nobody sang"]):
        stand.say(text, f"m{number}")
    for number, payload in enumerate(
        [
            f"CHOOSE|artist|{identifier('nirvanaUK')}|nirvana|en",
            f"CHOOSE|artist|{identifier('nirvanaUS')}|nirvana|en",
            f"THUMB|up|artist|{identifier('aespa')}|-|en",
            "LOCALE|ko",
            "FORGET|ask|en",
            "FORGET|sure|en",
        ]
    ):
        stand.post(delivery(event(postback={"mid": f"p{number}", "payload": payload})))
    stand.sqs.send_message(
        QueueUrl=stand.variables["SEGUE_QUEUE_URL"], MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d"
    )
    calls.clear()
    stand.work()
    monkeypatch.setattr("chalicelib.catalogue._CONNECT_SECONDS", 0.2)
    monkeypatch.setenv("SEGUE_POSTGRES_URL", "postgresql://u:p@127.0.0.1:1/segue")
    forget()
    bot.worker()._answer(Message(PERSON, "aespa", mid="m0"))
    assert calls | OF_THE_EVENT_SOURCE == allowed("policy-worker.json")
