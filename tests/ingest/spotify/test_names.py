from pathlib import Path

import pytest

from ingest.errors import CalledWrongly
from ingest.spotify.names import choose, fold, read_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SHINee", "shinee"),
        ("ＢＴＳ", "bts"),
        ("Guns N’ Roses", "Guns N' Roses"),
        ("André Rieu", "Andre Rieu"),
        ("Kool & The Gang", "Kool And The Gang"),
        ("The Commodores", "Commodores"),
        ("Blink‐182", "blink-182"),
        ("\ufeff10cc", "10cc"),
        ("에스파", "에스파"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("か", "が"), ("Beck", "Jeff Beck"), ("The The", "the"), ("!!!", "!!")])
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def found(*names: str, popularity: tuple[int, ...] = ()) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [{"id": f"id{number}", "name": name} for number, name in enumerate(names)]
    for row, value in zip(rows, popularity, strict=False):
        row["popularity"] = value
    return rows


def test_a_near_name_is_named_but_never_taken() -> None:
    match = choose("Beck", found("Jeff Beck"))
    assert (match.status, match.artist) == ("missing", None)
    assert "Jeff Beck (id0)" in str(match.reason)


def test_an_equal_name_is_taken_though_another_comes_first() -> None:
    match = choose("beck", found("Jeff Beck", "Beck"))
    assert match.artist is not None and match.artist["id"] == "id1"


def test_of_same_names_the_most_popular_is_taken_and_the_rest_told() -> None:
    match = choose("Nirvana", found("Nirvana", "Nirvana", popularity=(20, 80)))
    assert match.artist is not None and match.artist["id"] == "id1"
    told = "2 artists of this name; the most popular was taken (id1); for another use --ids: id0"
    assert match.reason == told


def test_of_same_names_without_popularity_the_first_is_taken() -> None:
    match = choose("Nirvana", found("Nirvana", "Nirvana"))
    assert match.artist is not None and match.artist["id"] == "id0"
    assert "the first found was taken (id0)" in str(match.reason)


def test_a_name_of_one_artist_has_nothing_told() -> None:
    assert choose("Beck", found("Beck", "Jeff Beck")).reason is None


def test_a_name_that_differs_by_spaces_is_ambiguous() -> None:
    assert choose("Jay Z", found("JayZ")).status == "ambiguous"


def test_two_artists_on_a_line_get_a_hint() -> None:
    assert "several artists on one line" in str(choose("Joe Walsh / The James Gang", found("Joe Walsh")).reason)


def test_nothing_equals_a_name_of_invisible_characters() -> None:
    assert choose("\u200b", found("\u200b")).status == "missing"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\ufeff10cc\r\n\r\nABBA\r\n10cc\r\n", ["10cc", "ABBA"]),
        ('id,name\n1,ABBA\n2,"Tyler, The Creator"\n', ["ABBA", "Tyler, The Creator"]),
        ("Artist\nABBA\n", ["ABBA"]),
        ('Earth, Wind & Fire\n"Tyler, The Creator"\n', ["Earth, Wind & Fire", "Tyler, The Creator"]),
        ("name,genre\n에스파,k-pop\n", ["에스파"]),
    ],
    ids=["bom", "csv column", "header alone", "no header", "hangul"],
)
def test_a_list_is_read(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(text.encode())
    assert read_names(path) == expected


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"name\n", "보아".encode("cp949")], ids=["empty", "blank", "header", "cp949"]
)
def test_a_file_without_names_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "names.csv"
    path.write_bytes(content)
    with pytest.raises(CalledWrongly, match=r"names\.csv"):
        read_names(path)
