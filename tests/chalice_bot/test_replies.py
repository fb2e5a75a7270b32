"""Replies as plain calls: rows in, words out."""

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from chalicelib import actions, replies
from chalicelib.actions import Action
from chalicelib.language import Locale, Texts, locale_of, texts_in
from chalicelib.music import Album, Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.payloads import compose
from chalicelib.reasons import explain
from chalicelib.terminal import as_text
from hypothesis import given, settings

from orchestration.local.messenger.limits import check

EN, KO = texts_in("en"), texts_in("ko")
URLS = st.none() | st.sampled_from(["https://i.example/1.jpg", "not a url", "https://i.example/" + "a" * 3000])
YEARS = st.integers(1900, 2026)
VALUES = st.none() | st.floats(-60, 250)
AESPA = Artist("aespa", "aespa", "https://a.example", None, ("k-pop", "dance pop"), "KR", 2020, 2025, 80, "reccobeats")
IVE = Artist("ive", "IVE", "https://i.example", "https://i.example/1.jpg")
SONG = Track("t", "LOVE DIVE", "ive", ("IVE", "Guest"), "https://t.example", None, 2022, features_provider="reccobeats")


@pytest.mark.parametrize(
    ("reasons", "english", "korean"),
    [
        ({"shared_genres": ["k-pop"]}, "both k-pop", "같은 장르: k-pop"),
        (
            {"shared_genres": ["a", "b", "c", "d"], "related_genres": [["x", "y"]]},
            "both a, b and c",
            "같은 장르: a, b, c",
        ),
        (
            {"shared_genres": [], "related_genres": [["k-pop", "k-pop girl group"], ["a", "b"]]},
            "k-pop is close to k-pop girl group",
            "가까운 장르: k-pop – k-pop girl group",
        ),
        (
            {"closest_features": [{"feature": "energy", "mine": 0.7, "theirs": 0.7}], "years": [2014, 2020]},
            "close in energy; active in the same years",
            "비슷한 점: 에너지; 같은 시기에 활동",
        ),
        (
            {
                "shared_genres": ["k-pop"],
                "closest_features": [{"feature": name} for name in ("valence", "tempo", "energy")],
                "shared_tracks": 1,
                "years": [1998, 2001],
            },
            "both k-pop; close in mood and tempo; on a track together",
            "같은 장르: k-pop; 비슷한 점: 분위기, 템포; 함께한 노래 1곡",
        ),
        ({"shared_tracks": 3}, "on 3 tracks together", "함께한 노래 3곡"),
        ({}, "near by the sum of small things", "작은 점들이 두루 비슷해요"),
        (
            {"shared_genres": None, "shared_tracks": None, "news": 1},
            "near by the sum of small things",
            "작은 점들이 두루 비슷해요",
        ),
        (
            {"closest_features": [{"feature": "catchiness"}]},
            "near by the sum of small things",
            "작은 점들이 두루 비슷해요",
        ),
    ],
)
def test_reasons_become_one_sentence(reasons: dict[str, Any], english: str, korean: str) -> None:
    assert (explain(EN, reasons), explain(KO, reasons)) == (english, korean)


def test_an_artist_is_answered_with_neighbours_reasons_songs_and_links() -> None:
    reply = replies.similar_artists(EN, AESPA, [SimilarArtist(IVE, 0.8, {"shared_genres": ["k-pop"]}, SONG)])
    assert as_text(reply) == "\n".join(
        [
            "Artists to hear after aespa",
            "",
            "1. IVE",
            "   both k-pop",
            "   Start with: LOVE DIVE  https://t.example",
            "   https://i.example",
        ]
    )


def test_a_provisional_answer_says_so_and_offers_nothing_that_needs_the_artist() -> None:
    reply = replies.similar_artists(EN, AESPA, [SimilarArtist(IVE, 0.8, {}, SONG)], is_provisional=True, has_more=True)
    assert reply.notes[0].startswith("This is a first guess")
    assert [button.title for button in reply.cards[0].buttons] == ["▶ LOVE DIVE", "Similar artists"]
    assert [offer.payload.partition("|")[0] for offer in reply.offers] == ["MORE", "THUMB", "THUMB"]


@pytest.mark.parametrize(("provider", "reason"), [("demo", {}), ("reccobeats", {"features_provider": "demo"})])
def test_generated_features_are_always_named(provider: str, reason: dict[str, str]) -> None:
    artist = replace(AESPA, features_provider=provider)
    reply = replies.similar_artists(EN, artist, [SimilarArtist(IVE, 0.8, reason)])
    assert reply.notes == ("Audio features are generated for the demo; they were not measured.",)


def test_measured_features_need_no_note() -> None:
    assert replies.similar_artists(EN, AESPA, [SimilarArtist(IVE, 0.8, {})]).notes == ()


