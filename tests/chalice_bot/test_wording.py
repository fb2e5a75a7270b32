"""What a text may name: without the words that ask for music, without guests, cut into title and artist."""

import pytest
from chalicelib.links import find_link
from chalicelib.resolution import Link
from chalicelib.wording import cuts, names_nothing, without_guests, wordings
from hypothesis import given
from hypothesis import strategies as st

ID = "0123456789abcdefghijKL"


def named(text: str) -> list[tuple[str, bool]]:
    return [(wording.text, wording.is_sure) for wording in wordings(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("에스파 노래 추천", "에스파"),
        ("에스파 노래 추천해 주세요!", "에스파"),
        ("에스파랑 비슷한 노래 추천해줘", "에스파"),
        ("에스파 같은 가수", "에스파"),
        ("아이유의 노래 좀 들려줘", "아이유"),
        ("노래 추천: 에스파", "에스파"),
        ("방탄소년단 느낌의 음악", "방탄소년단"),
        ("similar to aespa", "aespa"),
        ("songs like Butter", "Butter"),
        ("Please recommend some artists similar to The Beatles", "The Beatles"),
        ("music that sounds like Nirvana, please", "Nirvana"),
        ("play Hotel California by Eagles", "Hotel California by Eagles"),
        ("Ｓｏｎｇｓ　ｌｉｋｅ　Ｂｕｔｔｅｒ", "Butter"),
    ],
)
def test_words_that_ask_for_music_are_left_out(text: str, name: str) -> None:
    assert named(text)[:2] == [(text, True), (name, True)]


@pytest.mark.parametrize(
    ("text", "name"),
    [("like aespa", "aespa"), ("aespa songs", "aespa"), ("IVE 노래", "IVE"), ("노래 IVE", "IVE"), ("song Q", "Q")],
)
def test_words_that_may_be_part_of_a_name_are_left_out_less_surely(text: str, name: str) -> None:
    assert named(text) == [(text, True), (name, False)]


@pytest.mark.parametrize(
    "text", ["aespa", "좋은 날", "Dwight Twilley Band", "The Ray Conniff Singers", "추천", "songs"]
)
def test_a_name_is_left_as_it_is(text: str) -> None:
    assert named(text) == [(text, True)]


@pytest.mark.parametrize("text", ["추천", "노래 추천해줘", "songs", "recommend me some music", "노래"])
def test_a_text_without_a_name_is_seen(text: str) -> None:
    assert names_nothing(text)
    assert not names_nothing(f"{text} aespa")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Savage feat. Megan Thee Stallion", ("Savage", "Megan Thee Stallion")),
        ("Savage (Feat. A & B)", ("Savage", "A & B")),
        ("Savage ft B", ("Savage", "B")),
        ("Savage [featuring B] - Remix", ("Savage", "B")),
    ],
)
def test_guests_are_told_apart(text: str, parts: tuple[str, str]) -> None:
    assert without_guests(text) == parts


@pytest.mark.parametrize("text", ["Defeat", "feat. B", "Lift Off", "aespa"])
def test_what_only_looks_like_a_guest_is_none(text: str) -> None:
    assert without_guests(text) is None


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Hey Jude by The Beatles", ("Hey Jude", "The Beatles")),
        ("The Beatles - Hey Jude", ("The Beatles", "Hey Jude")),
        ("Beatles Hey Jude", ("Beatles", "Hey Jude")),
        ("아이유의 좋은 날", ("아이유", "좋은 날")),
        ("아이유좋은날", ("아이유", "좋은날")),
        ('Bowie "Heroes"', ("Bowie", '"Heroes"')),
        ("Prince's Kiss", ("Prince", "Kiss")),
    ],
)
def test_title_and_artist_are_cut_apart(text: str, cut: tuple[str, str]) -> None:
    assert cut in cuts(text)


@pytest.mark.parametrize(
    "text",
    [
        "추천" + "해줘" * 80 + "x",
        "find " * 50 + "x",
        "some " * 50,
        "노래" * 120 + "x",
        "비슷한 " * 60 + "x",
        " ".join("a" * 125),
        "[" * 250,
        "feat. " * 40,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """Were matching exponential, this would not end."""
    assert len(wordings(text)) < 9
    assert len(cuts(text)) < 500
    assert not names_nothing("x" + text)


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = wordings(text)
    assert len(found) == len({wording.text for wording in found})
    assert all(wording.text for wording in found) or not text
    assert all(one and other for one, other in cuts(text))


@pytest.mark.parametrize("kind", ["artist", "track", "album"])
@pytest.mark.parametrize(
    "form",
    [
        "https://open.spotify.com/{}/{}",
        "https://open.spotify.com/intl-ko/{}/{}?si=0123456789abcdef",
        "https://open.spotify.com/intl-pt-BR/{}/{}/",
        "http://open.spotify.com/embed/{}/{}?utm_source=generator",
        "open.spotify.com/{}/{}#x",
        "https://play.spotify.com/{}/{}",
        "spotify:{}:{}",
        "이거랑 비슷한 노래 https://open.spotify.com/{}/{} 추천해줘",
        "HTTPS://OPEN.SPOTIFY.COM/{}/{}",
    ],
)
def test_a_link_is_found_wherever_it_stands(form: str, kind: str) -> None:
    assert find_link(form.format(kind, ID)) == Link(kind, ID)


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com/playlist/{ID}",
        f"https://open.spotify.com/track/{ID}x",
        f"https://open.spotify.com/track/{ID[:-1]}",
        f"https://evil.example/track/{ID}",
        "spotify:track:",
        "https://spotify.link/AbCdEf",
    ],
)
def test_other_links_are_none(text: str) -> None:
    assert find_link(text) is None
