"""The routes, through Chalice's test client, against a real Postgres and the local Graph API."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import app as bot
import pytest
from botocore.exceptions import BotoCoreError
from chalice.test import Client, HTTPResponse
from chalicelib.errors import AccessRefused, NotConfigured, Throttled

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo, serving
from tests.chalice_bot.rows import identifier
from tests.chalice_bot.test_webhook import PERSON, delivery, event, signed

SECRET = "app-secret-of-this-test"
VERIFY = "verify-token-of-this-test"


@pytest.fixture(scope="module")
def graph() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture
def client(graph: ServerInfo, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    graph.conversation.clear()
    monkeypatch.setenv("SEGUE_POSTGRES_URL", postgres_url)
    monkeypatch.setenv("GRAPH_API_URL", graph.graph_api_url)
    monkeypatch.setenv("MESSENGER_PAGE_TOKEN", PAGE_TOKEN)
    monkeypatch.setenv("MESSENGER_APP_SECRET", f"{SECRET}, the next one")
    monkeypatch.setenv("MESSENGER_VERIFY_TOKEN", VERIFY)
    monkeypatch.delenv("SEGUE_QUEUE_URL", raising=False)
    monkeypatch.delenv("SEGUE_PERSON_KEY", raising=False)
    cached = (bot.config, bot.pool, bot.catalogue, bot.messenger, bot.queue, bot.memory)
    for function in cached:
        function.cache_clear()
    with Client(bot.app, stage_name="dev", project_dir=str(Path(bot.__file__).parent)) as client:
        yield client
    bot.messenger().close()
    if bot.pool.cache_info().currsize:
        bot.pool().close()
    for function in cached:
        function.cache_clear()


def post(client: Client, body: Any, *, secret: str = SECRET, **headers: str) -> HTTPResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = {"X-Hub-Signature-256": signed(raw, secret), "Content-Type": "application/json"}
    return client.http.post("/webhook", headers={**signature, **headers}, body=raw)


def texts(graph: ServerInfo) -> list[str]:
    bodies = [entry["body"]["message"] for entry in graph.conversation.messages(PERSON)]
    return [body["text"] for body in bodies if "text" in body]


def ask(client: Client, text: str) -> HTTPResponse:
    return post(client, delivery(event(message={"mid": "m1", "text": text})))


def test_right_token_gets_its_challenge_as_plain_text(client: Client) -> None:
    answer = client.http.get(f"/webhook?hub.mode=subscribe&hub.verify_token={VERIFY}&hub.challenge=%3Cscript%3E")
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
def test_any_other_verification_is_refused(client: Client, query: str) -> None:
    assert client.http.get("/webhook" + query).status_code == 403


def test_a_name_is_answered_with_reasons_in_its_language(client: Client, graph: ServerInfo) -> None:
    assert ask(client, "에스파").status_code == 200
    heading, carousel = (entry["body"]["message"] for entry in graph.conversation.messages(PERSON))
    assert heading["text"] == "aespa 다음에 들을 만한 아티스트"
    first = carousel["attachment"]["payload"]["elements"][0]
    assert (first["title"], first["image_url"]) == ("IVE", "https://i.example/ive.jpg")
    assert first["subtitle"].startswith("같은 장르: k-pop girl group, k-pop; 비슷한 점: 에너지, 템포")


def test_a_tap_on_a_choice_is_answered_in_the_language_it_stood_in(client: Client, graph: ServerInfo) -> None:
    assert ask(client, "nirvana").status_code == 200
    asked = graph.conversation.messages(PERSON)[1]["body"]["message"]["attachment"]["payload"]["elements"]
    assert [card["buttons"][0]["payload"] for card in asked] == [
        f"ARTIST|{identifier('nirvanaUS')}|en",
        f"ARTIST|{identifier('nirvanaUK')}|en",
    ]
    graph.conversation.clear()
    post(client, delivery(event(postback={"mid": "m2", "payload": f"ARTIST|{identifier('shinee')}|ko"})))
    assert texts(graph) == ["SHINee 다음에 들을 만한 아티스트"]


def test_a_quick_reply_of_ours_counts_before_its_title(client: Client, graph: ServerInfo) -> None:
    ours = {"payload": f"ARTIST|{identifier('shinee')}|en"}
    strange = {"payload": "PAYLOAD_QUICK_REPLY"}
    for quick_reply in (ours, strange):
        post(client, delivery(event(message={"mid": "m", "text": "aespa", "quick_reply": quick_reply})))
    assert texts(graph) == ["Artists to hear after SHINee", "Artists to hear after aespa"]


def test_every_message_of_a_delivery_is_answered(client: Client, graph: ServerInfo) -> None:
    events = [event(message={"mid": f"m{n}", "text": text}) for n, text in enumerate(["aespa", "", "xyzzy", "loner"])]
    assert post(client, delivery(*events)).status_code == 200
    assert [text.split(".")[0][:16] for text in texts(graph)] == [
        "Artists to hear ",
        "I don't know “xy",
        "I know Loner, bu",
    ]


def test_a_payload_of_another_age_gets_help(client: Client, graph: ServerInfo) -> None:
    post(client, delivery(event(postback={"payload": "GET_STARTED"})))
    assert texts(graph)[0].startswith("Hello!")


@pytest.mark.parametrize("secret", [SECRET, "the next one"])
def test_both_secrets_of_a_rotation_are_valid(client: Client, secret: str) -> None:
    assert post(client, delivery(), secret=secret).status_code == 200


@pytest.mark.parametrize("header", ["", "sha256=" + "0" * 64, "sha1=" + "0" * 40])
def test_an_unsigned_delivery_is_refused_unparsed(client: Client, graph: ServerInfo, header: str) -> None:
    answer = post(client, b"{not json", **{"X-Hub-Signature-256": header})
    assert answer.status_code == 403
    assert graph.conversation.messages() == []


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
def test_a_signed_body_gets_the_status_it_deserves(client: Client, body: bytes, status: int) -> None:
    assert post(client, body).status_code == status


def test_every_recorded_delivery_is_taken(client: Client, shared_data: Path) -> None:
    recorded = sorted((shared_data / "fixtures" / "messenger").rglob("webhooks/*.json"))
    assert len(recorded) > 100
    for path in recorded:
        raw = path.read_bytes()
        is_page = json.loads(raw).get("object") == "page"
        assert post(client, raw).status_code == (200 if is_page else 404), path.name


@pytest.mark.parametrize("code", [551, 190, 613, 100, 9])
def test_a_failing_send_is_logged_and_the_delivery_still_taken(
    client: Client, graph: ServerInfo, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    graph.conversation.misbehave([{"code": code}])
    assert ask(client, "aespa").status_code == 200
    assert f"code {code}," in caplog.text


def test_no_log_holds_a_text_a_person_or_a_secret(
    client: Client, graph: ServerInfo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    graph.conversation.misbehave([{"code": 190}])
    ask(client, "a very private question")
    ask(client, "aespa")
    bot.config.cache_clear()
    post(client, b"a very private question")
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith(("segue", "chalice")))
    assert "answered: artist in en" in logged
    for secret in ("private question", "aespa", PERSON, PAGE_TOKEN, SECRET, VERIFY):
        assert secret not in logged


def test_without_postgres_there_is_an_apology(
    client: Client, graph: ServerInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.catalogue._CONNECT_SECONDS", 0.2)
    monkeypatch.setenv("SEGUE_POSTGRES_URL", "postgresql://u:p@127.0.0.1:1/segue")
    assert ask(client, "에스파").status_code == 200
    assert texts(graph) == ["지금은 목록을 읽을 수 없어서 답을 드릴 수 없어요. 몇 분 뒤에 다시 물어봐 주세요."]


class FakeSqs:
    """Keeps what is sent, or fails as botocore does."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def send_message(self, **call: Any) -> None:
        if self.error:
            raise self.error
        self.sent.append(call)


