"""What a reply is made of: the same for Messenger and for a terminal."""

from dataclasses import dataclass

from chalicelib.resolution import Asked


@dataclass(frozen=True)
class Button:
    """Something to tap: opens `url`, or sends `payload` back to the bot."""

    title: str
    url: str | None = None
    payload: str | None = None


@dataclass(frozen=True)
class Card:
    """One artist or song: `why` is the reason, `detail` the song to start with or what tells it from its namesakes."""

    title: str
    why: str = ""
    detail: str = ""
    image_url: str | None = None
    url: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A quick reply: what may be said next with one tap, until something else is said."""

    title: str
    payload: str
    image_url: str | None = None


@dataclass(frozen=True)
class Reply:
    """A heading, cards in order, notes that belong below, and offers; `kind` names the sort of answer for programs.

    `subject` is what it is about, `ARTIST|<id>` or `TRACK|<id>`; `generation` is what it was read from. `asked` is what
    a provider may know where the catalogue does not.
    """

    kind: str
    locale: str
    text: str
    cards: tuple[Card, ...] = ()
    notes: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    subject: str = ""
    generation: str = ""
    asked: Asked | None = None

    @property
    def asks(self) -> bool:
        """Whether the cards are a choice to make rather than an answer."""
        return self.kind in ("which", "album", "did_you_mean")
