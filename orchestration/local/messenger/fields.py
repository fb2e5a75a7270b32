"""Reading one field of a request strictly: its presence, its type, its length."""

from typing import Any

from orchestration.local.messenger.errors import BadParameter


def length(text: str) -> int:
    """The larger of code points and UTF-16 units: Meta does not say which it counts, so both must fit."""
    return max(len(text), len(text.encode("utf-16-le", "surrogatepass")) // 2)


def an_object(value: Any, path: str) -> dict[str, Any]:
    """Return a non-empty JSON object."""
    if not isinstance(value, dict) or not value:
        raise BadParameter(path, "must be a non-empty object")
    return value


def a_list(value: Any, path: str, most: int) -> list[Any]:
    """Return a JSON list of 1 to `most` entries."""
    if not isinstance(value, list) or not value:
        raise BadParameter(path, "must be a non-empty array")
    if len(value) > most:
        raise BadParameter(path, f"has {len(value)} entries; at most {most} are allowed")
    return value


def a_text(value: Any, path: str, most: int) -> str:
    """Return a string of 1 to `most` characters that are not all blank."""
    if not isinstance(value, str) or not value.strip():
        raise BadParameter(path, "must be a non-empty string")
    if length(value) > most:
        raise BadParameter(path, f"has {length(value)} characters; at most {most} are allowed")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise BadParameter(path, "must be valid UTF-8")
    return value


def a_url(value: Any, path: str) -> str:
    """Return an http or https URL."""
    text = a_text(value, path, 2048)
    if not text.startswith(("https://", "http://")) or any(char.isspace() for char in text):
        raise BadParameter(path, "should represent a valid URL")
    return text


def one_of(value: Any, path: str, allowed: frozenset[str]) -> str:
    """Return one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise BadParameter(path, f"must be one of {', '.join(sorted(allowed))}")
    return value


def only(fields: dict[str, Any], path: str, allowed: frozenset[str]) -> None:
    """Refuse a field that Messenger does not know there."""
    for name in fields:
        if name not in allowed:
            raise BadParameter(f"{path}[{name}]", "is not a known parameter")
