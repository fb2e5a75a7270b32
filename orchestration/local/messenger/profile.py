"""The page's Messenger profile: greeting, Get Started, menu, ice breakers, commands; with the limits of its API."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from orchestration.local.messenger.errors import BadParameter, GraphError
from orchestration.local.messenger.fields import a_list, a_text, a_url, an_object, one_of, only

_CALLS, _SECONDS = 10, 600.0
GREETING, MENU_ITEMS, MENU_TITLE, PAYLOAD = 160, 20, 30, 1000
ICE_BREAKERS, QUESTION = 4, 80
COMMANDS, COMMAND_NAME, COMMAND_TEXT = 100, 32, 64
_DEFAULT = "default"


@dataclass
class Profile:
    """What was set, by field; more than ten calls in ten minutes are refused."""

    fields: dict[str, Any] = field(default_factory=dict)
    _calls: "deque[float]" = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)
    _clock: Callable[[], float] = time.monotonic

    def set(self, body: dict[str, Any]) -> None:
        """Take some fields, each as a whole; nothing is taken if one of them is wrong."""
        self._count()
        only(an_object(body, "body"), "body", frozenset(_CHECKS))
        for name, value in body.items():
            _CHECKS[name](value, name)
        with self._lock:
            if "persistent_menu" in body and "get_started" not in {**self.fields, **body}:
                raise BadParameter("persistent_menu", "needs a get_started button")
            self.fields.update(body)

    def get(self, names: str) -> list[dict[str, Any]]:
        """Return the fields named, those that are set, as the API wraps them."""
        self._count()
        wanted = [name for name in names.split(",") if name]
        with self._lock:
            found = {name: self.fields[name] for name in wanted if name in self.fields}
        return [found] if found else []

    def delete(self, names: Any) -> None:
        """Unset fields."""
        self._count()
        for number, name in enumerate(a_list(names, "fields", len(_CHECKS))):
            one_of(name, f"fields[{number}]", frozenset(_CHECKS))
        with self._lock:
            for name in names:
                self.fields.pop(name, None)

    def seen_in(self, locale: str) -> dict[str, Any]:
        """What a person with this locale sees of it."""
        with self._lock:
            return {name: _in_locale(value, locale) for name, value in self.fields.items()}

    def _count(self) -> None:
        with self._lock:
            now = self._clock()
            while self._calls and now - self._calls[0] >= _SECONDS:
                self._calls.popleft()
            if len(self._calls) >= _CALLS:
                raise GraphError(613, "(#613) Calls to this api have exceeded the rate limit.", status=429)
            self._calls.append(now)


def _in_locale(value: Any, locale: str) -> Any:
    if not isinstance(value, list):
        return value
    return next((one for wanted in (locale, _DEFAULT) for one in value if one["locale"] == wanted), None)


def _get_started(value: Any, path: str) -> None:
    only(an_object(value, path), path, frozenset({"payload"}))
    a_text(value.get("payload"), f"{path}[payload]", PAYLOAD)


def _localized(value: Any, path: str, allowed: frozenset[str]) -> list[tuple[dict[str, Any], str]]:
    """Entries that each name a locale, one of them `default`."""
    entries = [(an_object(one, f"{path}[{n}]"), f"{path}[{n}]") for n, one in enumerate(a_list(value, path, 100))]
    for entry, where in entries:
        only(entry, where, allowed | {"locale"})
        a_text(entry.get("locale"), f"{where}[locale]", 10)
    if all(entry["locale"] != _DEFAULT for entry, _ in entries):
        raise BadParameter(path, "needs an entry whose locale is default")
    return entries


def _greeting(value: Any, path: str) -> None:
    for entry, where in _localized(value, path, frozenset({"text"})):
        a_text(entry.get("text"), f"{where}[text]", GREETING)


def _menu(value: Any, path: str) -> None:
    for entry, where in _localized(value, path, frozenset({"composer_input_disabled", "call_to_actions"})):
        for n, item in enumerate(a_list(entry.get("call_to_actions"), f"{where}[call_to_actions]", MENU_ITEMS)):
            at = f"{where}[call_to_actions][{n}]"
            kind = one_of(an_object(item, at).get("type"), f"{at}[type]", frozenset({"postback", "web_url"}))
            a_text(item.get("title"), f"{at}[title]", MENU_TITLE)
            if kind == "postback":
                a_text(item.get("payload"), f"{at}[payload]", PAYLOAD)
            else:
                a_url(item.get("url"), f"{at}[url]")


def _ice_breakers(value: Any, path: str) -> None:
    for entry, where in _localized(value, path, frozenset({"call_to_actions"})):
        for n, item in enumerate(a_list(entry.get("call_to_actions"), f"{where}[call_to_actions]", ICE_BREAKERS)):
            at = f"{where}[call_to_actions][{n}]"
            only(an_object(item, at), at, frozenset({"question", "payload"}))
            a_text(item.get("question"), f"{at}[question]", QUESTION)
            a_text(item.get("payload"), f"{at}[payload]", PAYLOAD)


def _commands(value: Any, path: str) -> None:
    for entry, where in _localized(value, path, frozenset({"commands"})):
        for n, item in enumerate(a_list(entry.get("commands"), f"{where}[commands]", COMMANDS)):
            at = f"{where}[commands][{n}]"
            only(an_object(item, at), at, frozenset({"name", "description"}))
            a_text(item.get("name"), f"{at}[name]", COMMAND_NAME)
            a_text(item.get("description"), f"{at}[description]", COMMAND_TEXT)


_CHECKS: dict[str, Callable[[Any, str], None]] = {
    "get_started": _get_started,
    "greeting": _greeting,
    "persistent_menu": _menu,
    "ice_breakers": _ice_breakers,
    "commands": _commands,
}
