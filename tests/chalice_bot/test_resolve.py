"""Names as people type them, against a real Postgres."""

import unicodedata
from collections.abc import Callable, Iterator

import pytest
from chalicelib.catalogue import Catalogue
from chalicelib.music import Artist, Track
from chalicelib.resolution import FoundAlbum, FoundArtist, FoundTrack, Help, Known, Link, TooLong, Unknown, Which
from chalicelib.resolve import resolve
from chalicelib.snapshot import Snapshot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.chalice_bot.rows import ARTISTS, identifier

HARMLESS: list[Callable[[str], str]] = [
    str.upper,
    str.title,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name),
    lambda name: f"  {name}\n",
    lambda name: f"\u200b{name}\ufeff",
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: f"{name}!",
    lambda name: f"The {name}",
]


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
        ("エスパ", "aespa"),
        ("ЭСПА", "aespa"),
        ("红丝绒", "redvelvet"),
        ("dptmvk", "aespa"),
        ("ㅁㄷ네ㅁ", "aespa"),
        ("에스파 노래 추천해줘", "aespa"),
        ("aespa랑 비슷한 가수", "aespa"),
        ("노래 추천 에스파", "aespa"),
        ("songs like AESPA, please", "aespa"),
        ("similar to aespa", "aespa"),
        ("like aespa", "aespa"),
        ("aespa feat. nobody at all", "aespa"),
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


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("next level", "nextlevel"),
        ("NEXT LEVEL 같은 노래", "nextlevel"),
        ("aespa next level", "nextlevel"),
        ("Next Level by aespa", "nextlevel"),
        ("에스파의 next level", "nextlevel"),
        ("next level - 에스파", "nextlevel"),
        ("에스파nextlevel", "nextlevel"),
        ("view shinee", "view"),
        ("Dua Lipa: View", "viewDua"),
        ("songs like View by Dua Lipa", "viewDua"),
        ("Cool (feat. Beyoncé) - Live", "cool"),
        ("cool feat beyonce", "cool"),
        ("Cool dua lipa", "cool"),
        ("beyonce cool", "cool"),
        ("alone again", "aloneagain"),
        ("love dive", "lovedive"),
    ],
)
def test_a_song_is_found_by_title_and_by_title_and_artist(snapshot: Snapshot, text: str, label: str) -> None:
    found = resolve(snapshot, text)
    assert isinstance(found, FoundTrack | Unknown)
    songs = [found.track] if isinstance(found, FoundTrack) else found.suggestions
    assert [song.track_id for song in songs if isinstance(song, Track)] == [identifier(label)]
    assert isinstance(found, FoundTrack) or label in ("aloneagain",)


def test_a_better_known_song_with_the_name_of_an_artist_is_asked_about(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "hermit")
    assert isinstance(found, Which)
    assert found.key == "hermit"
    assert [(type(choice), choice.name) for choice in found.choices] == [(Track, "Hermit"), (Artist, "Hermit")]


def test_a_hardly_known_song_with_a_short_title_is_only_suggested(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "quiet")
    assert isinstance(found, Unknown)
    assert [choice.name for choice in found.suggestions] == ["Quiet"]


@pytest.mark.parametrize("text", ["similar to xyzzy", "xyzzy 노래 추천", "songs like xyzzy please"])
def test_what_is_unknown_is_known_by_the_name_alone(snapshot: Snapshot, text: str) -> None:
    asked: list[str] = []

    def known(key: str) -> Known:
        asked.append(key)
        return Known()

    assert resolve(snapshot, text, known) == Unknown("xyzzy", name="xyzzy")
    assert asked[-1] == "xyzzy" and len(asked) == 2


def test_a_learned_alias_is_an_alias(snapshot: Snapshot) -> None:
    learned = Known(aliases=(f"ARTIST|{identifier('redvelvet')}",))
    found = resolve(snapshot, "레드벨벳 노래", lambda key: learned if key == "레드벨벳" else Known())
    assert isinstance(found, FoundArtist)
    assert found.artist.name == "Red Velvet"


def test_a_learned_alias_that_is_another_artists_name_does_not_take_it(snapshot: Snapshot) -> None:
    found = resolve(snapshot, "aespa", lambda _: Known(aliases=(f"ARTIST|{identifier('ive')}",)))
    assert isinstance(found, FoundArtist)
    assert found.artist.name == "aespa"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("leve next", None),
        ("nxet level", "Next Level"),
        ("lvoe dive", "LOVE DIVE"),
        ("veiw", "View"),
        ("에쓰파", "aespa"),
    ],
)
def test_misspelt_songs_and_hangul_are_suggested(snapshot: Snapshot, text: str, name: str | None) -> None:
    found = resolve(snapshot, text)
    assert isinstance(found, Unknown)
    assert [choice.name for choice in found.suggestions][:1] == ([name] if name else [])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_is_resolved_without_an_error(snapshot: Snapshot, text: str) -> None:
    assert resolve(snapshot, text) is not None


@pytest.mark.parametrize("label", ["aespa", "ive", "redvelvet", "beyonce"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_harmless_differences_change_nothing(snapshot: Snapshot, label: str, data: st.DataObject) -> None:
    name = next(row["name"] for row in ARTISTS if row["artist_id"] == identifier(label))
    typed = name
    for change in data.draw(st.lists(st.sampled_from(HARMLESS), max_size=5, unique=True)):
        typed = change(typed)
    found = resolve(snapshot, typed)
    assert isinstance(found, FoundArtist) and found.artist.artist_id == identifier(label)
