"""What is kept of each query: its QueryExecution as the API shows it, and what GetQueryResults needs."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.local.athena.errors import SYSTEM, QueryFailure, invalid_request
from orchestration.local.athena.store import Store

_KIND = "execution"
KEPT_SECONDS = 45 * 24 * 3600
"""Athena keeps the history of queries for 45 days."""
INTERRUPTED = QueryFailure(
    "INTERNAL_ERROR: The local Athena was stopped while this query was queued or running. Next: start it again.",
    SYSTEM,
    100,
    retryable=True,
)


@dataclass
class Record:
    """One query. `execution` is Athena's QueryExecution with times in seconds; `result_of` whose result it shows."""

    execution: dict[str, Any]
    result_of: str
    columns: list[Mapping[str, Any]] = field(default_factory=list)
    update_count: int = 0
    runtime: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The query's id."""
        return str(self.execution["QueryExecutionId"])

    @property
    def state(self) -> str:
        """QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED."""
        return str(self.execution["Status"]["State"])

    def begin(self) -> None:
        """Say that the query runs now, and how long it was queued."""
        status, statistics = self.execution["Status"], self.execution["Statistics"]
        status["State"] = "RUNNING"
        statistics["QueryQueueTimeInMillis"] = max(1, _milliseconds_since(status["SubmissionDateTime"]))

    def end(self, state: str, reason: str | None = None, failure: QueryFailure | None = None) -> None:
        """Say how the query ended, with its times; `begin` need not have been."""
        status, statistics = self.execution["Status"], self.execution["Statistics"]
        status["State"] = state
        status["CompletionDateTime"] = time.time()
        total = max(1, _milliseconds_since(status["SubmissionDateTime"]))
        queued = statistics.setdefault("QueryQueueTimeInMillis", total)
        service = min(statistics.get("ServiceProcessingTimeInMillis", 0), total - queued)
        statistics["TotalExecutionTimeInMillis"] = total
        statistics["EngineExecutionTimeInMillis"] = max(1, total - queued - service)
        if reason:
            status["StateChangeReason"] = reason
        if failure:
            status["AthenaError"] = {
                "ErrorCategory": failure.category,
                "ErrorType": failure.type,
                "Retryable": failure.retryable,
                "ErrorMessage": failure.message,
            }

    def fail(self, failure: QueryFailure) -> None:
        """Say that the query failed."""
        self.end("FAILED", failure.message, failure)


class Records:
    """The kept records, and where their results are."""

    def __init__(self, store: Store, results: Path) -> None:
        self._store = store
        self._results = results

    def put(self, record: Record) -> None:
        """Keep a record as it is now."""
        of, at = record.execution["WorkGroup"], record.execution["Status"]["SubmissionDateTime"]
        self._store.put(_KIND, record.id, asdict(record), of=of, at=at)

    def get(self, query_id: str) -> Record:
        """Return a record; ApiError where there is none."""
        found = self._store.get(_KIND, query_id)
        if found is None:
            raise invalid_request(f"QueryExecution {query_id} was not found")
        return Record(**found)

    def ids(self, work_group: str) -> list[str]:
        """Return the ids of a work group's queries, the newest first."""
        return self._store.keys(_KIND, work_group, newest_first=True)

    def result(self, query_id: str) -> Path:
        """Return the file where a query's rows are kept."""
        return self._results / f"{query_id}.jsonl"

    def after_start(self) -> None:
        """Fail what was on its way when the process ended, and forget what is older than Athena remembers."""
        for document in self._store.documents(_KIND):
            record = Record(**document)
            if record.execution["Status"]["SubmissionDateTime"] < time.time() - KEPT_SECONDS:
                self._store.delete(_KIND, record.id)
                self.result(record.id).unlink(missing_ok=True)
            elif record.state in ("QUEUED", "RUNNING"):
                record.fail(INTERRUPTED)
                self.put(record)


def _milliseconds_since(moment: float) -> int:
    return round((time.time() - moment) * 1000)
