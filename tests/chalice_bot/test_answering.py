"""One message -> what its person gets, in which language, and what is counted; over HTTP to a local Graph API."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import app as bot
import pytest
import requests
from chalicelib import answering, messenger
from chalicelib.answering import ALARMING, Answerer
from chalicelib.catalogue import Catalogue
from chalicelib.errors import AccessRefused, PersonUnreachable, WindowClosed
from chalicelib.messenger import Messenger
from chalicelib.once import Once
from chalicelib.reply import Reply
from chalicelib.webhook import Message

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo, serving
from tests.chalice_bot.in_memory import InMemory
from tests.chalice_bot.rows import identifier

PERSON, NOW = "2017000000000001", 1_790_000_000
AESPA_IN_KOREAN = f"ARTIST|{identifier('aespa')}|ko"
Answer = Callable[[Message], Reply | None]


@pytest.fixture(scope="module")
def running() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture
def graph(running: ServerInfo) -> ServerInfo:
    running.conversation.clear()
    running.threads.clear(PERSON)
    running.threads.change(PERSON, "en_US")
    return running


@pytest.fixture
def answer(graph: ServerInfo, catalogue: Catalogue) -> Iterator[Answer]:
    voice = Messenger(graph.graph_api_url, PAGE_TOKEN, clock=lambda: NOW)
    yield Answerer(catalogue, voice, Once(InMemory())).answer
    voice.close()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr("chalicelib.answering.count", lambda name, number=1: names.append(name))
    return names


@pytest.mark.parametrize(
    ("locale", "message", "spoken"),
    [
        ("en_US", Message(PERSON, "aespa"), "en"),
        ("ko_KR", Message(PERSON, "aespa"), "ko"),
        ("ja_JP", Message(PERSON, "aespa"), "en"),
        ("en_US", Message(PERSON, "에스파"), "ko"),
        ("en_US", Message(PERSON, "IVE", AESPA_IN_KOREAN, kind="tap"), "ko"),
        ("ko_KR", Message(PERSON, payload="GET_STARTED", kind="tap"), "ko"),
        ("ko_KR", Message(PERSON, kind="sticker"), "ko"),
    ],
)
def test_the_language_is_that_of_the_tap_the_text_or_the_persons_messenger(
    graph: ServerInfo, answer: Answer, locale: str, message: Message, spoken: str
) -> None:
    graph.threads.change(PERSON, locale)
    reply = answer(message)
    assert reply and reply.locale == spoken


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (Message(PERSON, kind="sticker"), "sticker"),
        (Message(PERSON, kind="audio"), "attachment"),
        (Message(PERSON, kind="other"), "attachment"),
        (Message(PERSON, payload="ref of a poster", kind="referral"), "help"),
        (Message(PERSON, payload="PAYLOAD_OF_ANOTHER_AGE", kind="tap"), "help"),
        (Message(PERSON, "aespa", "PAYLOAD_QUICK_REPLY", kind="tap"), "artist"),
    ],
)
def test_what_is_no_question_gets_a_word_as_well(answer: Answer, message: Message, kind: str) -> None:
    reply = answer(message)
    assert reply and reply.kind == kind


def test_a_slow_answer_shows_that_somebody_types_and_a_repeated_one_does_not(
    graph: ServerInfo, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = answering._compose
    shown: list[dict[str, Any]] = []
    looks = iter([500, 10])

    def slow(*given: Any) -> Reply:
        for _ in range(next(looks)):
            shown.append(requests.get(f"{graph.origin}/chat/{PERSON}").json())
            if shown[-1]["is_typing"] and shown[-1]["seen_ms"]:
                break
            time.sleep(0.02)
        return compose(*given)

    monkeypatch.setattr(messenger, "_SOON_SECONDS", 0)
    monkeypatch.setattr(answering, "_compose", slow)
    message = Message(PERSON, "aespa", mid="m1")
    answer(message)
    assert shown[-1]["is_typing"]
    assert not requests.get(f"{graph.origin}/chat/{PERSON}").json()["is_typing"]  # the answer has ended it
    shown.clear()
    answer(message)
    assert len(shown) == 10
    assert not any(one["is_typing"] for one in shown)


def test_outside_the_window_nothing_is_sent_or_shown(graph: ServerInfo, answer: Answer) -> None:
    with pytest.raises(WindowClosed):
        answer(Message(PERSON, "aespa", timestamp_ms=(NOW - 25 * 3600) * 1000))
    assert graph.conversation.messages() == []
    assert requests.get(f"{graph.origin}/chat/{PERSON}").json()["seen_ms"] == 0


def test_a_person_who_blocked_the_page_is_counted_and_given_up(
    graph: ServerInfo, answer: Answer, counted: list[str]
) -> None:
    graph.conversation.misbehave([{"code": 551, "subcode": 1545041}])
    with pytest.raises(PersonUnreachable):
        answer(Message(PERSON, "aespa"))
    assert counted == ["Unreachable"]


def test_a_refused_token_raises_the_alarm_of_the_template(
    graph: ServerInfo, answer: Answer, counted: list[str]
) -> None:
    graph.conversation.misbehave([{"code": 190}])
    with pytest.raises(AccessRefused):
        answer(Message(PERSON, "aespa"))
    assert counted == [ALARMING]
    template = json.loads((Path(bot.__file__).parent / ".chalice" / "resources.json").read_text())
    alarm = template["Resources"]["PageTokenRefused"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == ("segue", ALARMING, 1)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "segue"}]
