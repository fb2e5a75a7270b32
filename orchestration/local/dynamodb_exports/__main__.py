"""`python -m orchestration.local.dynamodb_exports`: in front of DynamoDB Local; answers exports, passes on the rest."""

import argparse
import json
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from orchestration.local.aws_client import client
from orchestration.local.dynamodb_exports.exports import OPERATIONS, Exports, Refused
from orchestration.local.service import HOST

HEALTH = "/_control/health"
_ERRORS = "com.amazonaws.dynamodb.v20120810#"
_PASSED_BACK = ("content-type", "x-amz-crc32", "x-amzn-requestid")


class Front:
    """A WSGI application that speaks DynamoDB's protocol."""

    def __init__(self, exports: Exports, dynamodb_url: str) -> None:
        self._exports = exports
        self._url = dynamodb_url
        self._session = requests.Session()
        self._session.trust_env = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == HEALTH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b"{}"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        if operation in OPERATIONS:
            status, headers, content = self._own(operation, body)
        else:
            status, headers, content = self._passed_on(environ, body)
        start_response(status, headers)
        return [content]

    def _own(self, operation: str, body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        status = "200 OK"
        try:
            answer = self._exports.answer(operation, json.loads(body))
        except Refused as refused:
            status, answer = "400 Bad Request", {"__type": f"{_ERRORS}{refused.kind}", "message": str(refused)}
        return status, [("Content-Type", "application/x-amz-json-1.0")], json.dumps(answer).encode()

    def _passed_on(self, environ: dict[str, Any], body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        headers = {
            name[5:].replace("_", "-"): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name not in ("HTTP_HOST", "HTTP_CONNECTION", "HTTP_ACCEPT_ENCODING")
        }
        headers["Content-Type"] = environ.get("CONTENT_TYPE", "application/x-amz-json-1.0")
        answer = self._session.post(self._url, data=body, headers=headers, timeout=60)
        back = [(name, value) for name, value in answer.headers.items() if name.lower() in _PASSED_BACK]
        return f"{answer.status_code} {answer.reason}", back, answer.content


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.local.dynamodb_exports", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--folder", type=Path, required=True, help="where exports are remembered")
    parser.add_argument("--dynamodb", required=True, metavar="URL", help="DynamoDB Local")
    parser.add_argument("--s3", required=True, metavar="URL", help="where exports are written to")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    exports = Exports(client("dynamodb", options.dynamodb), client("s3", options.s3), options.folder)
    server = make_server(HOST, options.port, Front(exports, options.dynamodb), threaded=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
