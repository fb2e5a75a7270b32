"""Replies as plain calls: rows in, words out."""

from dataclasses import replace
from typing import Any

import pytest
from chalicelib import replies
from chalicelib.language import Locale, locale_of, texts_in
from chalicelib.music import Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.reasons import explain
from chalicelib.terminal import as_text

EN, KO = texts_in("en"), texts_in("ko")
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
