"""Reply -> text for a terminal: the same words as in Messenger, links written out, pictures left out."""

from dataclasses import asdict
from typing import Any

from chalicelib import actions
from chalicelib.reply import Card, Reply

LISTED = 5


def as_text(reply: Reply) -> str:
    """Heading, up to five numbered cards, notes."""
    lines = [reply.text]
    for number, card in enumerate(reply.cards[:LISTED], start=1):
        lines += ["", f"{number}. {card.title}", *(f"   {line}" for line in _lines(card, reply.asks))]
    return "\n".join([*lines, *(f"\n{note}" for note in reply.notes)])


def as_object(reply: Reply) -> dict[str, Any]:
    """The whole reply as plain values, for `--json`."""
    return asdict(reply)


def _lines(card: Card, asks: bool) -> list[str]:
    song = next((button.url for button in card.buttons if button.url and button.url != card.url), None)
    detail = f"{card.detail}  {song}" if song else card.detail
    lines = (card.why, detail, card.url, _command(card) if asks else "")
    return [line for line in lines if line]


def _command(card: Card) -> str:
    """What to type instead of tapping the card's button."""
    found = [actions.read(button.payload) for button in card.buttons if button.payload]
    kind, _, identifier = next(action.subject for action in found if action).partition("|")
    return f"segue ask spotify:{kind.lower()}:{identifier}"
