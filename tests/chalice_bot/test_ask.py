"""What a person says or taps -> what is answered, from rows in a real Postgres."""

from collections.abc import Callable, Sequence

import pytest
from chalicelib import actions
from chalicelib.actions import Action
from chalicelib.ask import ask, sent, tap
from chalicelib.catalogue import Catalogue
from chalicelib.language import LOCALES, Locale
from chalicelib.payloads import compose
from chalicelib.reply import Reply

from orchestration.local.messenger.limits import check
from tests.chalice_bot.rows import identifier

AESPA, IVE, SHINEE = identifier("aespa"), identifier("ive"), identifier("shinee")
NEXT_LEVEL, LOVE_DIVE = identifier("nextlevel"), identifier("lovedive")
Tap = Callable[[Action], Reply]


@pytest.fixture
def tapped(catalogue: Catalogue) -> Tap:
    def act(action: Action) -> Reply:
        reply = tap(catalogue, action, action.locale or "en")
        for body in compose(reply, "1"):
            check(body)
        return reply

    return act


def kinds(reply: Reply) -> list[str]:
    """What a tap on each of the offers would be, in order."""
    found = [actions.read(offer.payload) for offer in reply.offers]
    return [f"{action.kind} {action.word}".strip() for action in found if action]


def titles(reply: Reply) -> list[str]:
    return [card.title for card in reply.cards]


def buttons(reply: Reply) -> Sequence[str]:
    return [button.title for button in reply.cards[0].buttons]


def test_an_artist_brings_others_with_reasons_and_what_may_be_asked_next(catalogue: Catalogue) -> None:
    reply = ask(catalogue, "aespa")
    assert titles(reply) == ["IVE", "Red Velvet"]
    assert buttons(reply) == ["▶ LOVE DIVE", "Similar artists", "Why?"]
    assert kinds(reply) == ["SONGS", "THUMB up", "THUMB down"]


def test_namesakes_are_offered_as_well(catalogue: Catalogue) -> None:
    reply = ask(catalogue, "IVE")
    assert reply.notes[-1] == "Others go by this name too: Dua Lipa."
    namesakes = [action.identifier for offer in reply.offers if (action := actions.read(offer.payload))]
    assert identifier("dualipa") in namesakes


def test_a_song_brings_songs_of_others_and_offers_those_of_anybody(catalogue: Catalogue, tapped: Tap) -> None:
    reply = ask(catalogue, "Next Level")
    assert titles(reply) == ["LOVE DIVE"]
    assert buttons(reply) == ["Open in Spotify", "Similar songs", "Why?"]
    assert kinds(reply) == ["ANY", "ARTIST", "THUMB up", "THUMB down"]
    by_anybody = tapped(Action("ANY", NEXT_LEVEL, locale="en"))
    assert "by anyone" in by_anybody.text
    assert kinds(by_anybody)[0] == "OTHERS"
    assert titles(tapped(Action("OTHERS", NEXT_LEVEL, locale="en"))) == ["LOVE DIVE"]


