"""Asking a local server whether it is there."""

import json
import socket
import urllib.request
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""No proxy, whatever the environment says: the servers are on this machine."""


def answers(url: str) -> bool:
    """Tell whether the address answers with success."""
    return _ask(url) is not None


def json_from(url: str) -> Any:
    """Return the JSON value an address answers with; None where it does not."""
    try:
        return json.loads(_ask(url) or b"null")
    except ValueError:
        return None


def _ask(url: str) -> bytes | None:
    try:
        with _opener.open(url, timeout=5) as response:
            return bytes(response.read()) if 200 <= response.status < 300 else None
    except OSError:
        return None


def listens(host: str, port: int) -> bool:
    """Tell whether anybody takes connections there; cheap enough to ask twenty times a second."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
