"""What nobody would send: parsing anything at all, and 10,000 deliveries that were damaged on the way."""

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import app as bot
import pytest
from chalicelib.errors import BadPayload, BadSignature
from chalicelib.webhook import check_signature, message_from_json, messages, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.chalice_bot.stand import Page, paging
from tests.chalice_bot.test_routes import FakeSqs
from tests.chalice_bot.test_webhook import PERSON, delivery, event

DELIVERIES = 10_000
LARGEST_SQS_MESSAGE = 262_144
SAMPLES = [
    delivery(event(message={"mid": "m1", "text": "에스파 🎵"})),
    delivery(event(message={"mid": "m1", "text": "aespa", "quick_reply": {"payload": "ARTIST|x|ko"}})),
    delivery(event(postback={"mid": "m2", "title": "x", "payload": "GET_STARTED", "referral": {"ref": "r"}})),
    delivery(
        event(message={"mid": "m3", "attachments": [{"type": "image", "payload": {"url": "u", "sticker_id": 1}}]})
    ),
    delivery(event(message={"mid": "m4", "is_echo": True, "text": "x"}), event(read={"watermark": 1})),
    delivery(event(referral={"ref": "ARTIST|x", "source": "SHORTLINK"}), event(reaction={"reaction": "love"})),
]
ODD: list[Any] = [
    *(None, True, -1, 0, 1.5, 10**30, "", " ", "\x00", "\ud800", "a" * 70_000, "1" * 600, [], {}, [[]], [None, {}]),
    *({"id": {}}, [{"type": []}], "ARTIST|" + "x" * 22, "💿" * 999, "‮", {"payload": ["x"]}, float("1e308")),
]
anyhow = settings(deadline=None, database=None)
"""No time is asserted, and nothing is left behind."""
NAMES = st.sampled_from(
    [
        *("object", "entry", "messaging", "message", "postback", "sender", "id", "mid", "text", "payload"),
        *("quick_reply", "attachments", "type", "url", "timestamp", "referral", "ref", "title"),
        *("is_echo", "is_unsupported", "sticker_id"),
    ]
)
WORDS = st.sampled_from(["page", "image", PERSON])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=40
)


@anyhow
@given(ANYTHING, ANYTHING)
def test_whatever_an_entry_holds_it_holds_messages_or_none(one: Any, other: Any) -> None:
    for shape in ({"entry": one}, {"entry": [{"id": "1", "messaging": [one, other]}]}, delivery(event(message=one))):
        for message in messages(shape):
            assert message.person
            assert message_from_json(message.to_json()) == message
            assert len(message.key) == 64
            assert len(message.to_json()) < LARGEST_SQS_MESSAGE // 10  # ten of them are one batch


@anyhow
@given(st.binary() | st.text().map(str.encode) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_bytes_are_they_are_an_object_or_refused(raw: bytes) -> None:
    with suppress(BadPayload):
        assert isinstance(parse(raw), dict)


@anyhow
@given(st.binary(), st.none() | st.text())
def test_no_header_that_is_made_up_is_a_signature(raw: bytes, header: str | None) -> None:
    with pytest.raises(BadSignature):
        check_signature(raw, header, ("secret", "other"))


@anyhow
@given(st.text() | ANYTHING.map(json.dumps))
def test_whatever_lies_in_the_queue_is_ours_or_refused(body: str) -> None:
    with suppress(BadPayload):
        assert message_from_json(body).person is not None


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page[FakeSqs]]:
    sqs = FakeSqs()
    monkeypatch.setattr(bot, "_client", lambda _: sqs)
    with paging(sqs, {"SEGUE_QUEUE_URL": "https://queue.example/segue-messages.fifo"}, monkeypatch) as page:
        yield page


@pytest.mark.slow
def test_no_damaged_delivery_is_an_error_of_ours(
    page: Page[FakeSqs], shared_data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorded = sorted((shared_data / "fixtures" / "messenger").rglob("webhooks/*.json"))
    samples = SAMPLES + [json.loads(path.read_bytes()) for path in recorded]
    chance, statuses = random.Random(11), Counter[int]()
    for _ in range(DELIVERIES):
        raw = _damaged(chance.choice(samples), chance)
        headers = {} if chance.random() < 0.9 else {"X-Hub-Signature-256": chance.choice(["", "sha256=0", "é", "\x00"])}
        statuses[page.post(raw, **headers).status_code] += 1
        while page.sqs.sent:
            sent = page.sqs.sent.pop()
            assert message_from_json(sent["MessageBody"]).person
            assert len(sent["MessageBody"]) < LARGEST_SQS_MESSAGE // 10
    assert statuses.keys() <= {200, 400, 403, 404, 413}, statuses
    assert min(statuses[status] for status in (200, 400, 403, 404)) > DELIVERIES // 200, statuses
    assert {record.levelname for record in caplog.records} <= {"INFO", "WARNING", "DEBUG"}


def _damaged(sample: Any, chance: random.Random) -> bytes:
    value = copy.deepcopy(sample)
    for _ in range(chance.randint(0, 3)):
        _spoil(value, chance)
    raw = bytearray(json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass"))
    if chance.random() < 0.3:
        chance.choice(_BYTES)(raw, chance)
    return bytes(raw)


def _spoil(value: Any, chance: random.Random) -> None:
    """Put something odd somewhere: walk down a random way, and replace, remove, repeat or bury what is there."""
    while isinstance(value, dict | list) and value:
        key = chance.choice(list(value) if isinstance(value, dict) else list(range(len(value))))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.75:
            value = inner
            continue
        act = chance.randrange(4)
        if act == 0:
            value[key] = chance.choice(ODD)
        elif act == 1:
            del value[key]
        elif act == 2:
            value[key] = [copy.deepcopy(inner)] * chance.choice([0, 2, 30])
        else:
            value[key] = _buried(inner, chance.choice([1, 50, 200]))
        return


def _buried(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = {"entry": value}
    return value


def _flip(raw: bytearray, chance: random.Random) -> None:
    for _ in range(chance.randint(1, 5)):
        if raw:
            raw[chance.randrange(len(raw))] = chance.randrange(256)


def _cut(raw: bytearray, chance: random.Random) -> None:
    del raw[chance.randrange(len(raw) + 1) :]


def _swell(raw: bytearray, chance: random.Random) -> None:
    raw.extend(chance.choice([b"[" * 20_000, b"\xff\xfe", b" " * 1_000_001, b"\x00", b"{}"]))


def _deepen(raw: bytearray, chance: random.Random) -> None:
    raw[:0] = chance.choice([b"[", b'{"a":']) * 20_000


_BYTES: list[Callable[[bytearray, random.Random], None]] = [_flip, _cut, _swell, _deepen]
