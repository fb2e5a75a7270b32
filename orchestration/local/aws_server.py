"""`python -m orchestration.local.aws_server`: moto (S3, Glue, Secrets Manager, STS) whose state outlives it.

moto keeps everything in memory. Every request that changed something is therefore written to a journal before it is
answered, and made again at the next start with its own time and its own random seed: ids, tags and dates stay.
What does not: the creation dates of buckets.
"""

import argparse
import io
import json
import re
import secrets
import signal
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote_to_bytes

import moto.glue.models
import moto.s3.models
import moto.secretsmanager.models
from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from orchestration.local import glue_extras
from orchestration.local.journal import Entry, Journal
from orchestration.local.service import HOST
from orchestration.local.superseded import shortened

HEALTH = "/_control/health"
_READS = re.compile(r"\.(Get|List|Describe|BatchGet|Search|Query|Check)\w*$")
_NEVER_KEPT = ("HTTP_HOST", "HTTP_CONNECTION", "HTTP_EXPECT", "HTTP_TRANSFER_ENCODING")


class PersistentMoto:
    """moto's WSGI application, one request at a time, with a journal."""

    def __init__(self, folder: Path) -> None:
        glue_extras.install()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._journal = Journal(folder)
        self._lock = Lock()
        self._now: float | None = None
        self._replace_clock()
        self._replay()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request; if it changed something, only once it is in the journal."""
        if environ["PATH_INFO"] == HEALTH:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b"{}"]
        body = _take_body(environ)
        changes = _changes(environ)
        entry = _entry(environ, self._journal.keep_body(body)) if changes else None
        with self._lock:
            status, headers, answer = self._ask(environ, entry)
            if entry and status.startswith("2"):
                self._journal.append(entry)
        if "HTTP_X_AMZ_TARGET" in environ and not status.startswith("2"):
            sys.stderr.write(f"aws: {environ['HTTP_X_AMZ_TARGET']} {body[:200]!r} got {status} {answer[:400]!r}\n")
        start_response(status, headers)
        return [answer]

    def _ask(self, environ: dict[str, Any], entry: Entry | None) -> tuple[str, list[tuple[str, str]], bytes]:
        said: list[Any] = []

        def remember(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            said[:] = [status, headers]
            return lambda _data: None

        if entry:
            mock_random.seed(entry.seed)
            self._now = entry.at
        try:
            application = self._moto(environ, remember)
            answer = b"".join(application)
            getattr(application, "close", lambda: None)()
        finally:
            self._now = None
        return said[0], said[1], answer

    def _replay(self) -> None:
        entries = self._journal.read()
        kept = shortened(entries, self._journal.body)
        for entry in kept:
            status, _, answer = self._ask(_environ(entry, self._journal.body(entry.body)), entry)
            if not status.startswith("2"):
                sys.stderr.write(
                    f"aws: {entry.method} {entry.path} could not be made again: {status} {answer[:200]!r}\n"
                )
        self._journal.rewrite(kept)
        sys.stderr.write(f"aws: {len(kept)} requests made again, {len(entries) - len(kept)} superseded ones dropped\n")

    def _replace_clock(self) -> None:
        """Let moto take the time of the request that is being made again, and its upload ids from the seed."""

        def now() -> float:
            return time.time() if self._now is None else self._now

        def utcnow() -> datetime:
            return datetime.fromtimestamp(now(), UTC).replace(tzinfo=None)

        for module in (moto.s3.models, moto.glue.models, moto.secretsmanager.models):
            vars(module)["utcnow"] = utcnow
        vars(moto.secretsmanager.models)["time"] = SimpleNamespace(time=now)
        vars(moto.s3.models)["os"] = SimpleNamespace(urandom=mock_random.randbytes)


def _take_body(environ: dict[str, Any]) -> bytes:
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return bytes(body)


def _changes(environ: dict[str, Any]) -> bool:
    """Tell whether the request may change something."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return _READS.search(target) is None
    is_sts = "/sts/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS") and not is_sts


def _entry(environ: dict[str, Any], body: str) -> Entry:
    headers = {
        name: value
        for name, value in environ.items()
        if (name.startswith("HTTP_") and name not in _NEVER_KEPT) or name == "CONTENT_TYPE"
    }
    return Entry(
        at=time.time(),
        seed=secrets.randbits(63),
        method=environ["REQUEST_METHOD"],
        path=environ.get("RAW_URI", environ["PATH_INFO"]).split("?", 1)[0],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
    )


def _environ(entry: Entry, body: bytes) -> dict[str, Any]:
    uri = entry.path + (f"?{entry.query}" if entry.query else "")
    return {
        **entry.headers,
        "REQUEST_METHOD": entry.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(entry.path).decode("latin-1"),
        "QUERY_STRING": entry.query,
        "RAW_URI": uri,
        "REQUEST_URI": uri,
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "HTTP_HOST": HOST,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": HOST,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.local.aws_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--folder", type=Path, required=True, help="where the journal is kept")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    application = PersistentMoto(options.folder)
    server = make_server(HOST, options.port, application, threaded=True, request_handler=MotoRequestHandler)
    sys.stderr.write(json.dumps({"listening": options.port}) + "\n")
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
