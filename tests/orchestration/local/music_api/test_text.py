import re

import pytest

from orchestration.local.music_api.text import base62, fold, generated_isrc, within_share


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("ＢＴＳ", "bts"),
        ("Guns N’ Roses", "guns n' roses"),
        ("Kool And The Gang", "Kool & the Gang"),
        ("Antonio Carlos Jobim", "Antônio Carlos Jobim"),
        ("Jay-Z", "JAY‐Z"),
        ("\ufeff10cc", "10cc"),
        ("에스파", "에스파"),
    ],
    ids=["width", "quotes", "ampersand", "accents", "hyphens", "bom", "jamo"],
)
def test_harmless_variants_fold_to_the_same(typed: str, stored: str) -> None:
    assert fold(typed) == fold(stored)


def test_voiced_kana_stay_different() -> None:
    assert fold("ガ") != fold("カ")


def test_name_without_letters_stays_findable() -> None:
    assert fold("!!!") == "!!!"


def test_generated_isrc_is_well_formed_and_fixed() -> None:
    isrc = generated_isrc("artist", "Butter", 164_441)
    assert re.fullmatch(r"ZZ[A-Z0-9]{3}\d{7}", isrc)
    assert isrc == generated_isrc("artist", "BUTTER", 164_441)
    assert isrc != generated_isrc("artist", "Butter", 164_442)


def test_base62_is_a_spotify_id() -> None:
    assert re.fullmatch(r"[0-9A-Za-z]{22}", base62("album", "x"))


def test_share_is_about_its_size() -> None:
    chosen = sum(within_share("test", str(number), 3) for number in range(10_000))
    assert 200 < chosen < 400
