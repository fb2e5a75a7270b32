"""Whatever a reply holds, what is sent keeps Messenger's limits; the local Graph API's own checks are the judge."""

import hypothesis.strategies as st
import pytest
import regex  # type: ignore[import-untyped]
from chalicelib.graphemes import length, shorten
from chalicelib.payloads import compose
from chalicelib.reply import Button, Card, Offer, Reply
from hypothesis import given, settings

from orchestration.local.messenger.limits import check

PERSON = "2017000000000001"
FAMILY = "👨‍👩‍👧‍👦"
JAMO = "\u1100\u1161\u11a8"  # one syllable of three code points
TEXTS = st.text(max_size=300) | st.sampled_from(["", " ", FAMILY * 50, "에" * 3000, "Z̸̧̢̛" * 900, "a" * 5000])
URLS = st.none() | TEXTS | st.sampled_from(["https://i.example/a.jpg", "https://i.example/" + "a" * 3000, "http://a b"])
BUTTONS = st.builds(Button, TEXTS, URLS, st.none() | TEXTS)
CARDS = st.builds(Card, TEXTS, TEXTS, TEXTS, URLS, URLS, st.lists(BUTTONS, max_size=5).map(tuple))
REPLIES = st.builds(
    Reply,
    st.just("artist"),
    st.just("ko"),
    TEXTS.map(lambda text: "heading " + text),
    st.lists(CARDS, max_size=12).map(tuple),
    st.lists(TEXTS, max_size=3).map(tuple),
    st.lists(st.builds(Offer, TEXTS, TEXTS, URLS), max_size=15).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(REPLIES)
def test_no_reply_breaks_a_limit(reply: Reply) -> None:
    for body in compose(reply, PERSON):
        assert check(body) == PERSON


def test_offers_stand_below_what_comes_last() -> None:
    offers = (
        Offer("More", "MORE|1"),
        Offer("", "P" * 1001),
        Offer("A title that is far too long", "P", "https://i.example"),
    )
    alone = compose(Reply("help", "en", "Hello", offers=offers), PERSON)
    heading, carousel = compose(Reply("artist", "en", "x", (Card("IVE", "why"),), offers=offers), PERSON)
    wanted = [
        {"content_type": "text", "title": "More", "payload": "MORE|1"},
        {"content_type": "text", "title": "A title that is far…", "payload": "P", "image_url": "https://i.example"},
    ]
    assert alone[-1]["message"]["quick_replies"] == carousel["message"]["quick_replies"] == wanted
    assert "quick_replies" not in heading["message"]


def test_of_many_offers_and_cards_as_many_are_sent_as_messenger_takes() -> None:
    offers = tuple(Offer(str(number), "P") for number in range(20))
    cards = tuple(Card(str(number), "why", buttons=(Button("b", payload="P"),) * 5) for number in range(20))
    _, carousel = compose(Reply("which", "en", "x", cards, offers=offers), PERSON)
    assert check(carousel) == PERSON
    elements = carousel["message"]["attachment"]["payload"]["elements"]
    counts = (len(carousel["message"]["quick_replies"]), len(elements), len(elements[0]["buttons"]))
    assert counts == (13, 10, 3)


def test_a_card_keeps_what_it_can() -> None:
    song = Button("▶ A Song with a Long Title", url="https://open.spotify.com/track/1")
    card = Card("IVE", "both k-pop", "Start with: LOVE DIVE", "https://i.example/1.jpg", "https://a.example", (song,))
    _, carousel = compose(Reply("artist", "en", "Artists to hear after aespa", (card,)), PERSON)
    assert carousel["message"]["attachment"]["payload"]["elements"] == [
        {
            "title": "IVE",
            "subtitle": "both k-pop\nStart with: LOVE DIVE",
            "image_url": "https://i.example/1.jpg",
            "default_action": {"type": "web_url", "url": "https://a.example"},
            "buttons": [
                {"type": "web_url", "title": "▶ A Song with a Lon…", "url": "https://open.spotify.com/track/1"}
            ],
        }
    ]


def test_a_long_reason_leaves_room_for_the_song() -> None:
    card = Card("IVE", "w" * 200, "d" * 200)
    _, carousel = compose(Reply("artist", "en", "x", (card,)), PERSON)
    subtitle = carousel["message"]["attachment"]["payload"]["elements"][0]["subtitle"]
    assert subtitle == "w" * 46 + "…\n" + "d" * 31 + "…"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("aespa", 5, "aespa"),
        ("aespas", 5, "aesp…"),
        ("🎵🎵🎵", 6, "🎵🎵🎵"),
        ("🎵🎵🎵", 5, "🎵🎵…"),
        (FAMILY + "!!", 11, "…"),
        (FAMILY + "!!", 12, "👨‍👩‍👧‍👦…"),
        (JAMO * 2, 3, "…"),
        (JAMO * 2, 5, JAMO + "…"),
        ("ab cd", 4, "ab…"),
    ],
)
def test_cuts_fall_between_graphemes(text: str, limit: int, expected: str) -> None:
    assert shorten(text, limit) == expected


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    cut = shorten(text, limit)
    assert length(cut) <= limit
    if cut != text:
        kept = regex.findall(r"\X", cut.removesuffix("…"))
        assert regex.findall(r"\X", text)[: len(kept)] == kept
