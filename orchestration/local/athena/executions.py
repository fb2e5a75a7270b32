"""Queries: taken, queued, run by a few threads, stopped, looked up. None is lost: what ends badly says so."""

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.local.athena.errors import (
    OTHER,
    SYSTEM,
    USER,
    ApiError,
    QueryFailure,
    invalid_request,
    query_failure,
    too_many_queries,
)
from orchestration.local.athena.paging import paged
from orchestration.local.athena.records import INTERRUPTED, KEPT_SECONDS, Record, Records
from orchestration.local.athena.reuse import REUSABLE, Reuse
from orchestration.local.athena.running import Cancelled, Job, Outcome, Runner
from orchestration.local.athena.starting import Starting
from orchestration.local.athena.store import Store
from orchestration.local.athena.translate import Refused
from orchestration.local.athena.trino_client import TrinoGone
from orchestration.local.athena.work_groups import PRIMARY

_log = logging.getLogger(__name__)
_TOKENS = "token"
_STOPPED = "Query cancelled by user"


@dataclass(frozen=True)
class Limits:
    """Quotas of a new account: queued and running queries together, times; and how many really run at once here."""

    active_dml: int = 200
    active_ddl: int = 20
    at_once: int = 8
    dml_seconds: float = 1800.0
    ddl_seconds: float = 600.0