@pytest.fixture
def sqs(client: Client, monkeypatch: pytest.MonkeyPatch) -> FakeSqs:
    fake = FakeSqs()
    monkeypatch.setenv("SEGUE_QUEUE_URL", "http://127.0.0.1:9324/000000000000/segue-messages.fifo")
    monkeypatch.setattr("boto3.client", lambda _: fake)
    return fake


def test_with_a_queue_the_worker_answers(client: Client, graph: ServerInfo, sqs: FakeSqs) -> None:
    assert ask(client, "aespa").status_code == 200
    assert graph.conversation.messages() == []
    [call] = sqs.sent
    assert len(call["MessageGroupId"]) == len(call["MessageDeduplicationId"]) == 64
    client.lambda_.invoke("consume", client.events.generate_sqs_event([call["MessageBody"]]))
    assert texts(graph) == ["Artists to hear after aespa"]


def test_a_queue_that_fails_makes_messenger_deliver_again(client: Client, sqs: FakeSqs) -> None:
    sqs.error = BotoCoreError()
    assert ask(client, "aespa").status_code == 503


def test_the_worker_gives_back_only_what_may_pass(client: Client, graph: ServerInfo, sqs: FakeSqs) -> None:
    ask(client, "aespa")
    waiting = client.events.generate_sqs_event([sqs.sent[0]["MessageBody"]])
    graph.conversation.misbehave([{"code": 613}])
    with pytest.raises(Throttled):
        client.lambda_.invoke("consume", waiting)
    graph.conversation.misbehave([{"code": 551}])
    client.lambda_.invoke("consume", waiting)
    client.lambda_.invoke("consume", client.events.generate_sqs_event(["not ours"]))
    assert texts(graph) == []


def test_a_worker_without_postgres_leaves_the_message_to_the_queue(
    client: Client, graph: ServerInfo, sqs: FakeSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client, "aespa")
    waiting = client.events.generate_sqs_event([sqs.sent[0]["MessageBody"]])
    with monkeypatch.context() as unset:
        unset.delenv("SEGUE_POSTGRES_URL")
        bot.config.cache_clear()
        with pytest.raises(NotConfigured, match="SEGUE_POSTGRES_URL"):
            client.lambda_.invoke("consume", waiting)
    bot.config.cache_clear()
    client.lambda_.invoke("consume", waiting)
    assert texts(graph) == ["Artists to hear after aespa"]


def test_an_expired_page_token_leaves_the_message_to_the_queue(client: Client, graph: ServerInfo, sqs: FakeSqs) -> None:
    ask(client, "aespa")
    waiting = client.events.generate_sqs_event([sqs.sent[0]["MessageBody"]])
    graph.conversation.misbehave([{"code": 190}])
    with pytest.raises(AccessRefused):
        client.lambda_.invoke("consume", waiting)
    client.lambda_.invoke("consume", waiting)
    assert texts(graph) == ["Artists to hear after aespa"]
