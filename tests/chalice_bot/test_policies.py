"""What each function may do in AWS is what it did in a run in which everything happened, and no more."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import app as bot
import pytest
import requests
from chalicelib.errors import Throttled
from chalicelib.webhook import Message

from orchestration.local.messenger import app_scoped
from orchestration.local.stack import MusicOptions, lease
from tests.chalice_bot.rows import identifier
from tests.chalice_bot.stand import SECRET, Stand, forget
from tests.chalice_bot.test_deletion import signed as signed_request
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


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What leads to the providers' stand-ins."""
    options = MusicOptions("demo", "development", musicbrainz_rate=0)
    with lease(tmp_path_factory.mktemp("music"), ["music_api"], {}, options) as variables:
        yield variables


@pytest.fixture
def calls(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What the bot's own clients call from now on."""
    found: Calls = set()
    make: Callable[[str], Any] = bot._client

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        named = params.get("TableName") or params.get("QueueUrl", "").rpartition("/")[2]
        service = model.service_model.service_name
        for resource in [named] if named else params["RequestItems"]:
            found.add((f"{service}:{model.name.removesuffix('Batch')}", resource))

    def watched(service: str) -> Any:
        client = make(service)
        client.meta.events.register("provide-client-params", note)
        return client

    monkeypatch.setattr(bot, "_client", watched)
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    forget()
    return found


def ask_for_deletion(stand: Stand, person: str) -> None:
    """Facebook's callback, and a look at what came of it."""
    form = urlencode({"signed_request": signed_request({"user_id": app_scoped(person)}, SECRET)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "bot.example"}
    answer = stand.client.http.post("/deletion", headers=headers, body=form)
    assert answer.status_code == 200
    code = json.loads(answer.body)["confirmation_code"]
    assert stand.client.http.get(f"/deletion/{code}", headers={"Accept-Language": "en"}).status_code == 200


def worked(stand: Stand, calls: Calls) -> Calls:
    """What the worker calls for what waits, and when it catches up."""
    calls.clear()
    stand.work()
    bot.worker().catch_up()
    return set(calls)


def test_the_webhook_may_do_what_it_does_and_nothing_else(stand: Stand, calls: Calls) -> None:
    stand.say("aespa", "m1")
    assert stand.client.http.get("/webhook").status_code == 403
    ask_for_deletion(stand, PERSON)
    assert calls == allowed("policy-webhook.json")


def test_the_worker_may_do_what_it_does_and_nothing_else(
    stand: Stand, music: dict[str, str], calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in music.items():
        monkeypatch.setenv(name, value)
    forget()
    stand.graph.conversation.misbehave([{"code": 613}])
    for number, text in enumerate(["aespa", "nirvana", "Radiohead", "qqxxyy wwzz"]):
        stand.say(text, f"m{number}")
    payloads = [
        f"CHOOSE|artist|{identifier('nirvanaUK')}|nirvana|en",
        f"CHOOSE|artist|{identifier('nirvanaUS')}|nirvana|en",
        f"THUMB|up|artist|{identifier('aespa')}|-|en",
        "LOCALE|ko",
    ]
    for number, payload in enumerate(payloads):
        stand.post(delivery(event(postback={"mid": f"p{number}", "payload": payload})))
    queue, dead_letters = stand.variables["SEGUE_QUEUE_URL"], stand.variables["SEGUE_DEAD_LETTERS_URL"]
    stand.sqs.send_message(QueueUrl=queue, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d")
    for person in (PERSON, "77"):
        left = Message(person, "x").to_json()
        words = {"MessageGroupId": person, "MessageDeduplicationId": person}
        stand.sqs.send_message(QueueUrl=dead_letters, MessageBody=left, **words)
    seen = worked(stand, calls)
    too_many = {"status": 429, "headers": {"Retry-After": "3600"}}
    put_off = [{"match": {"path": "^/v1/"}, "times": None, "action": too_many}]
    assert requests.post(urljoin(music["SPOTIFY_API_URL"], "/_control/faults"), json=put_off).ok
    stand.say("Pink Floyd", "m8")
    seen |= worked(stand, calls)
    with monkeypatch.context() as without:
        without.setattr("chalicelib.catalogue._CONNECT_SECONDS", 0.2)
        without.setenv("SEGUE_POSTGRES_URL", "postgresql://u:p@127.0.0.1:1/segue")
        forget()
        calls.clear()
        bot.worker()._answer(Message(PERSON, "aespa", mid="m0"))
        seen |= calls
    forget()
    ask_for_deletion(stand, PERSON)
    stand.post(delivery(event(postback={"mid": "p9", "payload": "FORGET|sure|en"})))
    seen |= worked(stand, calls)
    assert seen | OF_THE_EVENT_SOURCE == allowed("policy-worker.json")


def test_what_catches_up_may_do_what_it_does_and_nothing_else(
    stand: Stand, music: dict[str, str], calls: Calls, dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in music.items():
        monkeypatch.setenv(name, value)
    forget()
    control = urljoin(music["SPOTIFY_API_URL"], "/_control/faults")
    too_many = {"status": 429, "headers": {"Retry-After": "3600"}}

    def make_due() -> None:
        """Let an hour pass."""
        for item in dynamodb.scan(TableName="segue_state")["Items"]:
            dynamodb.delete_item(TableName="segue_state", Key={"pk": item["pk"]})
        for item in dynamodb.query(
            TableName="segue_waiting",
            KeyConditionExpression="pk = :lookup",
            ExpressionAttributeValues={":lookup": {"S": "LOOKUP"}},
        )["Items"]:
            dynamodb.put_item(TableName="segue_waiting", Item=item | {"not_before": {"N": "0"}})
        forget()

    assert requests.delete(control).ok
    assert requests.post(control, json=[{"match": {"path": "^/v1/"}, "times": None, "action": too_many}]).ok
    make_due()
    for number, (person, text) in enumerate([(PERSON, "Pink Floyd"), ("77", "Pink Floyd"), (PERSON, "Floyd")]):
        stand.post(delivery(event(message={"mid": f"m{number}", "text": text}) | {"sender": {"id": person}}))
    stand.work()
    seen: Calls = set()
    for is_over in (False, True):
        if is_over:
            assert requests.delete(control).ok
            stand.graph.conversation.misbehave([{"code": 551}, {"code": 613}])
        make_due()
        calls.clear()
        try:
            bot.worker().catch_up()
        except Throttled:
            assert is_over
        bot.worker().catch_up()
        seen |= calls
    assert any("Pink Floyd" in text for person in (PERSON, "77") for text in stand.texts(person))
    assert seen == allowed("policy-catch-up.json")
