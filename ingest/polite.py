"""What the keyless providers share: settings, kept answers, a stop that still loads what was fetched."""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import dlt
from dlt.extract import DltResource

from ingest.answers import Answer, Answers
from ingest.deadlines import StateUnreachable
from ingest.errors import CalledWrongly, Deferred, Final, IngestError, Retryable
from ingest.fitting import Malformed, checked
from ingest.json_api import JsonApi, Refused, Unavailable, Unreadable
from ingest.loaded import Row, new_rows
from ingest.pipelines import Summary, load
from ingest.settings import Settings

STATE_TABLE = "segue_state"

logger = logging.getLogger(__name__)


@dataclass
class Provider:
    """One provider during one run: what was asked, what was given; makes rows with its label and the answer's time."""

    name: str
    api: JsonApi
    answers: Answers
    label: str
    settings: Settings
    asked: int = 0
    answered: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def get(self, key: str, path: str, parameters: list[tuple[str, str]]) -> Answer:
        """Answer from disk or from the provider. Raises what JsonApi raises."""
        if kept := self.answers.get(key):
            return kept
        self.asked += 1
        answer = self.answers.put(key, self.api.get(path, parameters))
        self.answered += 1
        return answer

    def row(self, table: str, answer: Answer, values: dict[str, Any]) -> Row:
        """A row of a table; one that does not fit its declared columns goes to quarantine."""
        try:
            fitting = checked(f"raw_{self.name}", table, values)
        except Malformed as problem:
            return self.quarantined(table, str(values), str(problem), answer)
        return Row(table, {"provider": self.label, "retrieved_at": answer.retrieved_at, **fitting}, answer)

    def quarantined(self, resource: str, payload: str | None, reason: str, answer: Answer | None = None) -> Row:
        """A row of `quarantine`."""
        values = {"resource": resource, "record_id": None, "reason": reason, "payload": payload}
        at = answer.retrieved_at if answer else self.settings.started_at
        return Row("quarantine", {"provider": self.label, "retrieved_at": at, **values}, answer)

    def unusable(self, resource: str, problem: Refused | Unreadable) -> Row:
        """The quarantine row of an answer that was refused or could not be read."""
        logger.warning("%s", problem)
        raw = problem.raw.decode("utf-8", "backslashreplace") if isinstance(problem, Unreadable) else None
        return self.quarantined(resource, raw.replace("\0", "\\x00") if raw else None, str(problem))


def load_rows(provider: Provider, rows: Callable[[], Iterator[Row]], arguments: argparse.Namespace) -> Summary:
    """Load the rows; where the provider stops us, what came before is loaded.

    Raises Deferred after a long Retry-After, Retryable where nothing at all could be asked. A provider that fails
    half-way leaves the run `degraded`, which is no failure: the next run asks for the rest.
    """
    stops: list[Exception] = []
    source = _source(provider, lambda: _until_stopped(rows(), stops))
    summary = load(provider.name, source, provider.settings)
    summary.details.update(degraded=bool(stops), calls=provider.api.session.calls, **provider.counts)
    for stop in stops:
        logger.warning("%s: degraded: %s", provider.name, stop)
        if isinstance(stop, Unavailable) and provider.answered:
            continue
        if arguments.json:
            sys.stdout.write(json.dumps(summary.as_json()) + "\n")
        raise _translated(provider.name, stop) from stop
    return summary


def _translated(name: str, stop: Exception) -> IngestError:
    if isinstance(stop, Deferred):
        return stop
    if isinstance(stop, StateUnreachable):
        return Final(str(stop))
    return Retryable(
        f"{name}: nothing could be asked: {stop}. Expected an answer within a few tries. Next: run the same command "
        "again later; everything else works without it, only with less to go by."
    )


def _until_stopped(rows: Iterator[Row], stops: list[Exception]) -> Iterator[Row]:
    try:
        yield from rows
    except (Deferred, Unavailable, StateUnreachable) as stop:
        stops.append(stop)


def _source(provider: Provider, rows: Callable[[], Iterator[Row]]) -> Any:
    def resource() -> Iterator[Any]:
        yield from new_rows(f"raw_{provider.name}", rows(), provider.answers.id, provider.settings.lake_url)

    def resources() -> Iterator[DltResource]:
        yield dlt.resource(resource, name=f"{provider.name}_answers")

    return dlt.source(resources, name=provider.name, max_table_nesting=0)()


def url_of(environment: Mapping[str, str], variable: str, default: str) -> str:
    """Read a base URL. Raises CalledWrongly for one that is none."""
    value = environment.get(variable) or default
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CalledWrongly(f"{variable} is {value!r}. Right would be an address such as {default}")
    return value
