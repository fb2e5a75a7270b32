"""The catalogues of texts: all names that the code uses, in both languages, with the same fields, and compiled."""

import io
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from chalicelib import language
from chalicelib.language import LOCALES, Locale, as_locale, texts_in

CODE = Path(language.__file__).parent
KEYWORDS = {"texts": None, "self": None, "other": None, "counted": (1, 1)}
"""As `make texts` names them."""


def file_of(locale: str, ending: str) -> Path:
    return CODE / "texts" / locale / "LC_MESSAGES" / f"segue.{ending}"


@cache
def catalogue(locale: str) -> Catalog:
    with file_of(locale, "po").open("rb") as file:
        return read_po(file, locale=locale)


def named(locale: str) -> dict[str, Message]:
    return {_name(message.id): message for message in catalogue(locale) if message.id}


def _name(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def used() -> set[str]:
    found = extract_from_dir(CODE, [("**.py", "python")], keywords=KEYWORDS)
    return {_name(message) for _, _, message, _, _ in found}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_that_the_code_names_is_there_and_no_other(locale: Locale) -> None:
    assert len(used()) > 70
    assert set(named(locale)) == used()


@pytest.mark.parametrize("locale", LOCALES)
def test_no_text_is_empty_or_unsure(locale: Locale) -> None:
    assert [name for name, message in named(locale).items() if message.fuzzy or not all(forms(message))] == []
    assert not catalogue(locale).obsolete


def test_both_languages_fill_in_the_same() -> None:
    english, korean = named("en"), named("ko")
    for name in english:
        wanted, given = (set().union(*map(fields, forms(texts[name]))) for texts in (english, korean))
        assert given == wanted, name


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_read_is_what_is_written(locale: Locale) -> None:
    """`make texts` was run since the last change."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(locale))
    with file_of(locale, "mo").open("rb") as file:
        assert [(one.id, one.string) for one in read_mo(io.BytesIO(compiled.getvalue()))] == [
            (one.id, one.string) for one in read_mo(file)
        ]


@pytest.mark.parametrize("file", sorted(CODE.glob("*.py")), ids=lambda file: file.name)
def test_no_korean_stands_in_the_code_but_where_it_is_understood(file: Path) -> None:
    """Words that people type are read in three modules; all that they get to read is in the catalogues."""
    text = re.sub(r'""".*?"""|#.*', "", file.read_text("utf-8"), flags=re.DOTALL)
    if file.name not in ("__main__.py", "resolve.py", "wording.py", "keyboard.py"):
        assert re.findall(r"[가-힣ㄱ-ㅣ]+", text) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_name_that_is_not_there_is_a_fault(locale: Locale) -> None:
    with pytest.raises(KeyError):
        texts_in(locale)("no.such.text")
    with pytest.raises(KeyError):
        texts_in(locale).counted("no.such.text", 2)


@pytest.mark.parametrize(
    ("count", "english", "korean"),
    [(1, "on a track together", "함께한 노래 1곡"), (3, "on 3 tracks together", "함께한 노래 3곡")],
)
def test_numbers_take_their_form(count: int, english: str, korean: str) -> None:
    said = [texts_in(locale).counted("reason.shared_tracks", count) for locale in ("en", "ko")]
    assert said == [english, korean]


@pytest.mark.parametrize(
    ("name", "locale"), [("ko_KR", "ko"), ("ko", "ko"), ("en_GB", "en"), ("ja_JP", None), ("", None), (None, None)]
)
def test_messengers_locales_are_read(name: str | None, locale: str | None) -> None:
    assert as_locale(name) == locale
