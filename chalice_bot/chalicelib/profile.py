"""The page's Messenger profile in every language: greeting, Get Started, persistent menu, ice breakers."""

from collections.abc import Sequence
from typing import Any

from chalicelib.actions import Action
from chalicelib.graphemes import shorten
from chalicelib.language import LOCALES, Locale, Texts, texts_in
from chalicelib.music import Artist

GREETING, MENU_TITLE, QUESTION, QUESTIONS = 160, 30, 80, 4
_NAMES: dict[Locale, str] = {"en": "default", "ko": "ko_KR"}
"""What Messenger calls the languages; everybody else gets the default."""


def profile(artists: Sequence[Artist]) -> dict[str, Any]:
    """The body for the Messenger Profile API; the artists are what its ice breakers ask for."""
    spoken = [texts_in(locale) for locale in LOCALES]
    return {
        "get_started": {"payload": Action("GET_STARTED").write()},
        "greeting": [_in(texts, text=shorten(texts("profile.greeting"), GREETING)) for texts in spoken],
        "persistent_menu": [
            _in(texts, composer_input_disabled=False, call_to_actions=_menu(texts)) for texts in spoken
        ],
        "ice_breakers": [_in(texts, call_to_actions=_questions(texts, artists)) for texts in spoken],
    }


def _in(texts: Texts, **values: object) -> dict[str, object]:
    return {"locale": _NAMES[texts.locale], **values}


def _menu(texts: Texts) -> list[dict[str, str]]:
    others = [texts_in(locale) for locale in LOCALES if locale != texts.locale]
    return [
        _item(texts("menu.help"), Action("HELP", locale=texts.locale)),
        *(_item(other("menu.speak"), Action("LOCALE", locale=other.locale)) for other in others),
        _item(texts("menu.forget"), Action("FORGET", word="ask", locale=texts.locale)),
    ]


def _item(title: str, action: Action) -> dict[str, str]:
    return {"type": "postback", "title": shorten(title, MENU_TITLE), "payload": action.write()}


def _questions(texts: Texts, artists: Sequence[Artist]) -> list[dict[str, str]]:
    asked = [
        (texts("profile.who_after", name=artist.name), Action("ARTIST", artist.artist_id, locale=texts.locale))
        for artist in artists[: QUESTIONS - 1]
    ]
    asked.append((texts("menu.help"), Action("HELP", locale=texts.locale)))
    return [{"question": shorten(question, QUESTION), "payload": action.write()} for question, action in asked]
