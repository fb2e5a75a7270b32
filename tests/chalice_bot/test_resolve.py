"""Names as people type them, against a real Postgres."""

import unicodedata
from collections.abc import Iterator

import pytest
from chalicelib.catalogue import Catalogue
from chalicelib.music import Artist, Track
from chalicelib.resolution import FoundAlbum, FoundArtist, FoundTrack, Help, Known, Link, TooLong, Unknown, Which
from chalicelib.resolve import resolve
from chalicelib.snapshot import Snapshot

from tests.chalice_bot.rows import identifier


@pytest.fixture
def snapshot(catalogue: Catalogue) -> Iterator[Snapshot]:
    with catalogue.snapshot() as snapshot:
        yield snapshot


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("aespa", "aespa"),
        ("에스파", "aespa"),
        ("AESPA", "aespa"),
        ("ａｅｓｐａ", "aespa"),
        ("  aespa\n", "aespa"),
        (unicodedata.normalize("NFD", "에스파"), "aespa"),
        ("\ufeffaespa", "aespa"),
        ("ae\x00spa", "aespa"),
        ("샤이니", "shinee"),
        ("shinee", "shinee"),
        ("!!!", "chkchkchk"),
        ("BEYONCÉ", "beyonce"),
        ("Beyonce", "beyonce"),
        ("red-velvet", "redvelvet"),
        ("Karina Band", "karinaband"),
        (f"https://open.spotify.com/intl-ko/artist/{identifier('aespa')}?si=x", "aespa"),
        (f"spotify:artist:{identifier('nirvanaUK')}", "nirvanaUK"),
    ],
)
def test_every_spelling_finds_its_artist(snapshot: Snapshot, text: str, label: str) -> None:
    found = resolve(snapshot, text)
    assert isinstance(found, FoundArtist)
    assert found.artist.artist_id == identifier(label)


def test_two_artists_of_one_name_are_asked_about(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "nirvana")
    assert isinstance(found, Which)
    assert [artist.artist_id for artist in found.choices if isinstance(artist, Artist)] == [
        identifier("nirvanaUS"),
        identifier("nirvanaUK"),
    ]


def test_an_own_name_beats_another_artists_alias_and_says_so(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "ive")
    assert isinstance(found, FoundArtist)
    assert (found.artist.name, [artist.name for artist in found.others]) == ("IVE", ["Dua Lipa"])


def test_unsure_aliases_are_only_suggested(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "karina")
    assert isinstance(found, Unknown)
    assert {artist.name for artist in found.suggestions} == {"aespa", "The Karina Band"}


@pytest.mark.parametrize(
    ("text", "name"), [("aespaa", "aespa"), ("beyonse", "Beyoncé"), ("red velvt", "Red Velvet"), ("에스파아", "aespa")]
)
def test_a_likeness_is_suggested_and_never_answered(snapshot: Snapshot, text: str, name: str) -> None:
    found = resolve(snapshot, text)
    assert isinstance(found, Unknown)
    assert name in [artist.name for artist in found.suggestions]


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "None",
        "q",
        "'; DROP TABLE artists;--",
        "%",
        "_",
        "%%",
        "\\",
        "../",
        "{{7*7}}",
        "🎵",
        "👨‍👩‍👧‍👦",
        "شاكيرا",
        "Z̸̧̢a̴̛l̷g̸o̷",
        "\ud83d",
        "=1+1",
        "%(key)s",
        "{s}",
    ],
)
def test_nonsense_is_unknown_or_help_and_never_an_artist(snapshot: Snapshot, text: str) -> None:
    assert isinstance(resolve(snapshot, text), Unknown | Help)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b", "\x00", "help", "HELP", "도움말", "?"])
def test_nothing_and_help_get_help(snapshot: Snapshot, text: str) -> None:
    assert resolve(snapshot, text) == Help()


def test_ten_thousand_characters_are_not_looked_up(snapshot: Snapshot) -> None:
    assert resolve(snapshot, "에" * 10_000) == TooLong()


def test_a_title_that_is_no_artist_finds_its_song_once(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "next level")
    assert isinstance(found, FoundTrack)
    assert found.track.track_id == identifier("nextlevel")


def test_one_title_by_two_artists_is_asked_about(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "View")
    assert isinstance(found, Which)
    assert [track.artist_names for track in found.choices if isinstance(track, Track)] == [("SHINee",), ("Dua Lipa",)]


@pytest.mark.parametrize(
    "link",
    [
        f"spotify:album:{identifier('savage')}",
        f"https://open.spotify.com/album/{identifier('savage')}?si=x",
        f"https://open.spotify.com/intl-ko/album/{identifier('savage')}",
    ],
)
def test_the_link_of_an_album_finds_its_songs(snapshot: Snapshot, link: str) -> None:
    found = resolve(snapshot, link)
    assert isinstance(found, FoundAlbum)
    assert [track.track_id for track in found.album.tracks] == [identifier("nextlevel"), identifier("nextlevelAgain")]


def test_a_link_to_what_is_not_here_says_what_it_was(snapshot: Snapshot) -> None:
    missing = identifier("missing")
    assert resolve(snapshot, f"spotify:track:{missing}") == Unknown(link=Link("track", missing))


def test_what_the_person_chose_before_decides(snapshot: Snapshot) -> None:
    chosen = {"nirvana": Known(choice=f"ARTIST|{identifier('nirvanaUK')}")}
    found = resolve(snapshot, "Nirvana", lambda key: chosen[key])
    assert isinstance(found, FoundArtist)
    assert found.artist.artist_id == identifier("nirvanaUK")


def test_a_choice_that_left_the_catalogue_decides_nothing(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "Nirvana", lambda _: Known(choice=f"ARTIST|{identifier('gone')}"))
    assert isinstance(found, Which)
