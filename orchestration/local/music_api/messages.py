"""The two values that travel between the sockets and the APIs: a Request, and the Answer to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

JSON_TYPE = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One HTTP request. Header names are lower case; `origin` is this server's own scheme, host and port."""

    method: str
    path: str
    raw_query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    origin: str = "http://127.0.0.1"
    source: str = "127.0.0.1"

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """Return every parameter with all its values, empty ones too."""
        return parse_qs(self.raw_query, keep_blank_values=True)

    def value(self, name: str) -> str | None:
        """Return the first value of one query parameter, or nothing."""
        values = self.query.get(name)
        return values[0] if values else None

    def form(self) -> dict[str, str]:
        """Return the body read as an HTML form, first value of each field."""
        return {name: values[0] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; `payload` is the JSON behind the body. The last three are for faults: after how many bytes of
    the body the connection is reset (0: before the status line), how many seconds pass before the first byte, and
    over how many the body is sent.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE
    payload: Any = None
    cut_after: int | None = None
    hold_seconds: float = 0.0
    drip_seconds: float = 0.0


def json_answer(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return `payload` as UTF-8 JSON."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, body, headers or {}, JSON_TYPE, payload)
