"""The chat page and what it asks: a thread, what a person does, the profile as that person sees it."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request, send_from_directory

from orchestration.local.messenger import events
from orchestration.local.messenger.errors import ControlError
from orchestration.local.messenger.profile import Profile
from orchestration.local.messenger.subscription import Subscription
from orchestration.local.messenger.threads import Seen, Threads

PAGE = Path(__file__).parent / "page"
WAITING = 12
"""Pages that may wait for news at once; each takes a thread of the server."""
_WAIT_SECONDS = 20.0
_POLICY = "default-src 'self'; img-src * data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def chat(threads: Threads, profile: Profile, subscription: Subscription, page_id: str) -> Blueprint:
    """Make the routes of the page."""
    routes = Blueprint("chat", __name__)

    @routes.get("/", defaults={"name": "index.html"})
    @routes.get("/page/<name>")
    def static(name: str) -> Response:
        answer = send_from_directory(PAGE, name)
        answer.headers.update(
            {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
        )
        return answer

    @routes.get("/chat/<person>")
    def look(person: str) -> Any:
        words = request.args
        seen = Seen(words.get("version", -1, int), words.get("epoch", -1, int), words.get("entries", 0, int))
        return jsonify(threads.look(_person(person), seen, min(words.get("wait", 0.0, float), _WAIT_SECONDS), WAITING))

    @routes.get("/chat/<person>/profile")
    def see_profile(person: str) -> Any:
        locale = threads.locale_of(_person(person))
        return jsonify({**profile.seen_in(locale), "is_connected": subscription.webhook is not None})

    @routes.post("/chat/<person>")
    def act(person: str) -> Any:
        words, person = _words(), _person(person)
        title = str(words.get("title") or words.get("text") or "")
        if words.get("is_postback"):
            threads.said(person, {"text": title})
            subscription.send(events.postback(person, page_id, title, str(words.get("payload"))))
            return "", 204
        content = _content(words)
        threads.said(person, content)
        subscription.send(events.message(person, page_id, content))
        return "", 204

    @routes.patch("/chat/<person>")
    def change(person: str) -> Any:
        words = _words()
        threads.change(_person(person), words.get("locale"), words.get("hours_ago"))
        return "", 204

    @routes.delete("/chat/<person>")
    def clear(person: str) -> Any:
        threads.clear(_person(person))
        return "", 204

    return routes


def _content(words: dict[str, Any]) -> dict[str, Any]:
    if words.get("sticker"):
        return events.sticker(request.host_url + "page/thumb.svg")
    if words.get("image"):
        return events.image(request.host_url + "page/picture.svg")
    text = words.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ControlError("A person's message has a text, or is a sticker or an image.")
    if "payload" in words:
        return {"text": text, "quick_reply": {"payload": str(words["payload"])}}
    return {"text": text}


def _person(person: str) -> str:
    if not (person.isascii() and person.isdecimal()):
        raise ControlError(f"A person's id is digits, got {person!r}.")
    return person


def _words() -> dict[str, Any]:
    words = request.get_json(force=True, silent=True)
    if not isinstance(words, dict):
        raise ControlError("The body is a JSON object.")
    return words
