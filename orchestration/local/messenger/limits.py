"""A Send API request is right, or raises the error Messenger would answer. Figures: Send API reference, v26.0."""

from typing import Any

from orchestration.local.messenger.errors import BadParameter, GraphError
from orchestration.local.messenger.fields import a_list, a_text, a_url, an_object, one_of, only

TEXT, METADATA, BUTTON_TEXT = 1999, 999, 640
TITLE, SUBTITLE, ELEMENTS, BUTTONS = 80, 80, 10, 3
BUTTON_TITLE, PAYLOAD, QUICK_REPLIES = 20, 1000, 13

_TOP = frozenset({"recipient", "message", "sender_action", "messaging_type", "tag", "notification_type", "payload"})
_MESSAGE = frozenset({"text", "attachment", "quick_replies", "metadata"})
_ELEMENT = frozenset({"title", "subtitle", "image_url", "default_action", "buttons"})
_ACTIONS = frozenset({"typing_on", "typing_off", "mark_seen", "react"})
_TYPES = frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG"})
_MEDIA = frozenset({"image", "audio", "video", "file"})
_BUTTON = {
    "web_url": frozenset({"type", "title", "url", "webview_height_ratio", "messenger_extensions", "fallback_url"}),
    "postback": frozenset({"type", "title", "payload"}),
    "phone_number": frozenset({"type", "title", "payload"}),
}
_QUICK_REPLY_KINDS = frozenset({"text", "user_phone_number", "user_email"})


def check(body: dict[str, Any]) -> str:
    """Return the recipient's id if all of the request is within limits."""
    only(body, "body", _TOP)
    recipient = _recipient(body.get("recipient"))
    if "sender_action" in body:
        one_of(body["sender_action"], "sender_action", _ACTIONS)
        if "message" in body:
            raise BadParameter("sender_action", "must be sent without a message")
        return recipient
    _messaging_type(body)
    _message(an_object(body.get("message"), "message"))
    return recipient


def _recipient(value: Any) -> str:
    recipient = an_object(value, "recipient")
    only(recipient, "recipient", frozenset({"id"}))
    identifier = recipient.get("id")
    if not isinstance(identifier, str) or not (identifier.isascii() and identifier.isdecimal()):
        raise GraphError(100, "(#100) No matching user found", subcode=2018001)
    return identifier


def _messaging_type(body: dict[str, Any]) -> None:
    kind = one_of(body.get("messaging_type"), "messaging_type", _TYPES)
    if kind == "MESSAGE_TAG" and body.get("tag") != "HUMAN_AGENT":
        raise BadParameter("tag", "must be HUMAN_AGENT; all other message tags were retired on 2026-04-27")
    if kind != "MESSAGE_TAG" and "tag" in body:
        raise BadParameter("tag", "needs messaging_type MESSAGE_TAG")


def _message(message: dict[str, Any]) -> None:
    only(message, "message", _MESSAGE)
    if ("text" in message) == ("attachment" in message):
        raise BadParameter("message", "needs either text or attachment")
    if "text" in message:
        a_text(message["text"], "message[text]", TEXT)
    else:
        _attachment(an_object(message["attachment"], "message[attachment]"))
    if "metadata" in message:
        a_text(message["metadata"], "message[metadata]", METADATA)
    if "quick_replies" in message:
        path = "message[quick_replies]"
        for number, reply in enumerate(a_list(message["quick_replies"], path, QUICK_REPLIES)):
            _quick_reply(an_object(reply, f"{path}[{number}]"), f"{path}[{number}]")


def _quick_reply(reply: dict[str, Any], path: str) -> None:
    only(reply, path, frozenset({"content_type", "title", "payload", "image_url"}))
    if one_of(reply.get("content_type"), f"{path}[content_type]", _QUICK_REPLY_KINDS) == "text":
        a_text(reply.get("title"), f"{path}[title]", BUTTON_TITLE)
        a_text(reply.get("payload"), f"{path}[payload]", PAYLOAD)
    if "image_url" in reply:
        a_url(reply["image_url"], f"{path}[image_url]")


def _attachment(attachment: dict[str, Any]) -> None:
    path = "message[attachment]"
    only(attachment, path, frozenset({"type", "payload"}))
    kind = one_of(attachment.get("type"), f"{path}[type]", _MEDIA | {"template"})
    payload = an_object(attachment.get("payload"), f"{path}[payload]")
    if kind != "template":
        if "attachment_id" not in payload:
            a_url(payload.get("url"), f"{path}[payload][url]")
        return
    template = one_of(payload.get("template_type"), f"{path}[payload][template_type]", frozenset({"generic", "button"}))
    if template == "generic":
        only(payload, f"{path}[payload]", frozenset({"template_type", "elements", "image_aspect_ratio", "sharable"}))
        for number, element in enumerate(a_list(payload.get("elements"), f"{path}[payload][elements]", ELEMENTS)):
            _element(an_object(element, f"elements[{number}]"), f"elements[{number}]")
    else:
        only(payload, f"{path}[payload]", frozenset({"template_type", "text", "buttons", "sharable"}))
        a_text(payload.get("text"), f"{path}[payload][text]", BUTTON_TEXT)
        _buttons(payload.get("buttons"), f"{path}[payload][buttons]")


def _element(element: dict[str, Any], path: str) -> None:
    only(element, path, _ELEMENT)
    a_text(element.get("title"), f"{path}[title]", TITLE)
    if len(element) < 2:
        raise BadParameter(path, "needs at least one property beside the title")
    if "subtitle" in element:
        a_text(element["subtitle"], f"{path}[subtitle]", SUBTITLE)
    if "image_url" in element:
        a_url(element["image_url"], f"{path}[image_url]")
    if "default_action" in element:
        _default_action(an_object(element["default_action"], f"{path}[default_action]"), f"{path}[default_action]")
    if "buttons" in element:
        _buttons(element["buttons"], f"{path}[buttons]")


def _default_action(action: dict[str, Any], path: str) -> None:
    only(action, path, _BUTTON["web_url"] - {"title"})
    one_of(action.get("type"), f"{path}[type]", frozenset({"web_url"}))
    a_url(action.get("url"), f"{path}[url]")


def _buttons(value: Any, path: str) -> None:
    for number, entry in enumerate(a_list(value, path, BUTTONS)):
        where = f"{path}[{number}]"
        button = an_object(entry, where)
        kind = one_of(button.get("type"), f"{where}[type]", frozenset(_BUTTON))
        only(button, where, _BUTTON[kind])
        a_text(button.get("title"), f"{where}[title]", BUTTON_TITLE)
        if kind == "web_url":
            a_url(button.get("url"), f"{where}[url]")
        else:
            a_text(button.get("payload"), f"{where}[payload]", PAYLOAD)
