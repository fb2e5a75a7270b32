"""Webhook and worker, through Chalice's test client, with real queues, tables, Postgres and a local Graph API."""

import json
import logging
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import app as bot
import pytest
from chalicelib.__main__ import main
from chalicelib.answering import MOST_A_MINUTE
from chalicelib.errors import NotConfigured
from chalicelib.memory import Memory
from chalicelib.webhook import Message

from orchestration.local.messenger import PAGE_TOKEN, app_scoped
from orchestration.local.worker import poll
from tests.chalice_bot.rows import identifier
from tests.chalice_bot.stand import SECRET, VERIFY, Stand, forget
from tests.chalice_bot.test_deletion import signed as signed_request
from tests.chalice_bot.test_webhook import PERSON, delivery, event

pytestmark = pytest.mark.slow


def answered(stand: Stand) -> list[str]:
    """The first words of what the person got, after the worker has worked."""
    stand.work()
    return [text[:24] for text in stand.texts()]


def test_a_name_is_answered_with_reasons_in_its_language(stand: Stand) -> None:
    stand.ask("에스파")
    heading, carousel = (entry["body"]["message"] for entry in stand.graph.conversation.messages(PERSON))
    assert heading["text"] == "aespa 다음에 들을 만한 아티스트"
    first = carousel["attachment"]["payload"]["elements"][0]
    assert (first["title"], first["image_url"]) == ("IVE", "https://i.example/ive.jpg")
    assert first["subtitle"].startswith("같은 장르: k-pop girl group, k-pop; 비슷한 점: 에너지, 템포")


def test_a_tap_is_answered_in_the_language_it_stood_in(stand: Stand) -> None:
    stand.post(delivery(event(postback={"mid": "m2", "payload": f"ARTIST|{identifier('shinee')}|ko"})))
    assert answered(stand) == ["SHINee 다음에 들을 만한 아티스트"]


def test_a_quick_reply_of_ours_counts_before_its_title(stand: Stand) -> None:
    ours = {"payload": f"ARTIST|{identifier('shinee')}|en"}
    strange = {"payload": "PAYLOAD_QUICK_REPLY"}
    for mid, quick_reply in (("m1", ours), ("m2", strange)):
        stand.post(delivery(event(message={"mid": mid, "text": "aespa", "quick_reply": quick_reply})))
    assert answered(stand) == ["Artists to hear after SH", "Artists to hear after ae"]


def test_every_message_of_a_delivery_is_answered_in_order(stand: Stand) -> None:
    texts = ["aespa", "", "xyzzy", "loner"] + ["aespa", "xyzzy"] * 5
    events = [event(message={"mid": f"m{n}", "text": text}) for n, text in enumerate(texts)]
    assert stand.post(delivery(*events)).status_code == 200
    assert [text.split(".")[0][:10] for text in answered(stand)] == [
        *("Artists to", "I don't kn", "I know Lon"),
        *["Artists to", "I don't kn"] * 5,
    ]


def test_the_same_message_is_answered_once_however_often_it_comes(stand: Stand) -> None:
    for _ in range(3):
        stand.say("aespa", "m1")
        stand.work()
        stand.sqs.purge_queue(QueueUrl=stand.variables["SEGUE_QUEUE_URL"])
        forget()  # a worker that never saw it
    message = stand.client.events.generate_sqs_event([Message(PERSON, "aespa", mid="m1").to_json()])
    for record in message["Records"]:  # SQS itself takes a repeated one within five minutes only once
        record["attributes"]["MessageGroupId"] = "somebody"
    assert stand.client.lambda_.invoke("consume", message).payload == {"batchItemFailures": []}
    assert stand.texts() == ["Artists to hear after aespa"]
    assert len(stand.graph.conversation.messages(PERSON)) == 2


def test_every_recorded_delivery_is_taken_and_what_wants_an_answer_gets_one(stand: Stand, shared_data: Path) -> None:
    recorded = sorted((shared_data / "fixtures" / "messenger").rglob("webhooks/*.json"))
    assert len(recorded) > 100
    for path in recorded:
        raw = path.read_bytes()
        is_page = json.loads(raw).get("object") == "page"
        assert stand.post(raw).status_code == (200 if is_page else 404), path.name
    assert stand.work() > 20
    assert stand.dead_letters() == []


