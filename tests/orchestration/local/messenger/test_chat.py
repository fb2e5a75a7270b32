"""What the chat page asks of the local Messenger, and what that tells the bot: over real HTTP."""

import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from orchestration.local.messenger import PAGE_ID, PAGE_TOKEN
from orchestration.local.messenger import subscription as delivering
from orchestration.local.messenger.server import ServerInfo, serving

SECRET, WORD = "app-secret-of-this-test", "word-of-this-test"
PERSON = "4000000000000001"


@dataclass
class Bot:
    """A webhook that keeps what it is sent; `statuses` are what it answers first, 200 after that."""

    url: str = ""
    word: str = WORD
    statuses: list[int] = field(default_factory=list)
    taken: "Queue[tuple[bytes, str]]" = field(default_factory=Queue)

    def event(self) -> dict[str, Any]:
        """The next delivery's one event, after its signature is checked over the raw bytes."""
        raw, signature = self.taken.get(timeout=10)
        assert signature == "sha256=" + hmac.new(SECRET.encode(), raw, sha256).hexdigest()
        assert raw.isascii()
        [entry] = json.loads(raw)["entry"]
        [event] = entry["messaging"]
        assert entry["id"] == PAGE_ID
        return dict(event)

    def events(self, count: int) -> list[dict[str, Any]]:
        return [self.event() for _ in range(count)]


@pytest.fixture
def bot() -> Iterator[Bot]:
    found = Bot()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            right = query["hub.verify_token"] == [found.word]
            self._answer(200 if right else 403, query["hub.challenge"][0] if right else "")

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            found.taken.put((raw, self.headers["X-Hub-Signature-256"]))
            self._answer(found.statuses.pop(0) if found.statuses else 200, "")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/webhook"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def messenger() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


def subscribe(messenger: ServerInfo, bot: Bot, **more: Any) -> requests.Response:
    words = {"url": bot.url, "app_secret": SECRET, "verify_token": WORD, **more}
    return requests.post(f"{messenger.origin}/_control/webhook", json=words)


def act(messenger: ServerInfo, **what: Any) -> None:
    assert requests.post(f"{messenger.origin}/chat/{PERSON}", json=what).status_code == 204


def send(messenger: ServerInfo, **body: Any) -> requests.Response:
    whole = {"recipient": {"id": PERSON}, **body}
    if "message" in body:
        whole["messaging_type"] = "RESPONSE"
    return requests.post(f"{messenger.graph_api_url}/me/messages?access_token={PAGE_TOKEN}", json=whole)


def thread(messenger: ServerInfo, **seen: Any) -> Any:
    return requests.get(f"{messenger.origin}/chat/{PERSON}", params=seen).json()


def test_a_text_reaches_the_bot_as_messenger_sends_it(messenger: ServerInfo, bot: Bot) -> None:
    assert subscribe(messenger, bot).status_code == 204
    act(messenger, text="에스파 https://a.example")
    raw, _ = bot.taken.queue[0] if bot.taken.queue else bot.taken.get(timeout=10)
    assert b"\\uc5d0\\uc2a4\\ud30c https:\\/\\/a.example" in raw


@pytest.mark.parametrize(
    ("what", "name", "part"),
    [
        ({"text": "aespa"}, "message", {"text": "aespa"}),
        ({"text": "IVE", "payload": "P|1"}, "message", {"text": "IVE", "quick_reply": {"payload": "P|1"}}),
        ({"is_postback": True, "title": "Why?", "payload": "P|2"}, "postback", {"title": "Why?", "payload": "P|2"}),
    ],
)
def test_what_a_person_does_becomes_one_event(
    messenger: ServerInfo, bot: Bot, what: dict[str, Any], name: str, part: dict[str, Any]
) -> None:
    subscribe(messenger, bot)
    act(messenger, **what)
    event = bot.event()
    assert (event["sender"]["id"], event["recipient"]["id"]) == (PERSON, PAGE_ID)
    mid = event[name].pop("mid")
    assert mid.startswith("m_") and event[name] == part
    [entry] = thread(messenger)["entries"]
    assert (entry["by"], entry["message"]["text"]) == ("person", what.get("title") or what["text"])


@pytest.mark.parametrize("kind", ["sticker", "image"])
def test_a_sticker_or_picture_has_no_text(messenger: ServerInfo, bot: Bot, kind: str) -> None:
    subscribe(messenger, bot)
    act(messenger, **{kind: True})
    message = bot.event()["message"]
    [attachment] = message["attachments"]
    assert (attachment["type"], "text" in message) == (kind, False)
    assert requests.get(attachment["payload"]["url"]).text.startswith("<svg")