def test_more_begins_where_the_last_list_ended(tapped: Tap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.ask.CARDS", 1)
    first = tapped(Action("ARTIST", AESPA, locale="en"))
    more = actions.read(first.offers[0].payload)
    assert titles(first) == ["IVE"]
    assert more == Action("MORE", AESPA, "artist", offset=1, locale="en")
    second = tapped(more)
    assert (second.text, titles(second)) == ("More artists to hear after aespa", ["Red Velvet"])
    assert "MORE" not in kinds(second)


@pytest.mark.parametrize(
    ("about", "identity"), [("artist", AESPA), ("songs", AESPA), ("others", NEXT_LEVEL), ("any", NEXT_LEVEL)]
)
def test_a_list_that_has_come_to_its_end_says_so(tapped: Tap, about: str, identity: str) -> None:
    assert tapped(Action("MORE", identity, about, offset=900, locale="en")).kind == "no_more"


def test_an_artists_own_songs_come_best_first_and_once_each(tapped: Tap) -> None:
    reply = tapped(Action("SONGS", IVE, locale="en"))
    assert titles(reply) == ["LOVE DIVE", "I AM"]
    assert kinds(reply) == ["ARTIST"]


def test_why_tells_every_reason_with_its_values(tapped: Tap) -> None:
    reply = tapped(Action("WHY", AESPA, "artist", IVE, locale="en"))
    assert reply.text == "Why IVE after aespa:"
    assert reply.notes[0].splitlines() == [
        "• both are k-pop girl group and k-pop",
        "• close in energy: aespa 71 of 100, IVE 69 of 100",
        "• close in tempo: aespa 120 BPM, IVE 121 BPM",
        "• on a track together",
    ]
    assert kinds(reply) == ["THUMB up", "THUMB down", "ARTIST", "SONGS"]
    thumb = actions.read(reply.offers[0].payload)
    assert thumb and (thumb.subject, thumb.neighbour) == (f"ARTIST|{AESPA}", IVE)


def test_why_of_a_song_leads_on_to_that_song(tapped: Tap) -> None:
    reply = tapped(Action("WHY", NEXT_LEVEL, "track", LOVE_DIVE, locale="ko"))
    assert reply.notes[0] == "\n".join(
        [
            "• 둘 다 빨라요: Next Level 150 BPM, LOVE DIVE 148 BPM",
            "• 에너지가 거의 같아요: Next Level 100 중 80, LOVE DIVE 100 중 81",
        ]
    )
    assert kinds(reply) == ["THUMB up", "THUMB down", "TRACK"]


def test_a_thumb_is_thanked_for(tapped: Tap) -> None:
    up, down = (tapped(Action("THUMB", AESPA, "artist", word=word, locale="en")) for word in ("up", "down"))
    assert up.text != down.text
    assert (up.subject, bool(up.generation)) == (f"ARTIST|{AESPA}", True)


def test_a_near_name_is_a_question_with_one_tap_for_each(catalogue: Catalogue, tapped: Tap) -> None:
    reply = ask(catalogue, "beyonsey")
    assert reply.kind == "did_you_mean"
    assert [offer.title for offer in reply.offers] == ["Beyoncé", "None of these"]
    chosen = actions.read(reply.offers[0].payload)
    assert chosen and (chosen.kind, chosen.text) == ("CHOOSE", "beyonsey")
    assert tapped(chosen).subject == f"ARTIST|{identifier('beyonce')}"
    none = actions.read(reply.offers[-1].payload)
    assert none and "I don't know “beyonsey”" in tapped(none).text


def test_namesakes_are_told_apart_in_twenty_characters(catalogue: Catalogue) -> None:
    reply = ask(catalogue, "nirvana")
    assert reply.kind == "which"
    assert sorted(offer.title for offer in reply.offers) == ["Nirvana · 1967–1972", "Nirvana · 1989–1994"]


def test_help_offers_names_that_are_worth_asking_for_and_the_other_language(tapped: Tap) -> None:
    reply = tapped(Action("GET_STARTED", locale="en"))
    assert reply.text.startswith("Hello! I'm the segue bot.")
    assert [offer.title for offer in reply.offers] == ["aespa", "SHINee", "Demo Singer", "한국어로"]


def test_another_language_is_spoken_at_once(catalogue: Catalogue) -> None:
    reply = tap(catalogue, Action("LOCALE", locale="ko"), "en")
    assert (reply.locale, reply.text) == ("ko", "이제부터 한국어로 답할게요.")


def test_a_chosen_language_counts_before_that_of_the_button(catalogue: Catalogue) -> None:
    assert tap(catalogue, Action("ARTIST", AESPA, locale="en"), "ko").locale == "ko"


def test_a_question_on_a_button_is_answered_as_if_typed(tapped: Tap) -> None:
    assert tapped(Action("ASK", text="에스파", locale="en")).subject == f"ARTIST|{AESPA}"


def test_forgetting_is_asked_first(tapped: Tap) -> None:
    assert kinds(tapped(Action("FORGET", word="ask", locale="en"))) == ["FORGET sure", "HELP"]
    assert tapped(Action("FORGET", word="sure", locale="en")).text.startswith("It is deleted")


@pytest.mark.parametrize(
    "action",
    [
        Action("ARTIST", identifier("nobody"), locale="en"),
        Action("SONGS", identifier("nobody"), locale="en"),
        Action("TRACK", identifier("nobody"), locale="en"),
        Action("WHY", AESPA, "artist", SHINEE, locale="en"),
        Action("WHY", NEXT_LEVEL, "track", identifier("view"), locale="en"),
    ],
)
def test_what_is_gone_says_so_and_offers_others(tapped: Tap, action: Action) -> None:
    reply = tapped(action)
    assert reply.kind == "gone"
    assert reply.offers


@pytest.mark.parametrize("kind", ["sticker", "image", "audio", "other"])
@pytest.mark.parametrize("locale", LOCALES)
def test_what_holds_no_text_gets_a_kind_word(kind: str, locale: Locale) -> None:
    reply = sent(kind, locale)
    assert reply.kind == ("sticker" if kind == "sticker" else "attachment")
    assert kinds(reply) == ["HELP"]


@pytest.mark.parametrize(
    "text",
    ["aespa", "Next Level", "nirvana", "beyonsey", "loner", "Alone Again", "xyzzy", "", "!!!", "a" * 999, "🎵" * 200],
)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_keeps_messengers_limits(catalogue: Catalogue, text: str, locale: Locale) -> None:
    for body in compose(ask(catalogue, text, locale), "1"):
        check(body)
