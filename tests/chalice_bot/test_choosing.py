"""Which of several readings is meant, as plain calls."""

import pytest
from chalicelib.choosing import MOST_CHOICES, choose
from chalicelib.names import Match
from chalicelib.nearness import distance, most_mistakes, slips
from hypothesis import given
from hypothesis import strategies as st


def artist(
    label: str, popularity: int | None = 50, *, form: str = "name", confidence: float = 1.0, exact: bool = False
) -> Match:
    return Match("artist", label, form, confidence, popularity, exact)


def song(label: str, popularity: int | None = 50, form: str = "title") -> Match:
    return Match("track", label, form, 1.0, popularity)


@pytest.mark.parametrize(
    ("matches", "meant"),
    [
        ([artist("a")], "a"),
        ([artist("a"), artist("b", form="alias", confidence=0.9)], "a"),
        ([artist("a", form="alias", confidence=0.9), artist("b", form="alias", confidence=0.6)], "a"),
        ([artist("a"), artist("b", exact=True)], "b"),
        ([artist("a", 60), song("s", 59)], "a"),
        ([artist("a", None), song("s", None)], "a"),
        ([song("s", 50)], "s"),
        ([song("s", 50), song("t", 90, "short title")], "s"),
    ],
    ids=[
        "alone",
        "own name",
        "surer alias",
        "very marks",
        "better known than the song",
        "unknown how well",
        "song",
        "whole title",
    ],
)
def test_what_stands_out_is_meant(matches: list[Match], meant: str) -> None:
    verdict = choose(matches)
    assert verdict is not None and verdict.answer is not None
    assert verdict.answer.subject_id == meant


@pytest.mark.parametrize(
    ("matches", "asked"),
    [
        ([artist("a", 31), artist("b", 81)], ["b", "a"]),
        ([artist("a", form="alias", confidence=0.9), artist("b", form="alias", confidence=0.7)], ["a", "b"]),
        ([artist("a", 60), song("s", 90)], ["s", "a"]),
        ([artist("a", 75), song("s", 90)], ["a", "s"]),
        ([song("s"), song("t")], ["s", "t"]),
        ([song("s"), artist("a", form="alias", confidence=0.5)], ["s", "a"]),
    ],
    ids=["namesakes", "aliases", "much better known song", "song", "songs", "song and unsure alias"],
)
def test_close_readings_are_asked_about(matches: list[Match], asked: list[str]) -> None:
    verdict = choose(matches)
    assert verdict is not None and verdict.answer is None and not verdict.is_doubtful
    assert [match.subject_id for match in verdict.choices] == asked


@pytest.mark.parametrize(
    ("matches", "is_short", "is_answered"),
    [
        ([song("s", 10)], True, False),
        ([song("s", 10)], False, True),
        ([song("s", 80)], True, True),
        ([song("s", None)], True, True),
        ([artist("a", form="alias", confidence=0.5)], False, False),
    ],
)
def test_what_may_be_somebody_elses_name_is_only_suggested(
    matches: list[Match], is_short: bool, is_answered: bool
) -> None:
    verdict = choose(matches, is_short=is_short)
    assert verdict is not None
    assert (verdict.answer is not None, verdict.is_doubtful) == (is_answered, not is_answered)


def test_an_artist_is_among_what_is_asked_however_many_songs_have_its_name() -> None:
    verdict = choose([artist("a", 1), *(song(f"s{number}", 90) for number in range(40))])
    assert verdict is not None
    assert "a" in [match.subject_id for match in verdict.choices[:MOST_CHOICES]]


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose([]) is None


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [
        ("aespa", "aespa", 0),
        ("aespa", "aepsa", 1),
        ("aespa", "aesspa", 1),
        ("aespa", "aesp", 1),
        ("에스파", "애스파", 1),
        ("에스파", "에스파아", 2),
        ("", "abc", 3),
        ("abc", "xyz", 3),
    ],
)
def test_mistakes_are_counted_by_letter(one: str, other: str, mistakes: int) -> None:
    assert distance(one, other) == distance(other, one) == mistakes


ASCII = st.text(st.characters(max_codepoint=127), max_size=12)


@given(ASCII, ASCII)
def test_a_distance_is_one(one: str, other: str) -> None:
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
    assert all(distance(one, slip) <= 1 <= most_mistakes(one) for slip in slips(one))
