"""Forgetting a person: Facebook's signed request, what leaves DynamoDB and the queues, the page that tells of it."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from chalicelib.deletion import Deletion, app_scoped_id, is_code, new_code
from chalicelib.deletion_page import page
from chalicelib.errors import BadPayload, BadSignature
from chalicelib.memory import Memory, Request, forgotten
from chalicelib.owed import Lookups, State
from chalicelib.resolution import Asked
from chalicelib.sealing import Owed, Seal
from chalicelib.table import Table
from chalicelib.waiting import Queue
from chalicelib.webhook import Message

from orchestration.local.aws_client import client
from orchestration.local.stack import lease

PSID, OTHER = "24601987654321098", "24601987654329999"
SECRETS = ("old secret", "new secret")
AT = int(time.time() * 1000) - 60_000
AESPA = "ARTIST|6YVMFz59CuY7ngCxTxjpxE"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def signed(told: Any, secret: str = SECRETS[1]) -> str:
    payload = encoded(told if isinstance(told, bytes) else json.dumps(told).encode())
    return f"{encoded(hmac.new(secret.encode(), payload.encode(), sha256).digest())}.{payload}"


TOLD = {"algorithm": "HMAC-SHA256", "expires": 0, "issued_at": 1_794_000_000, "user_id": "218471"}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_request_signed_with_any_of_our_secrets_names_whom_it_is_about(secret: str) -> None:
    assert app_scoped_id(signed(TOLD, secret), SECRETS) == "218471"


@pytest.mark.parametrize(
    "request_",
    [
        "",
        ".",
        "a.b",
        signed(TOLD, "another secret"),
        signed(TOLD).partition(".")[0] + "." + encoded(json.dumps({**TOLD, "user_id": "1"}).encode()),
        signed(TOLD).partition(".")[2],
        "é.é",
    ],
)
def test_what_is_not_signed_by_us_is_refused(request_: str) -> None:
    with pytest.raises(BadSignature):
        app_scoped_id(request_, SECRETS)


@pytest.mark.parametrize(
    "told", [b"no JSON", [], {}, {"user_id": "me"}, {"user_id": "1/../2"}, {**TOLD, "algorithm": "none"}, b"[" * 99_999]
)
def test_a_signed_request_that_names_nobody_is_refused(told: Any) -> None:
    with pytest.raises(BadPayload):
        app_scoped_id(signed(told), SECRETS)


def test_a_code_is_one_that_nobody_guesses() -> None:
    codes = {new_code() for _ in range(100)}
    assert len(codes) == 100
    assert all(is_code(code) for code in codes)
    assert not is_code("../etc")


@pytest.mark.parametrize("outcome", [None, "done", "nobody"])
def test_the_page_tells_what_came_of_it_in_the_readers_language(outcome: str | None) -> None:
    korean, english = (page(outcome, "0123456789abcdef", accepted) for accepted in ("ko-KR,ko;q=0.9", "en-US"))
    assert 'lang="ko"' in korean
    assert 'lang="en"' in english
    assert "0123456789abcdef" in korean
    assert "0123456789abcdef" in english
    assert len({page(one, "0" * 16, "") for one in (None, "done", "nobody")}) == 3


@pytest.fixture(scope="module")
def queues(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Queue, Queue]]:
    with lease(tmp_path_factory.mktemp("queues"), ["sqs"], {}) as variables:
        sqs = client("sqs", variables["AWS_ENDPOINT_URL_SQS"])
        yield Queue(sqs, variables["SEGUE_QUEUE_URL"]), Queue(sqs, variables["SEGUE_DEAD_LETTERS_URL"])


@pytest.mark.slow
def test_nothing_of_a_person_stays_and_all_of_others_does(
    memory: Memory, dynamodb: Any, queues: tuple[Queue, Queue]
) -> None:
    waiting = Table(dynamodb, "segue_waiting", "SEGUE_WAITING_TABLE")
    lookups, asked = Lookups(waiting, lambda: Seal("key" * 12)), Asked("name", "qq")
    lookups.finish(asked, State("running"), int(time.time()))
    for psid in (PSID, OTHER):
        person = memory.hashed(psid)
        memory.record_request(person, memory.hashed(f"m {psid}"), AT, Request("artist", "answered", "ko", "에스파"))
        memory.record_choice(person, "에스파", AESPA, AT)
        memory.record_tap(person, "m", AT, "MORE", AESPA)
        memory.record_feedback(person, AESPA, "-", 1, AT, "g")
        memory.record_locale(person, "ko")
        lookups.owe(asked, person, Owed(psid, "ko", AT), int(time.time()))
        for queue in queues:
            queue.put([Message(psid, text, mid=f"{psid} {text}") for text in ("one", "two")])
    memory.record_choice(memory.hashed(PSID), "only mine", AESPA, AT)

    digest = Deletion(memory, waiting, lambda _: (), queues).forget(PSID)

    person, other = memory.hashed(PSID), memory.hashed(OTHER)
    assert digest == forgotten(person)
    kept = json.dumps([dynamodb.scan(TableName=name)["Items"] for name in ("segue_bot", "segue_waiting")], default=str)
    assert PSID not in kept
    assert person not in kept
    assert "only mine" not in kept
    assert kept.count(f"PERSON#{other}") == 6
    assert memory.choice_of(other, "에스파") == AESPA
    assert [owed.person for owed in lookups.take_owed(asked)] == [OTHER]
    for queue in queues:
        left = []
        while received := queue.receive(60):
            left += [json.loads(message["Body"]) for message in received]
            for message in received:
                queue.delete(message["ReceiptHandle"])
        assert [(one["person"], one["text"]) for one in left] == [(OTHER, "one"), (OTHER, "two")]
    assert memory.has_forgotten(person, AT)
    assert not memory.has_forgotten(person, int(time.time() * 1000) + 1000)
    assert not memory.has_forgotten(other, AT)


@pytest.mark.slow
def test_facebooks_request_forgets_whom_graph_names_and_is_told_of(memory: Memory, dynamodb: Any) -> None:
    person = memory.hashed(PSID)
    memory.record_locale(person, "ko")
    waiting = Table(dynamodb, "segue_waiting", "SEGUE_WAITING_TABLE")
    deletion = Deletion(memory, waiting, {"218471": (PSID,), "1": ()}.__getitem__)
    assert memory.deletion("a" * 16) is None
    deletion.carry_out("1", "b" * 16)
    assert (memory.deletion("b" * 16), memory.person(person).locale) == ("nobody", "ko")
    deletion.carry_out("218471", "a" * 16)
    assert (memory.deletion("a" * 16), memory.person(person).locale) == ("done", None)
