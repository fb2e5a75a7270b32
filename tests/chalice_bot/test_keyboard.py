"""Words typed on the wrong keyboard layout."""

import unicodedata

import pytest
from chalicelib.keyboard import to_hangul, to_latin
from hypothesis import given
from hypothesis import strategies as st

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dptmvk", "에스파"),
        ("DPTMVK", "에스파"),  # caps lock
        ("tidlsl", "샤이니"),
        ("whgdms skf", "좋은 날"),
        ("rhksgk", "관하"),  # a double vowel
        ("djqtdj", "없어"),  # a double final
        ("rkqtl", "갑시"),  # two finals where a vowel follows: the second begins the next syllable
        ("Rhc", "꽃"),
    ],
)
def test_latin_keys_become_hangul(typed: str, meant: str) -> None:
    assert to_hangul(typed) == (meant if len(meant) > 1 else None)


@pytest.mark.parametrize("text", ["aespa", "drake", "a", "", "에스파", "dptmvk!", "dptmvk 2", "gk"])
def test_what_gives_no_two_syllables_is_no_hangul(text: str) -> None:
    assert to_hangul(text) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ㅁㄷ네ㅁ", "aespa"), ("ㅠㅅㄴ", "bts"), ("노ㅑㅜㄷㄷ", "shinee"), ("ㅕ2", "u2"), ("ㅗㅒㄸㅁㅇ", "hOEad")],
)
def test_hangul_becomes_latin_keys(typed: str, meant: str) -> None:
    assert to_latin(typed) == meant
    assert to_latin(unicodedata.normalize("NFD", typed)) == meant


@pytest.mark.parametrize("text", ["aespa", "에스파 aespa", "", "123", "か"])
def test_only_pure_hangul_is_read_as_latin(text: str) -> None:
    assert to_latin(text) is None


@given(SYLLABLES)
def test_every_hangul_text_comes_back_from_its_keys(text: str) -> None:
    keys = to_latin(text)
    assert keys is not None
    assert keys.isascii()
    assert to_hangul(keys) == text or keys.isupper()


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for read in (to_hangul(text), to_latin(text)):
        assert read is None or len(read) > 0
