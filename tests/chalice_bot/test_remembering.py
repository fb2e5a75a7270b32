"""A message is answered, and what it asked or told is in DynamoDB afterwards; without DynamoDB it is answered too."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from chalicelib.answering import Answerer
from chalicelib.catalogue import Catalogue
from chalicelib.errors import PersonUnreachable
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.once import Once
from chalicelib.reply import Reply
from chalicelib.webhook import Message

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo, serving
from tests.chalice_bot.in_memory import InMemory
from tests.chalice_bot.rows import identifier

pytestmark = pytest.mark.slow

PSID = "24601987654321098"
AT = 1_794_000_000_123


@pytest.fixture(scope="module")
def graph() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def messenger(graph: ServerInfo) -> Iterator[Messenger]:
    messenger = Messenger(graph.graph_api_url, PAGE_TOKEN, clock=lambda: AT / 1000 + 1)
    yield messenger
    messenger.close()


def answer(catalogue: Catalogue, messenger: Messenger, message: Message, memory: Memory | None) -> Reply:
    """Answer as if the message had never come before."""
    reply = Answerer(catalogue, messenger, Once(InMemory()), memory).answer(message)
    assert reply is not None
    return reply


def kept(dynamodb: Any, kind: str) -> list[dict[str, str]]:
    """Items of one kind, without what all of them have."""
    found = dynamodb.scan(TableName="segue_bot")["Items"]
    plain = [{name: next(iter(value.values())) for name, value in item.items()} for item in found]
    common = ("pk", "sk", "type", "person", "message")
    return [{k: v for k, v in item.items() if k not in common} for item in plain if item["type"] == kind]


def test_a_request_is_kept_with_what_came_of_it(
    catalogue: Catalogue, messenger: Messenger, memory: Memory, dynamodb: Any
) -> None:
    answer(catalogue, messenger, Message(PSID, "에스파", mid="m1", timestamp_ms=AT), memory)
    (request,) = kept(dynamodb, "request")
    assert request == {
        "asked_at": "2026-11-06T21:20:00.123Z",
        "kind": "artist",
        "outcome": "answered",
        "locale": "ko",
        "search_key": "에스파",
        "artist_id": identifier("aespa"),
    }
    assert PSID not in json.dumps(dynamodb.scan(TableName="segue_bot")["Items"])


def test_a_request_whose_person_is_not_reached_says_so(
    catalogue: Catalogue, graph: ServerInfo, messenger: Messenger, memory: Memory, dynamodb: Any
) -> None:
    graph.conversation.misbehave([{"code": 551}])
    with pytest.raises(PersonUnreachable):
        answer(catalogue, messenger, Message(PSID, "에스파", mid="m1", timestamp_ms=AT), memory)
    assert [request["outcome"] for request in kept(dynamodb, "request")] == ["unreachable"]


def test_the_text_of_an_unknown_name_is_kept_and_expires(
    catalogue: Catalogue, messenger: Messenger, memory: Memory, dynamodb: Any
) -> None:
    answer(catalogue, messenger, Message(PSID, "Qqxxyy Wwzz", mid="m1", timestamp_ms=AT), memory)
    (request,) = kept(dynamodb, "request")
    assert (request["outcome"], request["text"], request["search_key"]) == ("unknown", "Qqxxyy Wwzz", "qqxxyywwzz")
    assert request["expires_at"] == str(AT // 1000 + 30 * 86_400)


def test_a_choice_answers_the_same_question_the_next_time(
    catalogue: Catalogue, messenger: Messenger, memory: Memory, dynamodb: Any
) -> None:
    asked = Message(PSID, "nirvana", mid="m1", timestamp_ms=AT)
    assert answer(catalogue, messenger, asked, memory).kind == "which"
    chosen = f"CHOOSE|artist|{identifier('nirvanaUK')}|nirvana|en"
    answer(catalogue, messenger, Message(PSID, "Nirvana", chosen, "m2", AT + 1), memory)
    again = answer(catalogue, messenger, Message(PSID, "Nirvana", mid="m3", timestamp_ms=AT + 2), memory)
    assert again.subject == f"ARTIST|{identifier('nirvanaUK')}"
    assert (
        answer(catalogue, messenger, Message("24601987654329999", "nirvana", mid="m4", timestamp_ms=AT), memory).kind
        == "which"
    )
    assert [tap["action"] for tap in kept(dynamodb, "tap")] == ["CHOOSE"]


def test_a_thumb_is_kept(catalogue: Catalogue, messenger: Messenger, memory: Memory, dynamodb: Any) -> None:
    thumb = f"THUMB|down|artist|{identifier('aespa')}|{identifier('ive')}|en"
    answer(catalogue, messenger, Message(PSID, "", thumb, "m1", AT), memory)
    (given,) = kept(dynamodb, "feedback")
    assert (given["subject"], given["neighbour"], given["thumb"]) == (
        f"ARTIST|{identifier('aespa')}",
        identifier("ive"),
        "-1",
    )


def test_without_dynamodb_everybody_is_answered_and_the_log_tells_no_text(
    catalogue: Catalogue, messenger: Messenger, dynamodb: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    lost = Memory(dynamodb, "no_such_table", "k" * 32)
    for memory in (None, lost):
        assert answer(catalogue, messenger, Message(PSID, "에스파", mid="m1", timestamp_ms=AT), memory).kind == "artist"
    assert "ResourceNotFoundException" in caplog.text
    assert "에스파" not in caplog.text
    assert PSID not in caplog.text
