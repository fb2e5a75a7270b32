"""What the bot remembers, in a real DynamoDB Local: keys that take repeats, hashes for people, texts that expire."""

import json
import time
from typing import Any

import pytest
from chalicelib.errors import MemoryUnavailable
from chalicelib.later import Later
from chalicelib.memory import TEXT_SECONDS, Memory, Request
from chalicelib.persons import Person
from chalicelib.resolution import Known

pytestmark = pytest.mark.slow

PSID = "24601987654321098"
AT = 1_794_000_000_123  # 2026-11-06T21:20:00.123Z
AESPA, OTHER = "ARTIST|6YVMFz59CuY7ngCxTxjpxE", "TRACK|0V3wPSX9ygBnCm8psDIegu"


def items(dynamodb: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dynamodb.scan(TableName="segue_bot")["Items"]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def test_a_person_is_a_keyed_hash(memory: Memory, dynamodb: Any) -> None:
    person = memory.hashed(PSID)
    assert person == memory.hashed(PSID) != Memory(dynamodb, "segue_bot", "another key").hashed(PSID)
    memory.record_request(person, memory.hashed("m_1"), AT, Request("artist", "answered", "ko", "에스파", "a" * 22))
    assert PSID not in json.dumps(items(dynamodb))


def test_a_request_is_written_once_however_often_it_is_recorded(memory: Memory, dynamodb: Any) -> None:
    for _ in range(3):
        memory.record_request("p", "m", AT, Request("artist", "answered", "ko", "에스파", "a" * 22))
    (item,) = items(dynamodb)
    assert item == {
        "pk": {"S": "PERSON#p"},
        "sk": {"S": "REQUEST#2026-11-06T21:20:00.123Z#m"},
        "type": {"S": "request"},
        "person": {"S": "p"},
        "message": {"S": "m"},
        "asked_at": {"S": "2026-11-06T21:20:00.123Z"},
        "locale": {"S": "ko"},
        "kind": {"S": "artist"},
        "outcome": {"S": "answered"},
        "search_key": {"S": "에스파"},
        "artist_id": {"S": "a" * 22},
    }


@pytest.mark.parametrize(
    ("outcome", "is_kept"),
    [("unknown", True), ("waiting", True), ("answered", False), ("asked_back", False), ("no_neighbours", False)],
)
def test_a_text_is_kept_only_where_nothing_was_found_and_for_30_days(
    memory: Memory, dynamodb: Any, outcome: str, is_kept: bool
) -> None:
    memory.record_request("p", "m", AT, Request("unknown", outcome, "en", "zzyzx", text="Zzyzx \ud800Road"))
    (item,) = items(dynamodb)
    assert item.get("text") == ({"S": "Zzyzx Road"} if is_kept else None)
    assert item.get("expires_at") == ({"N": str(AT // 1000 + TEXT_SECONDS)} if is_kept else None)


def test_a_choice_counts_at_once_for_its_person_and_for_all_from_the_second_person_on(memory: Memory) -> None:
    memory.record_choice("one", "에스파", AESPA, AT)
    memory.record_choice("one", "에스파", AESPA, AT + 5)
    assert memory.known_to("one")("에스파") == Known(AESPA, ())
    assert memory.known_to("two")("에스파") == Known(None, ())
    memory.record_choice("two", "에스파", AESPA, AT)
    memory.record_choice("three", "에스파", OTHER, AT)
    assert memory.known_to("four")("에스파") == Known(None, (AESPA,))
    memory.record_choice("one", "에스파", OTHER, AT + 9)
    assert memory.known_to("one")("에스파") == Known(OTHER, (OTHER,))


def test_a_thumb_replaces_the_one_before(memory: Memory, dynamodb: Any) -> None:
    memory.record_feedback("p", AESPA, "-", 1, AT, "g1")
    memory.record_feedback("p", AESPA, "-", -1, AT + 1, "g1")
    memory.record_feedback("p", AESPA, "b" * 22, 1, AT, "g1")
    thumbs = {item["sk"]["S"]: item["thumb"]["N"] for item in items(dynamodb)}
    assert thumbs == {f"FEEDBACK#{AESPA}#-": "-1", f"FEEDBACK#{AESPA}#{'b' * 22}": "1"}


def test_taps_and_the_language_are_kept(memory: Memory, dynamodb: Any) -> None:
    memory.record_tap("p", "m", AT, "MORE", AESPA)
    memory.record_tap("p", "m2", AT, "HELP", "")
    memory.record_locale("p", "ko")
    assert memory.person("p") == Person("ko", has_chosen=False)
    assert memory.person("q") == Person()
    assert [item["type"]["S"] for item in items(dynamodb)] == ["locale", "tap", "tap"]


def test_the_longest_search_key_fits(memory: Memory) -> None:
    longest = "ﷺ" * 400
    memory.record_choice("one", longest, AESPA, AT)
    memory.record_choice("two", longest, AESPA, AT)
    assert memory.known_to("one")(longest) == Known(AESPA, (AESPA,))


def test_a_failure_names_neither_text_nor_person(dynamodb: Any) -> None:
    lost = Memory(dynamodb, "no_such_table", "k" * 32)
    with pytest.raises(MemoryUnavailable, match="ResourceNotFoundException") as caught:
        lost.record_request("p", "m", AT, Request("unknown", "unknown", "en", "secret", text="secret"))
    assert "secret" not in str(caught.value)


def test_what_may_wait_is_written_together_and_not_for_whom_was_forgotten_meanwhile(dynamodb: Any) -> None:
    later = Later(dynamodb)
    memory = Memory(dynamodb, "segue_bot", "k" * 32, later)
    for person in ("p", "q"):
        for number in range(20):
            memory.record_tap(person, f"m{number}", AT, "MORE", AESPA)
    assert items(dynamodb) == []
    memory.forget("p")
    memory.settle()
    later.write()
    assert {item["pk"]["S"] for item in items(dynamodb)} == {"FORGOTTEN", "PERSON#q"}
    assert len(items(dynamodb)) == 21


def test_an_alias_is_a_minute_old_at_most(memory: Memory, dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory.aliases_of("에스파") == ()
    for person in ("one", "two"):
        Memory(dynamodb, "segue_bot", "k" * 32).record_choice(person, "에스파", AESPA, AT)
    assert memory.aliases_of("에스파") == ()
    now = time.monotonic() + 61
    monkeypatch.setattr("chalicelib.memory.time.monotonic", lambda: now)
    assert memory.aliases_of("에스파") == (AESPA,)
