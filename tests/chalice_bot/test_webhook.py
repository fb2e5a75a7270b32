"""Deliveries as Messenger makes them: what is a message, what is ignored, what is refused."""

import hmac
import json
import time
from hashlib import sha256
from typing import Any

import pytest
from chalicelib.errors import BadPayload, BadSignature
from chalicelib.webhook import Message, check_signature, message_from_json, messages, parse

PERSON, PAGE = "2017000000000001", "100000000000001"
NOW = int(time.time() * 1000)


def event(**content: Any) -> dict[str, Any]:
    return {"sender": {"id": PERSON}, "recipient": {"id": PAGE}, "timestamp": NOW, **content}


def delivery(*events: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "time": 1790000000123, "messaging": list(events)}]}


def signed(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, sha256).hexdigest()


# What Meta sends: Hangul escaped in lower case. Decoding and re-encoding it would change the bytes.
ESCAPED = rb'{"object":"page","entry":[{"messaging":[{"message":{"text":"\uc5d0\uc2a4\ud30c"}}]}]}'


@pytest.mark.parametrize("secret", ["old", "new"])
def test_either_secret_of_a_rotation_is_accepted(secret: str) -> None:
    check_signature(ESCAPED, signed(ESCAPED, secret), ("old", "new"))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        signed(ESCAPED, "another app"),
        signed(ESCAPED + b" ", "new"),
        signed(json.dumps(json.loads(ESCAPED), ensure_ascii=False).encode(), "new"),
        signed(ESCAPED, "new").replace("sha256", "sha1"),
        signed(ESCAPED, "new").removeprefix("sha256="),
        signed(ESCAPED, "new").upper(),
        signed(ESCAPED, "new") + "\n",
        "sha256=" + "é" * 64,
    ],
)
def test_any_other_signature_is_refused(header: str | None) -> None:
    with pytest.raises(BadSignature):
        check_signature(ESCAPED, header, ("old", "new"))


def test_no_secret_accepts_nothing() -> None:
    with pytest.raises(BadSignature):
        check_signature(b"{}", signed(b"{}", ""), ())


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"5", b"null", b'"page"', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"[" * 100_000, b"9" * 5000],
    ids=["empty", "cut", "list", "number", "null", "text", "utf-16", "bom", "deep", "huge number"],
)
def test_what_is_no_json_object_in_utf8_is_refused(raw: bytes) -> None:
    with pytest.raises(BadPayload):
        parse(raw)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"message": {"mid": "m1", "text": "에스파"}}, Message(PERSON, "에스파", "", "m1", NOW)),
        (
            {"message": {"mid": "m1", "text": "aespa", "quick_reply": {"payload": "ARTIST|x"}}},
            Message(PERSON, "aespa", "ARTIST|x", "m1", NOW, "tap"),
        ),
        (
            {"postback": {"mid": "m2", "title": "This one", "payload": "ARTIST|x"}},
            Message(PERSON, "", "ARTIST|x", "m2", NOW, "tap"),
        ),
        ({"postback": {"payload": "GET_STARTED"}}, Message(PERSON, "", "GET_STARTED", "", NOW, "tap")),
    ],
)
def test_texts_quick_replies_and_postbacks_are_messages(content: dict[str, Any], expected: Message) -> None:
    assert messages(delivery(event(**content))) == [expected]


@pytest.mark.parametrize(
    ("attachment", "kind", "text"),
    [
        ({"type": "sticker", "payload": {"sticker_id": 5}}, "sticker", ""),
        ({"type": "image", "payload": {"url": "https://i.example/x", "sticker_id": 5}}, "sticker", ""),
        ({"type": "image", "payload": {"url": "https://i.example/x"}}, "image", ""),
        ({"type": "audio", "payload": {}}, "audio", ""),
        ({"type": "location", "payload": {"coordinates": {}}}, "location", ""),
        ({"type": "fallback", "payload": {"url": "https://open.spotify.com/artist/x"}}, "text", "https://open.spotify"),
        ({"type": "fallback", "url": "https://open.spotify.com/artist/x", "payload": None}, "text", "https://open.spo"),
        ({"type": "fallback", "payload": "BLOB"}, "other", ""),
        ({"type": "hologram"}, "other", ""),
        ({"type": "tap"}, "other", ""),
        ({}, "other", ""),
    ],
)
def test_what_holds_no_text_is_known_by_its_kind(attachment: dict[str, Any], kind: str, text: str) -> None:
    (message,) = messages(delivery(event(message={"mid": "m1", "attachments": [None, attachment]})))
    assert (message.kind, message.text[: len(text)], bool(text)) == (kind, text, bool(message.text))


