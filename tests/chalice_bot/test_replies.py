"""Replies as plain calls: rows in, words out."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from chalicelib import actions, replies
from chalicelib.actions import Action
from chalicelib.language import Locale, Texts, locale_of, texts_in
from chalicelib.music import Album, Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.payloads import compose
from chalicelib.reasons import explain, explain_all
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


def _trait(trait: str, feature: str) -> dict[str, Any]:
    return {"trait": trait, **_close(feature, 0.5, 0.6)}


def _close(feature: str, mine: float, theirs: float) -> dict[str, Any]:
    return {"feature": feature, "mine": mine, "theirs": theirs}


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
            {"traits": [_trait("slow", "tempo"), _trait("acoustic", "acousticness"), _trait("quiet", "loudness")]},
            "both slow, acoustic and quiet",
            "둘 다 느리고 어쿠스틱하고 잔잔해요",
        ),
        (
            {
                "traits": [_trait("cheerful", "valence")],
                "close_features": [_close("valence", 0.9, 0.91), _close("tempo", 118.2, 121.4)],
                "shared_genres": ["k-pop"],
            },
            "both cheerful; both k-pop; very close in tempo (118 and 121 BPM)",
            "둘 다 밝아요; 같은 장르: k-pop; 템포가 거의 같아요 (118, 121 BPM)",
        ),
        (
            {"close_features": [_close("tempo", 120.1, 119.9), _close("energy", 0.5, 0.51)]},
            "very close in tempo and energy (both 120 BPM)",
            "템포와 에너지가 거의 같아요 (둘 다 120 BPM)",
        ),
        (
            {"close_features": [_close("energy", 0.5, 0.51), _close("danceability", 0.5, 0.51)]},
            "very close in energy and danceability",
            "에너지와 춤추기 좋은 정도가 거의 같아요",
        ),
        (
            {
                "traits": [_trait("fast", "tempo"), _trait("dark", "valence")],
                "close_features": [_close("energy", 1, 1)],
            },
            "both fast and dark",
            "둘 다 빠르고 어두워요",
        ),
        (
            {"traits": [_trait("catchy", "energy")], "close_features": [{"feature": "tempo", "mine": None}]},
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


def test_who_asks_why_sees_the_values_behind_what_both_songs_are() -> None:
    reasons = {"traits": [_trait("live", "liveness")], "close_features": [_close("tempo", 118.2, 121.4)]}
    assert explain_all(EN, reasons, "A", "B") == [
        "both live-sounding: A 50 of 100, B 60 of 100",
        "very close in tempo: A 118 BPM, B 121 BPM",
    ]
    assert explain_all(KO, reasons, "A", "B") == [
        "둘 다 라이브 느낌이에요: A 100 중 50, B 100 중 60",
        "템포가 거의 같아요: A 118 BPM, B 121 BPM",
    ]


def test_every_trait_of_the_warehouse_has_words_in_both_languages() -> None:
    macro = (Path(__file__).parents[2] / "dbt_project/macros/traits.sql").read_text(encoding="utf-8")
    traits = re.findall(r"'name': '(\w+)'", macro)
    assert len(traits) == 15
    for trait in traits:
        reasons = {"traits": [_trait(trait, "energy")]}
        assert explain(EN, reasons).startswith("both ")
        assert explain(KO, reasons).startswith("둘 다 ") and explain(KO, reasons).endswith("요")


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
        "traits": st.lists(
            st.fixed_dictionaries(
                {
                    "trait": st.sampled_from(["slow", "live", "catchy"]),
                    "feature": st.sampled_from(["tempo", "catchiness"]),
                    "mine": VALUES,
                    "theirs": VALUES,
                }
            ),
            max_size=4,
        ),
        "close_features": st.lists(
            st.fixed_dictionaries(
                {"feature": st.sampled_from(["tempo", "valence", "catchiness"]), "mine": VALUES, "theirs": VALUES}
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
