"""HTTP: AWS's JSON 1.1 protocol on one port, one thread a connection."""

import json
import logging
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from orchestration.local.athena.api import Api, knows
from orchestration.local.athena.errors import ApiError
from orchestration.local.service import HOST

HEALTH = "/_control/health"
_PREFIX = "AmazonAthena."
_CONTENT = "application/x-amz-json-1.1"
_log = logging.getLogger(__name__)


class Application:
    """The WSGI application. `is_ready` says whether queries can run."""

    def __init__(self, api: Api, is_ready: Callable[[], bool]) -> None:
        self._api = api
        self._is_ready = is_ready

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if environ["PATH_INFO"] == HEALTH:
            status, answer = (200, {"ready": True}) if self._is_ready() else (503, {"ready": False})
        else:
            status, answer = self._answer(environ.get("HTTP_X_AMZ_TARGET", ""), body)
        content = json.dumps(answer).encode()
        headers = [
            ("Content-Type", _CONTENT),
            ("Content-Length", str(len(content))),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [content]

    def _answer(self, target: str, body: bytes) -> tuple[int, dict[str, Any]]:
        operation = target.removeprefix(_PREFIX)
        try:
            if not target.startswith(_PREFIX) or not knows(operation):
                raise ApiError("UnknownOperationException", f"Athena has no operation {target!r}.")
            return 200, self._api.call(operation, _parsed(body))
        except ApiError as error:
            return error.status, {"__type": error.code, "Message": error.message, **error.members}
        except Exception as error:
            _log.exception("%s could not be answered", operation)
            return 500, {"__type": "InternalServerException", "Message": f"The local Athena failed: {error!r}"}


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", f"The body of the request is not JSON: {error}") from error


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing of each request: a client that waits asks every second."""


def serve(application: Application, port: int) -> BaseWSGIServer:
    """Return a server that listens on 127.0.0.1; call its `serve_forever`."""
    return make_server(HOST, port, application, threaded=True, request_handler=_Handler)
