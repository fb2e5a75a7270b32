"""A Trino of scripted answers, in the shape of those recorded from Trino 476, over real HTTP."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote

STATS = {
    "state": "FINISHED",
    "queuedTimeMillis": 1,
    "planningTimeMillis": 7,
    "elapsedTimeMillis": 20,
    "processedRows": 3,
    "physicalInputBytes": 0,
}


def column(name: str, raw: str, *arguments: Any) -> dict[str, Any]:
    """Return a column as Trino describes it; numbers are LONG arguments, signatures TYPE arguments."""
    return {"name": name, "type": raw, "typeSignature": signature(raw, *arguments)}


def signature(raw: str, *arguments: Any) -> dict[str, Any]:
    """Return a type signature."""
    kinds = [{"kind": "LONG" if isinstance(one, int) else "TYPE", "value": one} for one in arguments]
    return {"rawType": raw, "arguments": kinds}


def row_signature(*fields: tuple[str | None, dict[str, Any]]) -> dict[str, Any]:
    """Return the signature of a row; None is a field without a name."""
    arguments = []
    for name, of in fields:
        named = {"fieldName": {"name": name}} if name else {}
        arguments.append({"kind": "NAMED_TYPE", "value": {**named, "typeSignature": of}})
    return {"rawType": "row", "arguments": arguments}


@dataclass
class Script:
    """What one statement is answered with: columns, pages, an error, a count; `gate` holds back the last page."""

    columns: Sequence[dict[str, Any]] = ()
    pages: Sequence[Sequence[Sequence[Any]]] = ()
    error: dict[str, Any] | None = None
    update_type: str | None = None
    update_count: int | None = None
    stats: dict[str, Any] = field(default_factory=dict)
    gate: Event | None = None


ONE = Script([column("_col0", "integer")], [[[1]]])


class FakeTrino:
    """Statements are answered by the first script whose key they contain; all are remembered."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.statements: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.cancelled: list[str] = []
        self.url = ""
        self._running: list[Script] = []

    def on(self, text: str, script: Script) -> None:
        """Answer statements that contain the text."""
        self.scripts[text] = script

    def begin(self, sql: str, headers: dict[str, str]) -> dict[str, Any]:
        """Take a statement; one that is only to be parsed is no statement, and errs only in its syntax."""
        if sql.startswith("PREPARE checked FROM\n"):
            return self._parsed(sql)
        self.statements.append(sql)
        self.headers.append(headers)
        self._running.append(next((script for text, script in self.scripts.items() if text in sql), ONE))
        return {"nextUri": f"{self.url}/{len(self._running) - 1}/0", "stats": {**STATS, "state": "QUEUED"}}

    def _parsed(self, sql: str) -> dict[str, Any]:
        errors = [script.error for text, script in self.scripts.items() if text in sql and script.error]
        wrong = next((error for error in errors if error["errorName"] == "SYNTAX_ERROR"), None)
        return {"stats": STATS, **({"error": wrong} if wrong else {"updateType": "PREPARE"})}

    def go_on(self, number: int, page: int) -> dict[str, Any]:
        """Return page `page` of statement `number`."""
        script = self._running[number]
        last = page >= len(script.pages)
        if last and script.gate is not None and not script.gate.wait(0.05):
            return {"nextUri": f"{self.url}/{number}/{page}", "stats": {**STATS, "state": "RUNNING", **script.stats}}
        answer: dict[str, Any] = {"stats": {**STATS, **script.stats}}
        if self.statements[number] in self.cancelled:
            return answer | {"error": _error("USER_CANCELED", "USER_ERROR", "Query was canceled")}
        if script.columns:
            answer["columns"] = list(script.columns)
        if script.update_type:
            answer |= {"updateType": script.update_type, "updateCount": script.update_count}
        if not last:
            return answer | {"data": script.pages[page], "nextUri": f"{self.url}/{number}/{page + 1}"}
        return answer | ({"error": script.error} if script.error else {})

    def cancel(self, number: int) -> None:
        """Stop statement `number`."""
        self.cancelled.append(self.statements[number])


def failure(name: str, kind: str, message: str) -> Script:
    """Return the script of a statement that fails."""
    return Script(error=_error(name, kind, message))


def _error(name: str, kind: str, message: str) -> dict[str, Any]:
    return {"message": message, "errorCode": 1, "errorName": name, "errorType": kind}


@contextmanager
def serving() -> Iterator[tuple[FakeTrino, ThreadingHTTPServer]]:
    """Yield a Trino, and its server to be shut down by a test that wants it dead."""
    fake = FakeTrino()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say(fake.begin(sql, {name: unquote(value) for name, value in self.headers.items()}))

        def do_GET(self) -> None:
            if self.path == "/v1/info":
                self._say({"starting": False})
            else:
                number, page = self.path.strip("/").split("/")
                self._say(fake.go_on(int(number), int(page)))

        def do_DELETE(self) -> None:
            fake.cancel(int(self.path.strip("/").split("/")[0]))
            self.send_response(204)
            self.end_headers()

        def _say(self, answer: dict[str, Any]) -> None:
            content = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake, server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
