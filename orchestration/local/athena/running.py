"""One query while it runs: the steps of its plan are carried out in order, its result is written, its cost counted."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from threading import Event
from typing import Any

from orchestration.local.athena.costs import Costs
from orchestration.local.athena.errors import USER, QueryFailure, query_failure
from orchestration.local.athena.prepared import PreparedStatements
from orchestration.local.athena.results import Place, ResultFile
from orchestration.local.athena.translate import Plan, TrinoStep
from orchestration.local.athena.translate.glue_steps import Clients, carry_out
from orchestration.local.athena.translate.steps import Answer, Deallocate, GlueStep, Prepare, Step, Then
from orchestration.local.athena.trino_client import Statement, Trino, TrinoError
from orchestration.local.athena.values import column_info, described, printer, text_column_info

Rows = Sequence[Sequence[Any]]
_ROWS = described("rows", "bigint", 19)
"""The one column of a statement that writes; its number is the update count, not a row."""
_UNPRINTED = frozenset({"CREATE_TABLE_AS_SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "UNLOAD"})
"""Statements whose rows go elsewhere: their result is a number."""
_COUNTED = frozenset({"CREATE_TABLE_AS_SELECT", "UNLOAD"})
"""Those of them that Athena describes as a column `rows`; the others have no column at all."""
_TIMED_OUT = 206


class Cancelled(Exception):
    """The query was stopped; the text is the reason."""


@dataclass
class Job:
    """A query on its way. `stop` may be called from another thread."""

    id: str
    plan: Plan
    database: str
    work_group: str
    place: Place
    kept: Path
    cutoff_bytes: int | None = None
    longest_seconds: float = 1800.0
    costs: Costs = field(default_factory=Costs)
    statement: Statement | None = None
    _stopped: Event = field(default_factory=Event)
    _began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Let the time that the query may take begin now."""
        self._began = time.monotonic()

    def stop(self) -> None:
        """Let the query end as soon as it can, and Trino with it."""
        self._stopped.set()
        if self.statement is not None:
            self.statement.cancel()

    def check(self) -> None:
        """Raise Cancelled if the query was stopped or has read more than it may, QueryFailure if it takes too long."""
        if self._stopped.is_set():
            raise Cancelled("Query cancelled by user")
        if self.cutoff_bytes is not None and self.costs.scanned_bytes > self.cutoff_bytes:
            raise Cancelled("Query cancelled! : Bytes scanned limit was exceeded")
        if time.monotonic() - self._began > self.longest_seconds:
            raise QueryFailure("Query timeout", USER, _TIMED_OUT)

    def is_printed(self) -> bool:
        """Tell whether the statement has a result file; one that writes has only its description."""
        return self.plan.substatement_type not in _UNPRINTED


@dataclass(frozen=True)
class Outcome:
    """What came out: the columns (ColumnInfo) and how many rows a writing statement wrote."""

    columns: Sequence[Mapping[str, Any]] = ()
    update_count: int = 0
    row_count: int = 0
    byte_count: int = 0


class Runner:
    """Carries out plans on Trino, Glue and S3, where results go."""

    def __init__(self, trino: Trino, clients: Clients, prepared: PreparedStatements) -> None:
        self._trino, self._clients, self._prepared = trino, clients, prepared

    def run(self, job: Job) -> Outcome:
        """Return the outcome once everything is done and written.

        Raises Cancelled, QueryFailure, TrinoGone, Refused, and boto3's errors.
        """
        return self._carry_out(job, job.plan.steps, job.plan.answer) or self._written(job, None)

    def _carry_out(self, job: Job, steps: Sequence[Step], answer: int | None) -> Outcome | None:
        """Do the steps in order; return what step number `answer` gives. Steps that `Then` makes stand in its place."""
        outcome: Outcome | None = None
        rows: Rows = []
        for number, step in enumerate(steps):
            job.check()
            is_answer = number == answer
            if isinstance(step, Then):
                made = step.make(rows)
                outcome = self._carry_out(job, made, len(made) - 1 if is_answer else None) or outcome
            elif not isinstance(step, TrinoStep):
                came = self._elsewhere(job, step)
                outcome = self._written(job, came) if is_answer else outcome
            elif is_answer:
                outcome = self._asked(job, step)
            else:
                rows = self._done(job, step)
        return outcome

    def _elsewhere(self, job: Job, step: GlueStep | Prepare | Deallocate) -> Answer | None:
        if isinstance(step, Prepare):
            self._prepared.keep(job.work_group, step.name, step.statement)
            return None
        if isinstance(step, Deallocate):
            self._prepared.forget(job.work_group, step.name)
            return None
        return carry_out(step, self._clients)

    def _done(self, job: Job, step: TrinoStep) -> Rows:
        """Run a statement whose rows are needed here, and return them."""
        with _running(job, step, self._trino) as statement:
            return [row for page in _watched(job, statement) for row in page]

    def _asked(self, job: Job, step: TrinoStep) -> Outcome:
        """Run the statement whose result the client sees, and write it while it comes in."""
        with _running(job, step, self._trino) as statement:
            pages = _watched(job, statement)
            first = next((page for page in pages if page), ())
            if not job.is_printed() or statement.update_type is not None:
                for _ in pages:
                    pass
                return self._described(job, statement)
            columns = statement.columns or ()
            with self._result(job, [column_info(one) for one in columns]) as result:
                printers = [printer(one.signature) for one in columns]
                for page in chain([first], pages):
                    result.add([print_(value) for print_, value in zip(printers, row, strict=True)] for row in page)
                return self._uploaded(job, result)

    def _described(self, job: Job, statement: Statement) -> Outcome:
        """Write what Athena writes for a statement that has no rows of its own."""
        columns = [_ROWS] if job.plan.substatement_type in _COUNTED else []
        with self._result(job, columns) as result:
            size = result.upload(self._clients.s3, job.place)
            return Outcome(columns, statement.update_count or 0, 0, size)

    def _written(self, job: Job, answer: Answer | None) -> Outcome:
        with self._result(job, [text_column_info(*one) for one in answer.columns] if answer else []) as result:
            result.add(answer.rows if answer else ())
            return self._uploaded(job, result)

    def _result(self, job: Job, columns: Sequence[Mapping[str, Any]]) -> ResultFile:
        has_header = job.plan.has_header and job.is_printed() and bool(columns)
        return ResultFile(job.kept, job.plan.output == "csv", has_header, columns)

    def _uploaded(self, job: Job, result: ResultFile) -> Outcome:
        size = result.upload(self._clients.s3, job.place)
        return Outcome(result.columns, 0, result.row_count, size)


@contextmanager
def _running(job: Job, step: TrinoStep, trino: Trino) -> Iterator[Statement]:
    """Let `stop` reach the statement while it runs, count its cost, and tell its error in the user's words."""
    statement = trino.statement(step.sql, step.catalog, job.database, step.session, job.id)
    job.statement = statement
    try:
        yield statement
    except TrinoError as error:
        job.check()
        raise query_failure(error.name, error.kind, step.in_users_words(error.message)) from error
    finally:
        job.costs.add(statement.stats)
        job.statement = None


def _watched(job: Job, statement: Statement) -> Iterator[Rows]:
    """Yield the pages; keep the figures, and stop the statement if the query was stopped or costs too much."""
    for page in statement.pages():
        job.costs.now(statement.stats)
        try:
            job.check()
        except (Cancelled, QueryFailure):
            statement.cancel()
            raise
        yield page
