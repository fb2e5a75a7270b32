"""Sockets: HTTP/1.1 on 127.0.0.1, one thread a connection. The only file that can cut or slow one."""

import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from orchestration.local.music_api.application import MusicApis
from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.control import controlled
from orchestration.local.music_api.messages import Answer, Request
from orchestration.local.music_api.reading import load
from orchestration.local.music_api.settings import Settings

_DRIP_PIECES = 20
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class ServerInfo:
    """Where a running server is, and its inside for tests in the same process."""

    origin: str
    apis: MusicApis

    @property
    def spotify_url(self) -> str:
        """Return the base for SPOTIFY_API_URL."""
        return f"{self.origin}/v1/"

    @property
    def token_url(self) -> str:
        """Return the value for SPOTIFY_TOKEN_URL."""
        return f"{self.origin}/api/token"

    @property
    def reccobeats_url(self) -> str:
        """Return the base for RECCOBEATS_API_URL."""
        return f"{self.origin}/reccobeats/v1"

    @property
    def musicbrainz_url(self) -> str:
        """Return the base for MUSICBRAINZ_API_URL."""
        return f"{self.origin}/musicbrainz/ws/2"


@contextmanager
def serving(
    catalogue: Catalogue | str | Path,
    settings: Settings | None = None,
    faults: Sequence[Any] = (),
    port: int = 0,
) -> Iterator[ServerInfo]:
    """Serve a catalogue (or the folder of one, or `demo`) on a free port until the block ends."""
    known = catalogue if isinstance(catalogue, Catalogue) else load(str(catalogue))
    first = settings or Settings()
    apis = MusicApis(known, first)
    apis.faults.add(faults)
    server = _Server(("127.0.0.1", port), apis, first)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="music_api", daemon=True)
    thread.start()
    try:
        yield ServerInfo(server.origin, apis)
    finally:
        server.stop()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], apis: MusicApis, first: Settings) -> None:
        self.apis = apis
        self.first = first
        self.stopping = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away in mid-answer is no news; anything else is."""
        if not self.stopping.is_set():
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Take no new connections, end the open ones."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _respond(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdecimal() else b""
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            raw_query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            origin=self.server.origin,
            source=str(self.client_address[0]),
        )
        if request.path.startswith("/_control"):
            self._send(controlled(self.server.apis, self.server.first, request))
        else:
            self._send(self.server.apis.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _respond

    def _send(self, answer: Answer) -> None:
        if answer.cut_after == 0:
            return self._cut()
        if answer.hold_seconds and self.server.stopping.wait(answer.hold_seconds):
            return self._cut()
        head = self._head(answer)
        body = b"" if self.command == "HEAD" else answer.body
        if answer.drip_seconds:
            self.wfile.write(head)
            self._drip(body, answer.drip_seconds)
        elif answer.cut_after is not None:
            self.wfile.write(head + body[: answer.cut_after])
            self._cut()
        else:
            self.wfile.write(head + body)

    def _head(self, answer: Answer) -> bytes:
        """Return status line and headers in one piece: sent apart from the body they would wait for each other."""
        headers = {
            "Date": self.date_time_string(),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            **answer.headers,
        }
        phrase = responses.get(answer.status, "")
        lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _drip(self, body: bytes, seconds: float) -> None:
        size = max(1, len(body) // _DRIP_PIECES)
        pieces = [body[start : start + size] for start in range(0, len(body), size)]
        for piece in pieces:
            if self.server.stopping.wait(seconds / len(pieces)):
                return self._cut()
            self.wfile.write(piece)

    def _cut(self) -> None:
        """Reset the connection: closing with a linger time of zero sends RST instead of FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: /_control/requests is the log."""