@pytest.mark.parametrize(
    ("genres", "features", "says"),
    [
        ((), None, "no source told me its genres or how its songs sound"),
        (("drone",), None, "nobody in the catalogue is near enough"),
        ((), "spotify", "nobody in the catalogue is near enough"),
    ],
)
def test_without_neighbours_it_says_why(genres: tuple[str, ...], features: str | None, says: str) -> None:
    reply = replies.no_similar_artists(EN, replace(AESPA, genres=genres, features_provider=features), SONG)
    assert says in reply.text
    assert reply.notes == ("A song of aespa to start with: LOVE DIVE.",)


def test_namesakes_are_told_apart_by_genres_country_and_years() -> None:
    reply = replies.which(EN, "aespa", "aespa", (AESPA, IVE))
    assert [card.detail for card in reply.cards] == ["k-pop, dance pop · KR · 2020–2025", ""]


def test_a_song_is_answered_with_songs() -> None:
    reply = replies.similar_tracks(KO, replace(SONG, name="I AM"), [SimilarTrack(SONG, {"shared_genres": ["k-pop"]})])
    assert reply.text == "비슷한 느낌의 노래: IVE, Guest 「I AM」"
    assert (reply.cards[0].why, reply.cards[0].detail) == ("같은 장르: k-pop", "IVE, Guest (2022)")


@pytest.mark.parametrize("name", ["{name}", "{0.__class__}", "%s", "{}"])
def test_names_are_never_read_as_formats(name: str) -> None:
    assert name in replies.no_similar_artists(EN, replace(AESPA, name=name), None).text


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("에스파", "ko"),
        ("ㅇㅅㅍ", "ko"),
        ("aespa 노래", "ko"),
        ("\u110b\u1166", "ko"),
        ("aespa", "en"),
        ("", "en"),
        ("エスパ", "en"),
    ],
)
def test_hangul_asks_for_korean(text: str, locale: Locale) -> None:
    assert locale_of(text) == locale


NAMES = st.text(min_size=1, max_size=200) | st.sampled_from(["👨‍👩‍👧‍👦" * 40, "에" * 300, "{name}", "a|b\nc"])
ID = st.just("6YVMFz59CuY7ngCxTxjpxE")
ARTISTS = st.builds(
    Artist,
    ID,
    NAMES,
    URLS,
    URLS,
    st.lists(NAMES, max_size=4).map(tuple),
    st.none() | NAMES,
    first_year=st.none() | YEARS,
)
TRACKS = st.builds(Track, ID, NAMES, ID, st.lists(NAMES, min_size=1, max_size=3).map(tuple), URLS, URLS, YEARS)
REASONS = st.fixed_dictionaries(
    {},
    optional={
        "shared_genres": st.lists(NAMES, max_size=5),
        "related_genres": st.lists(st.tuples(NAMES, NAMES), max_size=3),
        "closest_features": st.lists(
            st.fixed_dictionaries(
                {
                    "feature": st.sampled_from(["energy", "tempo", "loudness", "catchiness"]),
                    "mine": VALUES,
                    "theirs": VALUES,
                }
            ),
            max_size=4,
        ),
        "shared_tracks": st.integers(0, 9),
        "years": st.lists(YEARS, max_size=2),
        "features_provider": st.sampled_from(["demo", "reccobeats"]),
    },
)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.data(), st.sampled_from([EN, KO]), st.booleans())
def test_whatever_the_rows_hold_messengers_limits_are_kept(data: st.DataObject, texts: Texts, flag: bool) -> None:
    artist, track, reasons = data.draw(ARTISTS), data.draw(TRACKS), data.draw(REASONS)
    artists, tracks = data.draw(st.lists(ARTISTS, max_size=14)), data.draw(st.lists(TRACKS, max_size=14))
    near = [SimilarArtist(one, 0.5, reasons, track if flag else None) for one in artists]
    alike = [SimilarTrack(one, reasons) for one in tracks]
    why = Action("WHY", artist.artist_id, "artist", track.track_id, locale=texts.locale)
    for reply in (
        replies.similar_artists(texts, artist, near, artists, has_more=flag),
        replies.no_similar_artists(texts, artist, track, artists),
        replies.similar_tracks(texts, track, alike, is_any=flag, offset=len(alike), has_more=flag),
        replies.own_songs(texts, artist, tracks, has_more=flag),
        replies.which(texts, artist.name, track.name, [*artists, *tracks]),
        replies.did_you_mean(texts, artist.name, track.name, [*artists, *tracks]),
        replies.why(texts, why, artist, track, reasons),
        replies.album(texts, Album("a", artist.name if flag else None, tuple(tracks))),
    ):
        for body in compose(reply, "1"):
            assert check(body) == "1"
        assert all(actions.read(offer.payload) for offer in reply.offers)
        assert as_text(reply)
