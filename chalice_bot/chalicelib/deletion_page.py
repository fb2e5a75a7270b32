"""The page that tells a person what came of a request to be forgotten."""

from html import escape

from chalicelib.language import Locale, Texts, texts_in

_PAGE = """<!doctype html>
<html lang="{locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<body style="font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem">
<h1>{title}</h1>
<p>{told}</p>
<p>{number}</p>
"""


def page(outcome: str | None, code: str, accepted: str) -> str:
    """The page's HTML; `accepted` is the browser's Accept-Language."""
    locale: Locale = "ko" if accepted.lower().startswith("ko") else "en"
    texts = texts_in(locale)
    words = {"title": texts("page.title"), "told": _told(texts, outcome), "number": texts("page.code", code=code)}
    return _PAGE.format(locale=locale, **{name: escape(text) for name, text in words.items()})


def _told(texts: Texts, outcome: str | None) -> str:
    if outcome is None:
        return texts("page.taken")
    return texts("page.done") if outcome == "done" else texts("page.nobody")