@pytest.mark.parametrize("code", [551, 100, 9])
def test_a_send_that_can_never_work_is_given_up_and_logged(
    stand: Stand, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    stand.graph.conversation.misbehave([{"code": code}])
    assert stand.ask("aespa") == []
    assert f"code {code}," in caplog.text
    assert stand.work() == 0


@pytest.mark.parametrize("code", [190, 613])
def test_a_send_that_may_work_later_is_tried_again(stand: Stand, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    stand.graph.conversation.misbehave([{"code": code}])
    assert stand.ask("aespa") == ["Artists to hear after aespa"]


def test_a_card_that_failed_is_sent_again_without_its_heading(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    stand.graph.conversation.misbehave([{"code": 613, "skip": 1}])
    assert stand.ask("aespa") == ["Artists to hear after aespa"]
    heading, card = (entry["body"]["message"] for entry in stand.graph.conversation.messages(PERSON))
    assert "text" in heading
    assert "attachment" in card


def test_behind_a_message_that_waits_its_sender_waits_and_nobody_else(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    stand.graph.conversation.misbehave([{"code": 613}])
    first, second = (event(message={"mid": f"m{n}", "text": text}) for n, text in enumerate(["aespa", "loner"]))
    other = event(message={"mid": "m9", "text": "xyzzy"}) | {"sender": {"id": "77"}}
    stand.post(delivery(first, second, other))
    assert answered(stand) == ["Artists to hear after ae", "I know Loner, but no sou"]
    assert len(stand.texts("77")) == 1


def test_without_postgres_one_apology_and_later_the_answer(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    monkeypatch.setattr("chalicelib.catalogue._CONNECT_SECONDS", 0.2)
    sorry = "지금은 목록을 읽을 수 없어서 답을 드릴 수 없어요. 몇 분 뒤에 다시 물어봐 주세요."
    with monkeypatch.context() as down:
        down.setenv("SEGUE_POSTGRES_URL", "postgresql://u:p@127.0.0.1:1/segue")
        forget()
        stand.say("에스파", "m1")
        queue = stand.variables["SEGUE_QUEUE_URL"]
        for _ in range(3):
            assert poll(stand.sqs, queue, bot.consume, 5, 60) == 1
        assert stand.texts() == [sorry]
    forget()
    assert answered(stand) == [sorry[:24], "aespa 다음에 들을 만한 아티스트"]


def test_what_is_answered_gets_no_apology_when_it_comes_again(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    stand.ask("aespa")
    monkeypatch.setattr("chalicelib.catalogue._CONNECT_SECONDS", 0.2)
    monkeypatch.setenv("SEGUE_POSTGRES_URL", "postgresql://u:p@127.0.0.1:1/segue")
    forget()
    bot.worker()._answer(Message(PERSON, "aespa", mid="m1"))
    assert stand.texts() == ["Artists to hear after aespa"]


def test_a_worker_that_is_not_configured_leaves_the_message_to_the_queue(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.say("aespa", "m1")
    with monkeypatch.context() as unset:
        unset.delenv("SEGUE_POSTGRES_URL")
        forget()
        with pytest.raises(NotConfigured, match="SEGUE_POSTGRES_URL"):
            stand.client.lambda_.invoke("consume", stand.client.events.generate_sqs_event(["{}"]))
    forget()
    assert answered(stand) == ["Artists to hear after ae"]


def test_a_message_that_is_not_ours_goes_to_the_dead_letters_and_comes_back_by_hand(
    stand: Stand, capsys: pytest.CaptureFixture[str]
) -> None:
    queue = stand.variables["SEGUE_QUEUE_URL"]
    stand.sqs.send_message(QueueUrl=queue, MessageBody="not ours", MessageGroupId="g", MessageDeduplicationId="d")
    assert answered(stand) == []
    assert [letter["Body"] for letter in stand.dead_letters()] == ["not ours"]
    assert main(["redrive"], stand.variables) == 0
    assert capsys.readouterr().out.endswith("Redriven: 1 messages\n")
    assert stand.work() == 1
    assert [letter["Body"] for letter in stand.dead_letters()] == ["not ours"]


def test_a_fault_of_ours_is_tried_five_times_and_buried(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.worker._FIRST_PAUSE", 0)
    with monkeypatch.context() as broken:
        broken.setattr("chalicelib.answering.compose", lambda *_: 1 / 0)
        stand.say("aespa", "m1")
        assert stand.work() == 5
    assert len(stand.dead_letters()) == 1
    assert main(["redrive", "--json"], stand.variables) == 0
    assert answered(stand) == ["Artists to hear after ae"]


def test_a_message_that_ends_its_worker_is_buried_and_nobody_else(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(message: Message) -> None:
        if message.text == "poison":
            raise Killed
        answer(message)

    stand.say("poison", "m1")
    queue = stand.variables["SEGUE_QUEUE_URL"]
    answer = bot.worker()._answer
    with monkeypatch.context() as killing:
        killing.setattr(bot.worker(), "_answer", kill)
        for _ in range(5):
            with pytest.raises(Killed):
                poll(stand.sqs, queue, bot.consume, 5, 0)
        stand.say("aespa", "m2", "77")
        assert stand.work() == 2
        assert len(stand.dead_letters()) == 1
        assert stand.texts("77") == ["Artists to hear after aespa"]
    assert main(["redrive"], stand.variables) == 0
    assert stand.work() == 1
    assert len(stand.texts()) == 1


def test_no_log_holds_a_text_a_person_or_a_secret(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stand.graph.conversation.misbehave([{"code": 190}])
    stand.ask("a very private question")
    stand.ask("aespa", "m2")
    stand.post(b"a very private question")
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("segue", "chalice")))
    assert "code 190" in logged
    for secret in ("private question", "aespa", PERSON, PAGE_TOKEN, SECRET, VERIFY):
        assert secret not in logged


def kept_of(stand: Stand, dynamodb: Any) -> str:
    """All that DynamoDB holds, where the person is in it."""
    tables = ("segue_bot", "segue_waiting", "segue_answered")
    kept = json.dumps([dynamodb.scan(TableName=name)["Items"] for name in tables], default=str)
    person = Memory(dynamodb, "segue_bot", stand.variables["SEGUE_PERSON_KEY"]).hashed(PERSON)
    assert PERSON not in kept
    return kept if person in kept else ""


def test_who_says_so_in_the_chat_is_forgotten(stand: Stand, dynamodb: Any) -> None:
    stand.ask("aespa")
    assert kept_of(stand, dynamodb)
    for mid, word in (("m2", "ask"), ("m3", "sure")):
        stand.post(delivery(event(postback={"mid": mid, "payload": f"FORGET|{word}|en"})))
    assert answered(stand)[1:] == ["Shall I delete all that ", "It is deleted. From the "]
    assert kept_of(stand, dynamodb) == ""


def test_facebooks_callback_forgets_a_person_and_says_so_on_a_page(stand: Stand, dynamodb: Any) -> None:
    stand.ask("aespa")
    told = {"algorithm": "HMAC-SHA256", "issued_at": 1, "user_id": app_scoped(PERSON)}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "bot.example"}
    ask = stand.client.http.post
    form = urlencode({"signed_request": signed_request(told, SECRET)}).encode()
    answer = ask("/deletion", headers=headers, body=form)
    code = answer.json_body["confirmation_code"]
    assert answer.json_body["url"].startswith("https://bot.example/")
    assert answer.json_body["url"].endswith(f"/deletion/{code}")
    before = stand.client.http.get(f"/deletion/{code}")
    assert (before.status_code, b"has arrived" in before.body) == (200, True)
    stand.work()
    assert kept_of(stand, dynamodb) == ""
    assert b"is deleted" in stand.client.http.get(f"/deletion/{code}").body
    korean = stand.client.http.get(f"/deletion/{code}", headers={"Accept-Language": "ko-KR"})
    assert "지웠습니다" in korean.body.decode()
    forged = urlencode({"signed_request": signed_request(told, "another")}).encode()
    assert ask("/deletion", headers=headers, body=forged).status_code == 403
    assert stand.client.http.get("/deletion/nothing").status_code == 404


def test_who_writes_too_much_at_once_is_asked_to_slow_down_once_and_others_are_answered(stand: Stand) -> None:
    now = int(time.time() * 1000)

    def say(number: int, person: str, at: int) -> dict[str, Any]:
        return event(message={"mid": f"{person} {number}", "text": "xyzzy"}) | {
            "sender": {"id": person},
            "timestamp": at,
        }

    minute = now - now % 60_000 - 120_000  # a whole one that is over
    stand.post(delivery(*(say(number, PERSON, minute + number) for number in range(MOST_A_MINUTE + 10))))
    stand.post(delivery(say(1, "77", minute), say(2, "77", minute + 1)))
    stand.work()
    texts = stand.texts()
    assert len(texts) == MOST_A_MINUTE + 1
    assert len(set(texts[:-1])) == 1
    assert texts[-1].startswith("That's a lot at once!")
    assert len(stand.texts("77")) == 2
    forgetting = event(postback={"mid": "p1", "payload": "FORGET|ask|en"}) | {"timestamp": minute + 58_000}
    stand.post(delivery(forgetting, say(99, PERSON, minute + 59_000), say(100, PERSON, minute + 60_000)))
    stand.work()
    assert [text[:10] for text in stand.texts()[len(texts) :]] == ["Shall I de", texts[0][:10]]


def test_who_cannot_be_reached_is_not_written_to_before_they_write_again(stand: Stand) -> None:
    before = int(time.time() * 1000) - 1_000
    stand.graph.conversation.misbehave([{"code": 551}])
    for number in range(2):
        stand.post(delivery(event(message={"mid": f"m{number}", "text": "aespa"}) | {"timestamp": before + number}))
    assert answered(stand) == []
    assert stand.dead_letters() == []
    stand.post(delivery(event(message={"mid": "m2", "text": "aespa"}) | {"timestamp": before + 60_000}))
    stand.post(delivery(event(message={"mid": "m3", "text": "aespa"}) | {"timestamp": before + 500}))
    assert answered(stand) == ["Artists to hear after ae"] * 2
