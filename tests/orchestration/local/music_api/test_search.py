import pytest

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.queries import Query, parse
from orchestration.local.music_api.search import Search

from .conftest import AESPA, BANGS, LONG_ALBUM, NIRVANA, OTHER_NIRVANA, QUIET, SHINEE, made_id


@pytest.fixture(scope="module")
def search(catalogue: Catalogue) -> Search:
    return Search(catalogue)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Guns N’ Roses", Query("guns n roses")),
        ('artist:"Miles Davis" track:So What', Query(artist="miles davis", track="so what")),
        ("remaster artist:Miles Davis year:1955-1960", Query("remaster", artist="miles davis", years=(1955, 1960))),
        ("isrc:kr-a30-24-00123", Query(isrc="KRA302400123")),
        ("year:soon", Query(years=(1, 0))),
        ("Re: Stacks", Query("re stacks")),
    ],
    ids=["words", "quoted", "unquoted", "isrc", "bad year finds nothing", "colon in a title"],
)
def test_query_is_read(text: str, query: Query) -> None:
    assert parse(text) == query


def test_exact_name_comes_first_then_prefix_both_by_popularity(search: Search) -> None:
    assert search.ids("artist", "NIRVANA") == [NIRVANA, OTHER_NIRVANA, QUIET]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("에스파", AESPA),
        ("エスパ", AESPA),
        ("ｓｈｉｎｅｅ", SHINEE),
        ("!!!", BANGS),
        ("aesp", AESPA),
        ("genre:grunge", NIRVANA),
    ],
)
def test_artist_is_found(search: Search, text: str, first: str) -> None:
    assert search.ids("artist", text)[0] == first


def test_ambiguous_alias_finds_nobody(search: Search) -> None:
    assert search.ids("artist", "그룹") == []


def test_words_that_are_nowhere_find_nothing(search: Search) -> None:
    assert search.ids("artist", "xyzzy") == []


def test_known_words_are_enough_when_nobody_has_all(search: Search) -> None:
    assert search.ids("artist", "Danny Nirvana")[:1] == [NIRVANA]


def test_rare_word_counts_more_than_a_common_one(search: Search) -> None:
    """`song` is in 120 titles, `giuliani` in one, both in none."""
    assert search.ids("track", "song giuliani") == [made_id("track", 304)]


def test_tracks_of_one_artist_come_by_popularity(search: Search) -> None:
    found = search.ids("track", 'artist:"SHINee"')
    assert found[:3] == [made_id("track", number) for number in (301, 212, 211)]
    assert len(found) == 13


def test_track_filters_narrow(search: Search, catalogue: Catalogue) -> None:
    lithium = made_id("track", 302)
    assert search.ids("track", "track:Lithium artist:Nirvana") == [lithium, made_id("track", 303)]
    assert search.ids("track", f"isrc:{catalogue.tracks[lithium].isrc}") == [lithium]
    assert search.ids("track", "butter year:1990-1999") == [made_id("track", 301)]
    assert search.ids("track", "butter year:2021") == []
    assert search.ids("track", "lithium genre:grunge") == [lithium]


def test_albums_are_found_by_name_and_artist(search: Search) -> None:
    assert search.ids("album", 'album:"Album 99"') == [LONG_ALBUM]
    assert search.ids("album", "artist:aespa") == [LONG_ALBUM, made_id("album", 301)]