def test_a_message_that_messenger_cannot_show_us_is_one_all_the_same() -> None:
    (message,) = messages(delivery(event(message={"mid": "m1", "is_unsupported": True})))
    assert message.kind == "other"


def test_who_comes_back_through_a_link_brings_what_it_carries() -> None:
    (message,) = messages(delivery(event(referral={"ref": "ARTIST|x", "source": "SHORTLINK", "type": "OPEN_THREAD"})))
    assert (message.kind, message.payload) == ("referral", "ARTIST|x")


def test_a_payload_longer_than_messenger_allows_is_nobodys() -> None:
    assert messages(delivery(event(postback={"mid": "m1", "payload": "x" * 1001}))) == []


@pytest.mark.parametrize("when", [-1, 10**30, True, "soon", None, 1.5])
def test_a_time_that_makes_no_sense_is_none(when: Any) -> None:
    (message,) = messages(delivery(event(message={"mid": "m1", "text": "x"}) | {"timestamp": when}))
    assert message.timestamp_ms == 0


@pytest.mark.parametrize(
    "content",
    [
        {"message": {"is_echo": True, "mid": "m", "text": "our own words"}},
        {"sender": {"id": PAGE}, "message": {"mid": "m", "text": "our own words"}},
        {"sender": None, "message": {"mid": "m", "text": "nobody's"}},
        {"sender": {"id": True}, "message": {"mid": "m", "text": "nobody's"}},
        {"message": {"mid": "m", "is_deleted": True}},
        {"message": {"mid": "m", "attachments": []}},
        {"message": {"mid": "m", "text": "  "}},
        {"message": {"mid": "m", "text": 5}},
        {"message": "text"},
        {"postback": {"title": "no payload"}},
        {"delivery": {"mids": ["m"], "watermark": 1}},
        {"read": {"watermark": 1}},
        {"reaction": {"reaction": "love", "mid": "m"}},
        {"message_edit": {"mid": "m", "text": "edited", "num_edit": 1}},
        {"telepathy": {"thought": "a kind not yet invented"}},
    ],
)
def test_everything_else_is_knowingly_ignored(content: dict[str, Any]) -> None:
    assert messages(delivery(event(**content))) == []


def test_every_event_of_every_entry_counts_in_order_of_time() -> None:
    late = event(message={"mid": "m2", "text": "second"}) | {"timestamp": 2}
    early = event(message={"mid": "m1", "text": "first"}) | {"timestamp": 1}
    both = delivery(late)["entry"] + delivery(early, event(read={"watermark": 1}))["entry"]
    assert [message.text for message in messages({"object": "page", "entry": both})] == ["first", "second"]


@pytest.mark.parametrize("entry", [None, 5, {}, [None, 5, [], {}], [{"messaging": {}}], [{"messaging": [None, 5]}]])
def test_odd_shapes_hold_no_message(entry: Any) -> None:
    assert messages({"object": "page", "entry": entry}) == []


def test_standby_belongs_to_another_app() -> None:
    assert messages({"entry": [{"id": PAGE, "standby": [event(message={"mid": "m", "text": "x"})]}]}) == []


def test_a_queued_message_comes_back_as_it_went_in() -> None:
    message = Message(PERSON, "에스파 \ud83d 🎵", "p", "m1", 5)
    assert message_from_json(message.to_json()) == message


@pytest.mark.parametrize("body", ["", "[]", "5", '{"x":1}', "{}"])
def test_what_we_never_queued_is_refused(body: str) -> None:
    with pytest.raises(BadPayload):
        message_from_json(body)
