"""Reply -> bodies of Send API calls. Every limit of Messenger is kept here, by construction, whatever the rows hold."""

from typing import Any

from chalicelib.graphemes import length, shorten
from chalicelib.reply import Button, Card, Offer, Reply

TEXT = 1999  # "under 2,000 characters"
ELEMENTS, BUTTONS, QUICK_REPLIES = 10, 3, 13
TITLE, SUBTITLE, BUTTON_TITLE, PAYLOAD, URL = 80, 80, 20, 1000, 2000
_DETAIL = 32  # characters of a subtitle that the second line may always have
_NAMELESS = "–"

Body = dict[str, Any]


def compose(reply: Reply, person: str) -> list[Body]:
    """One text with heading and notes; then, if there are cards, one carousel. The last one carries the offers."""
    text = shorten("\n\n".join([reply.text, *reply.notes]), TEXT)
    bodies = [_to(person, {"text": text})]
    if reply.cards:
        elements = [_element(card) for card in reply.cards[:ELEMENTS]]
        template = {"type": "template", "payload": {"template_type": "generic", "elements": elements}}
        bodies.append(_to(person, {"attachment": template}))
    quick_replies = [made for offer in reply.offers if (made := _quick_reply(offer))]
    if quick_replies:
        bodies[-1]["message"]["quick_replies"] = quick_replies[:QUICK_REPLIES]
    return bodies


def notice(person: str, action: str) -> Body:
    """What tells a person that the message is read (`mark_seen`), or an answer on its way (`typing_on`)."""
    return {"recipient": {"id": person}, "sender_action": action}


def _to(person: str, message: Body) -> Body:
    return {"recipient": {"id": person}, "messaging_type": "RESPONSE", "message": message}


def _element(card: Card) -> Body:
    element: Body = {"title": _filled(card.title, TITLE)}
    subtitle = _subtitle(card)
    if subtitle:
        element["subtitle"] = subtitle
    if card.image_url and _is_url(card.image_url):
        element["image_url"] = card.image_url
    if card.url and _is_url(card.url):
        element["default_action"] = {"type": "web_url", "url": card.url}
    buttons = [made for button in card.buttons if (made := _button(button))]
    if buttons:
        element["buttons"] = buttons[:BUTTONS]
    if len(element) == 1:  # Messenger takes no card that is a title alone
        element["subtitle"] = _NAMELESS
    return element


def _subtitle(card: Card) -> str:
    """Reason and detail on two lines; where both do not fit, the detail keeps a little and the reason the rest."""
    why, detail = card.why.strip(), card.detail.strip()
    if not why or not detail:
        return shorten(why or detail, SUBTITLE)
    if length(why) + 1 + length(detail) > SUBTITLE:
        detail = shorten(detail, max(_DETAIL, SUBTITLE - 1 - length(why)))
    return f"{shorten(why, SUBTITLE - 1 - length(detail))}\n{detail}"


def _button(button: Button) -> Body | None:
    title = _filled(button.title, BUTTON_TITLE)
    if button.url and _is_url(button.url):
        return {"type": "web_url", "title": title, "url": button.url}
    if button.payload and button.payload.strip() and length(button.payload) <= PAYLOAD:
        return {"type": "postback", "title": title, "payload": button.payload}
    return None


def _quick_reply(offer: Offer) -> Body | None:
    if not offer.payload.strip() or length(offer.payload) > PAYLOAD:
        return None
    made = {"content_type": "text", "title": _filled(offer.title, BUTTON_TITLE), "payload": offer.payload}
    return {**made, "image_url": offer.image_url} if offer.image_url and _is_url(offer.image_url) else made


def _filled(text: str, limit: int) -> str:
    cut = shorten(text.strip(), limit)
    return cut if cut.strip() else _NAMELESS


def _is_url(text: str) -> bool:
    fits = text.startswith(("https://", "http://")) and length(text) <= URL
    return fits and text.isprintable() and not any(char.isspace() for char in text)
