"""The webhook's routes with an imitated queue: what is refused, what is taken, and what the queue is given."""

from collections.abc import Iterator
from typing import Any

import app as bot
import pytest
from botocore.exceptions import BotoCoreError

from tests.chalice_bot.stand import SECRET, VERIFY, Page, paging
from tests.chalice_bot.test_webhook import delivery, event


class FakeSqs:
    """Keeps what is sent; or fails as botocore does, or takes only a part as SQS may."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.calls = 0
        self.error: Exception | None = None
        self.refused: list[dict[str, Any]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.calls += 1
        self.sent += Entries
        return {"Failed": self.refused}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page[FakeSqs]]:
    sqs = FakeSqs()
    monkeypatch.setattr(bot, "_client", lambda _: sqs)
    with paging(sqs, {"SEGUE_QUEUE_URL": "https://queue.example/segue-messages.fifo"}, monkeypatch) as page:
        yield page


def test_right_token_gets_its_challenge_as_plain_text(page: Page[FakeSqs]) -> None:
    answer = page.client.http.get(f"/webhook?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge=%3Cscript%3E")
    assert (answer.status_code, answer.body) == (200, b"<script>")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
        "?hub.mode=subscribe&hub.challenge=1",
        f"?hub.mode=unsubscribe&hub.verify_token={VERIFY}&hub.challenge=1",
        f"?hub.mode=subscribe&hub.verify_token={VERIFY}",
        f"?hub.mode=subscribe&hub.verify_token[]={VERIFY}&hub.challenge=1",
        f"?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.verify_token=wrong&hub.challenge=1",
        "?hub.mode=subscribe&hub.verify_token=%ED%86%A0%ED%81%B0&hub.challenge=1",
    ],
)
def test_any_other_verification_is_refused(page: Page[FakeSqs], query: str) -> None:
    assert page.client.http.get("/webhook" + query).status_code == 403


@pytest.mark.parametrize("secret", [SECRET, "the next one"])
def test_both_secrets_of_a_rotation_are_valid(page: Page[FakeSqs], secret: str) -> None:
    assert page.post(delivery(), secret=secret).status_code == 200


@pytest.mark.parametrize("header", ["", "sha256=" + "0" * 64, "sha1=" + "0" * 40])
def test_an_unsigned_delivery_is_refused_unparsed(page: Page[FakeSqs], header: str) -> None:
    answer = page.post(b"{not json", **{"X-Hub-Signature-256": header})
    assert answer.status_code == 403
    assert page.sqs.sent == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 50_000, 400),
        (b" " * 1_000_001, 413),
        (b"{}", 404),
        (b'{"object":"user","entry":[]}', 404),
        (b'{"object":"page"}', 200),
        (b'{"object":"page","entry":[{"changes":[{}]}]}', 200),
    ],
)
def test_a_signed_body_gets_the_status_it_deserves(page: Page[FakeSqs], body: bytes, status: int) -> None:
    assert page.post(body).status_code == status


def test_messages_go_to_the_queue_ten_at_once_and_those_of_a_person_into_one_group(page: Page[FakeSqs]) -> None:
    events = [event(message={"mid": f"m{n}", "text": "aespa"}) for n in range(11)]
    other = event(message={"mid": "m99", "text": "aespa"}) | {"sender": {"id": "77"}}
    assert page.post(delivery(*events, other)).status_code == 200
    assert page.sqs.calls == 2
    assert [len({entry[name] for entry in page.sqs.sent}) for name in ("MessageGroupId", "MessageDeduplicationId")] == [
        2,
        12,
    ]
    assert all("2017000000000001" not in entry["MessageGroupId"] for entry in page.sqs.sent)


def test_a_repeated_message_has_the_same_name_in_the_queue(page: Page[FakeSqs]) -> None:
    for _ in range(2):
        page.say("aespa", "m1")
        page.post(delivery(event(postback={"payload": "GET_STARTED"})))  # as old ones are, without an id
    assert len({entry["MessageDeduplicationId"] for entry in page.sqs.sent}) == 2


def test_a_queue_that_is_down_makes_messenger_deliver_again(page: Page[FakeSqs]) -> None:
    page.sqs.error = BotoCoreError()
    assert page.say("aespa", "m1").status_code == 503


def test_a_queue_that_takes_a_part_makes_messenger_deliver_again(page: Page[FakeSqs]) -> None:
    page.sqs.refused = [{"Id": "0", "Code": "InternalError", "SenderFault": False}]
    assert page.say("aespa", "m1").status_code == 503


def test_without_its_secret_it_refuses_to_take_anything(page: Page[FakeSqs], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MESSENGER_APP_SECRET")
    bot.config.cache_clear()
    assert page.say("aespa", "m1").status_code == 500