def test_a_send_is_echoed_delivered_and_read(messenger: ServerInfo, bot: Bot) -> None:
    subscribe(messenger, bot)
    mid = send(messenger, message={"text": "hello"}).json()["message_id"]
    events = {next(name for name in event if name in ("message", "delivery", "read")): event for event in bot.events(3)}
    assert events["message"]["sender"]["id"] == PAGE_ID
    assert events["message"]["message"]["is_echo"] and events["message"]["message"]["mid"] == mid
    assert events["delivery"]["delivery"]["mids"] == [mid]
    assert events["read"]["sender"]["id"] == PERSON


def test_what_is_not_taken_is_delivered_again(messenger: ServerInfo, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "_PAUSES", (0.01,))
    subscribe(messenger, bot)
    bot.statuses += [503, 500]
    act(messenger, text="aespa")
    first, *again = bot.events(3)
    assert again == [first, first]


def test_an_hour_of_failures_ends_the_subscription(
    messenger: ServerInfo, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "_PAUSES", (0.01,))
    monkeypatch.setattr(delivering, "_DISABLED_AFTER_SECONDS", 0.0)
    subscribe(messenger, bot)
    bot.statuses += [503] * 1000
    act(messenger, text="aespa")
    bot.event()
    messenger.subscription._threads.shutdown()  # returns once the delivery is given up
    assert requests.get(f"{messenger.origin}/chat/{PERSON}/profile").json()["is_connected"] is False


def test_copies_deliver_the_same_bytes_again(messenger: ServerInfo, bot: Bot) -> None:
    subscribe(messenger, bot, copies=3)
    act(messenger, text="aespa")
    first, *others = bot.events(3)
    assert others == [first, first]


def test_a_webhook_that_does_not_know_the_word_is_refused(messenger: ServerInfo, bot: Bot) -> None:
    bot.word = "another word"
    answer = subscribe(messenger, bot)
    assert (answer.status_code, "MESSENGER_VERIFY_TOKEN" in answer.json()["error"]) == (400, True)


def test_a_thread_shows_what_is_sent_what_is_seen_and_who_types(messenger: ServerInfo) -> None:
    act(messenger, text="aespa")
    send(messenger, sender_action="mark_seen")
    send(messenger, sender_action="typing_on")
    found = thread(messenger)
    assert found["is_typing"] and found["seen_ms"] >= found["entries"][0]["at_ms"]
    send(messenger, message={"text": "hello"})
    later = thread(messenger, version=found["version"], epoch=found["epoch"], entries=1, wait=5)
    assert [entry["message"] for entry in later["entries"]] == [{"text": "hello"}]
    assert not later["is_typing"]


def test_who_waits_is_told_at_once(messenger: ServerInfo) -> None:
    seen = thread(messenger)
    answers: Queue[Any] = Queue()
    wait = {"version": seen["version"], "epoch": seen["epoch"], "entries": 0, "wait": 20}
    waiting = Thread(target=lambda: answers.put(thread(messenger, **wait)))
    waiting.start()
    send(messenger, message={"text": "hello"})
    waiting.join(10)
    assert answers.get(timeout=1)["entries"][0]["message"] == {"text": "hello"}


def test_starting_over_empties_the_thread_and_says_so(messenger: ServerInfo) -> None:
    act(messenger, text="aespa")
    before = thread(messenger)
    requests.delete(f"{messenger.origin}/chat/{PERSON}")
    act(messenger, text="IVE")
    after = thread(messenger, version=before["version"], epoch=before["epoch"], entries=1)
    assert after["epoch"] != before["epoch"]
    assert [entry["message"]["text"] for entry in after["entries"]] == ["IVE"]


def test_the_window_closes_after_24_hours_and_opens_with_a_word(messenger: ServerInfo) -> None:
    act(messenger, text="aespa")
    requests.patch(f"{messenger.origin}/chat/{PERSON}", json={"hours_ago": 24.1})
    refused = send(messenger, message={"text": "ready"}).json()["error"]
    assert (refused["code"], refused["error_subcode"]) == (10, 2018278)
    act(messenger, text="again")
    assert send(messenger, message={"text": "ready"}).status_code == 200


def test_a_persons_locale_is_told(messenger: ServerInfo) -> None:
    requests.patch(f"{messenger.origin}/chat/{PERSON}", json={"locale": "ko_KR"})
    url = f"{messenger.graph_api_url}/{PERSON}?fields=locale&access_token={PAGE_TOKEN}"
    assert requests.get(url).json() == {"id": PERSON, "locale": "ko_KR"}


@pytest.mark.parametrize("name", ["", "page/chat.css", "page/chat.js", "page/person.js", "page/segue.svg"])
def test_the_page_is_served_and_loads_nothing_from_elsewhere(messenger: ServerInfo, name: str) -> None:
    answer = requests.get(f"{messenger.origin}/{name}")
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert re.search(r"https?://(?!www\.w3\.org/2000/svg)[a-z]", answer.text) is None


def test_no_other_file_is_served(messenger: ServerInfo) -> None:
    assert requests.get(f"{messenger.origin}/page/..%2fserver.py").status_code == 404
