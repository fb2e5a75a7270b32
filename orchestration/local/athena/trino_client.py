"""Trino's HTTP protocol: one statement posted, its pages followed, its statistics kept, its query cancelled.

The client library of Trino is not used: it turns values into Python's, and Athena prints Java's (`1.0E7`).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

_USER = "athena"
_BUSY = (429, 502, 503, 504)
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 120
_BUSY_TRIES = 8
_PREPARE = "PREPARE checked FROM\n"
_LONGEST_PREPARED = 40_000
_LINE = re.compile(r"\bline (\d+):")


class Real(str):
    """A floating point number, as Java wrote it."""

    __slots__ = ()


@dataclass(frozen=True)
class Column:
    """A column of a result: its name and Trino's type signature (`rawType`, `arguments`)."""

    name: str
    signature: Mapping[str, Any]


class TrinoError(Exception):
    """Trino says that the query failed: its error's name, kind and message."""

    def __init__(self, name: str, kind: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.kind, self.message = name, kind, message


class TrinoGone(Exception):
    """Trino does not answer, or not as Trino does: it ended, or does not run."""


@dataclass
class Statement:
    """One statement that Trino runs; iterate over its pages until it has ended."""

    url: str
    sql: str
    headers: Mapping[str, str]
    columns: tuple[Column, ...] | None = None
    update_type: str | None = None
    update_count: int | None = None
    stats: dict[str, Any] = field(default_factory=dict)
    _next: str | None = None

    def pages(self) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the rows page by page, an empty page where there is only news of the progress.

        Values are JSON's, floating point numbers `Real`. Raises TrinoError, TrinoGone.
        """
        with requests.Session() as session:
            session.trust_env = False
            answer = _ask(session, "POST", f"{self.url}/v1/statement", self.sql.encode(), self.headers)
            while True:
                yield self._read(answer)
                if self._next is None:
                    return
                answer = _ask(session, "GET", self._next)

    def cancel(self) -> None:
        """Stop the query; harmless when it has ended or Trino is gone. May be called from another thread."""
        following = self._next
        if following:
            with requests.Session() as session:
                session.trust_env = False
                try:
                    _ask(session, "DELETE", following)
                except TrinoGone:
                    return

    def _read(self, answer: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        self._next = answer.get("nextUri")
        self.stats = answer.get("stats", self.stats)
        self.update_type = answer.get("updateType", self.update_type)
        self.update_count = answer.get("updateCount", self.update_count)
        if self.columns is None and answer.get("columns"):
            self.columns = tuple(Column(one["name"], one["typeSignature"]) for one in answer["columns"])
        error = answer.get("error")
        if error:
            raise TrinoError(error["errorName"], error["errorType"], error.get("message") or error["errorName"])
        rows: Sequence[Sequence[Any]] = answer.get("data") or ()
        return rows


class Trino:
    """Where Trino answers."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def statement(self, sql: str, catalog: str, schema: str, session: Mapping[str, str], source: str) -> Statement:
        """Return a statement that starts when its pages are read.

        Args:
            sql: one statement.
            catalog, schema: what unqualified names mean.
            session: session properties.
            source: told to Trino for its log: the id of Athena's query.
        """
        headers = {
            "X-Trino-User": _USER,
            "X-Trino-Source": source,
            "X-Trino-Catalog": quote(catalog),
            "X-Trino-Schema": quote(schema),
            "X-Trino-Time-Zone": "UTC",
            "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
            "X-Trino-Session": ",".join(f"{name}={quote(value)}" for name, value in session.items()),
        }
        return Statement(self.url, sql, {name: value for name, value in headers.items() if value})

    def syntax_error(self, sql: str) -> str | None:
        """Return what Trino's parser has to say against a statement, which is not run; None if it can be read.

        None too where nobody can tell: Trino does not answer, or the text is too long for the answer's header.
        """
        if len(sql) > _LONGEST_PREPARED:
            return None
        try:
            for _ in self.statement(_PREPARE + sql, "system", "runtime", {}, "syntax").pages():
                pass
        except TrinoError as error:
            return _LINE.sub(_one_line_up, error.message) if error.name == "SYNTAX_ERROR" else None
        except TrinoGone:
            return None
        return None

    def is_up(self) -> bool:
        """Tell whether Trino has started."""
        with requests.Session() as session:
            session.trust_env = False
            try:
                return _ask(session, "GET", f"{self.url}/v1/info").get("starting") is False
            except TrinoGone:
                return False


def _one_line_up(found: re.Match[str]) -> str:
    return f"line {int(found[1]) - 1}:"


def _ask(
    session: requests.Session,
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return Trino's JSON; an answer that says "busy" is asked for again."""
    for left in reversed(range(_BUSY_TRIES)):
        try:
            answer = session.request(
                method, url, data=body, headers=headers, timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS)
            )
        except requests.RequestException as error:
            raise TrinoGone(f"{method} {url}: {error}") from error
        if answer.status_code not in _BUSY or not left:
            break
    if answer.status_code == 204:
        return {}
    try:
        known = json.loads(answer.content, parse_float=Real)
    except ValueError as error:
        raise TrinoGone(f"{method} {url} answered {answer.status_code}: {answer.text[:200]!r}") from error
    if answer.status_code != 200 or not isinstance(known, dict):
        raise TrinoGone(f"{method} {url} answered {answer.status_code}: {answer.text[:200]!r}")
    return known