class Executions:
    """The operations on query executions. `engine_log` is where to read on when Trino has ended."""

    def __init__(
        self,
        store: Store,
        records: Records,
        starting: Starting,
        runner: Runner,
        limits: Limits,
        engine_log: Path,
    ) -> None:
        self._store, self._records, self._starting, self._runner = store, records, starting, runner
        self._reuse = Reuse(store, records)
        self._limits = limits
        self._engine_log = engine_log
        self._lock = Lock()
        self._closing = False
        self._active: dict[str, tuple[Record, Job]] = {}
        self._threads = ThreadPoolExecutor(limits.at_once, thread_name_prefix="query")
        records.after_start()
        store.forget_before(_TOKENS, time.time() - KEPT_SECONDS)
        store.forget_before(REUSABLE, time.time() - KEPT_SECONDS)

    def start(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """StartQueryExecution."""
        token = params.get("ClientRequestToken")
        asked = _digest(params)
        known = self._known(token, asked)
        if known:
            return {"QueryExecutionId": known}
        record, job = self._starting.take(params)
        with self._lock:
            known = self._known(token, asked)
            if known:
                return {"QueryExecutionId": known}
            self._check_quota(record)
            if token:
                self._store.put(_TOKENS, token, {"id": record.id, "asked": asked}, at=time.time())
            if job is not None and self._reuse.apply(record):
                job = None
            self._records.put(record)
            if job is not None:
                job.longest_seconds = self._limits.ddl_seconds if _is_ddl(record) else self._limits.dml_seconds
                self._active[record.id] = record, job
        if job is not None:
            self._threads.submit(self._run, record, job)
        return {"QueryExecutionId": record.id}

    def get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetQueryExecution."""
        return {"QueryExecution": self._now(params["QueryExecutionId"]).execution}

    def batch_get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """BatchGetQueryExecution."""
        found, missing = [], []
        for query_id in params["QueryExecutionIds"]:
            try:
                found.append(self._now(query_id).execution)
            except ApiError as error:
                code = error.members["AthenaErrorCode"]
                missing.append({"QueryExecutionId": query_id, "ErrorCode": code, "ErrorMessage": error.message})
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListQueryExecutions, the newest first."""
        ids, token = paged(self._records.ids(params.get("WorkGroup", PRIMARY)), params)
        return {"QueryExecutionIds": ids, **token}

    def stop(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """StopQueryExecution; nothing happens to a query that has ended."""
        query_id = params["QueryExecutionId"]
        self._records.get(query_id)
        with self._lock:
            record, job = self._active.get(query_id, (None, None))
            if record is not None and record.state == "QUEUED":
                del self._active[query_id]
                record.end("CANCELLED", _STOPPED)
                self._records.put(record)
        if job is not None:
            job.stop()
        return {}

    def close(self) -> None:
        """End what is on its way, so that Trino does not work for nobody: it is FAILED."""
        self._closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            active = list(self._active.values())
            for record, _ in active:
                if record.state == "QUEUED":
                    record.fail(INTERRUPTED)
                    self._records.put(record)
        for _, job in active:
            job.stop()
        self._threads.shutdown(wait=True)

    def _known(self, token: str | None, asked: str) -> str | None:
        """Return the query that was started with a client's token; ApiError where that was another question."""
        known = self._store.get(_TOKENS, token) if token else None
        if known and known["asked"] != asked:
            raise invalid_request("Idempotent parameters do not match")
        return str(known["id"]) if known else None

    def _now(self, query_id: str) -> Record:
        with self._lock:
            return self._records.get(query_id)

    def _check_quota(self, record: Record) -> None:
        same = sum(_is_ddl(one) == _is_ddl(record) for one, _ in self._active.values())
        if same >= (self._limits.active_ddl if _is_ddl(record) else self._limits.active_dml):
            raise too_many_queries()

    def _run(self, record: Record, job: Job) -> None:
        """Carry a job out; whatever happens, the record ends."""
        with self._lock:
            if record.state != "QUEUED":
                return
            record.begin()
            job.begin()
            self._records.put(record)
        try:
            outcome = self._runner.run(job)
        except Cancelled as stop:
            if self._closing:
                self._fail(record, job, INTERRUPTED)
            else:
                self._end(record, job, "CANCELLED", str(stop))
        except Refused as error:
            self._fail(record, job, query_failure(error.code, "USER_ERROR", error.message))
        except ApiError as error:
            self._fail(record, job, QueryFailure(error.message, USER, 1300))
        except QueryFailure as failure:
            self._fail(record, job, failure)
        except TrinoGone as error:
            self._fail(record, job, self._gone(error))
        except (BotoCoreError, ClientError) as error:
            self._fail(record, job, QueryFailure(f"GENERIC_INTERNAL_ERROR: {error}", SYSTEM, 204))
        except Exception as error:
            _log.exception("query %s could not be carried out", record.id)
            self._fail(record, job, QueryFailure(f"GENERIC_INTERNAL_ERROR: {error!r}", OTHER, 9999))
        else:
            self._succeed(record, job, outcome)

    def _gone(self, error: TrinoGone) -> QueryFailure:
        message = (
            f"GENERIC_INTERNAL_ERROR: Trino, the engine behind the local Athena, does not answer ({error}). "
            f"Next: read {self._engine_log}, start the local Athena again, and then the query."
        )
        return QueryFailure(message, SYSTEM, 200, retryable=True)

    def _succeed(self, record: Record, job: Job, outcome: Outcome) -> None:
        record.columns, record.update_count = list(outcome.columns), outcome.update_count
        output = {"OutputRows": outcome.row_count or outcome.update_count, "OutputBytes": outcome.byte_count}
        record.runtime = {"Rows": {**job.costs.rows(), **output}}
        stage = job.costs.output_stage()
        record.runtime |= {"OutputStage": stage} if stage else {}
        self._reuse.remember(record)
        self._end(record, job, "SUCCEEDED")

    def _fail(self, record: Record, job: Job, failure: QueryFailure) -> None:
        self._end(record, job, "FAILED", failure.message, failure)

    def _end(
        self, record: Record, job: Job, state: str, reason: str | None = None, failure: QueryFailure | None = None
    ) -> None:
        statistics = record.execution["Statistics"]
        statistics["DataScannedInBytes"] = job.costs.scanned_bytes
        statistics["QueryPlanningTimeInMillis"] = job.costs.planning_ms
        record.end(state, reason, failure)
        with self._lock:
            self._records.put(record)
            self._active.pop(record.id, None)


def _is_ddl(record: Record) -> bool:
    """Tell which quota a query counts for: a CTAS is called DDL, and counted with the queries."""
    execution = record.execution
    return bool(execution["StatementType"] == "DDL" and execution["SubstatementType"] != "CREATE_TABLE_AS_SELECT")


def _digest(params: Mapping[str, Any]) -> str:
    told = {name: value for name, value in params.items() if name != "ClientRequestToken"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
