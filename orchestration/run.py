"""Runs the steps in order, writes the ledger, shows progress, and decides the exit code.

A source that is put off (exit 75) does not stop the run: what was loaded is built and published, and the run as a
whole then ends with 75 so that cron comes again. Where nothing new was loaded there is nothing to build.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from orchestration import ledger
from orchestration.errors import EXIT_DONE, EXIT_PUT_OFF, StepFailed
from orchestration.process import Outcome, Terminated, end_leftover, run_logged, terminating
from orchestration.progress import Progress
from orchestration.scanned import scanned
from orchestration.settings import Settings
from orchestration.steps import Step

Lease = Callable[[frozenset[str]], AbstractContextManager[dict[str, str]]]
"""Starts what the named services need and yields the variables that lead to them."""


def run_all(
    settings: Settings,
    run_id: str,
    source: str,
    steps: Sequence[Step],
    lease: Lease,
    progress: Progress,
    check: Callable[[Settings], None] = lambda _settings: None,
) -> int:
    """Run every step under the lock of the state folder and return the exit code, 0 or 75.

    `check` looks, before anything is done, whether it can be done; by then nothing of a killed run is at work any more.
    Raises what it raises, StepFailed at the first step that fails, AlreadyRunning when another run is going on.
    """
    with ledger.exclusive(settings.runs), terminating():
        _end_leftovers(settings, progress)
        check(settings)
        record = ledger.RunRecord(run_id, source)
        ledger.save(record, settings.runs)
        try:
            with _services(lease, steps) as variables_for:
                for step in steps:
                    environment = settings.child_environment(variables_for(step), {"SEGUE_RUN_ID": run_id})
                    _run_step(settings, record, step, environment, progress)
        except Terminated:
            _finish(settings, record, "interrupted")
            raise
        except BaseException:
            _finish(settings, record, "failed")
            raise
        put_off = any(step.status == "put_off" for step in record.steps)
        _finish(settings, record, "put_off" if put_off else "done")
        return EXIT_PUT_OFF if put_off else EXIT_DONE


@contextmanager
def _services(lease: Lease, steps: Sequence[Step]) -> Iterator[Callable[[Step], dict[str, str]]]:
    """Start what the loads need and, while they run, what comes after them; yield who tells a step's variables.

    It waits for what the step needs, and raises at the next step what kept a service from starting.
    """
    last_load = max((number for number, step in enumerate(steps) if step.loads), default=-1)
    first = frozenset[str]().union(*(step.needs for step in steps[: last_load + 1]))
    then = frozenset[str]().union(*(step.needs for step in steps)) - first
    with ExitStack() as held:
        variables = dict(held.enter_context(lease(first)))
        with ThreadPoolExecutor(max_workers=1) as beside:
            later = beside.submit(held.enter_context, lease(then))

            def variables_for(step: Step) -> dict[str, str]:
                if later.done() or not step.needs <= first:
                    variables.update(later.result())
                return variables

            yield variables_for


def _run_step(
    settings: Settings, record: ledger.RunRecord, step: Step, environment: dict[str, str], progress: Progress
) -> None:
    entry = ledger.StepRecord(step.name, "running", ledger.now())
    record.steps.append(entry)
    if not step.loads and _nothing_new(record):
        entry.status = "skipped"
        ledger.save(record, settings.runs)
        progress.skipped(step, "nothing new was loaded")
        return
    log = settings.home / "logs" / record.run_id / f"{len(record.steps)}_{step.name}.log"
    entry.log = str(log)
    ledger.save(record, settings.runs)
    started, began = time.monotonic(), time.time()

    def started_as(pid: int, created: float) -> None:
        entry.process, entry.process_started = pid, created
        ledger.save(record, settings.runs)

    with progress.step(step) as on_line:
        outcome = run_logged(step.command, step.folder, environment, log, on_line, started_as)
    entry.seconds, entry.code = round(time.monotonic() - started, 1), outcome.code
    entry.answer = _json_answer(outcome) if step.loads else None
    if step.builds and (account := scanned(environment, began)):
        entry.answer = {"scanned_bytes": account}
    entry.status = {EXIT_DONE: "done", EXIT_PUT_OFF: "put_off"}.get(outcome.code, "failed")
    ledger.save(record, settings.runs)
    progress.ended(step, entry, outcome.answer)
    if entry.status == "failed":
        raise StepFailed(step.name, outcome.code, str(log), outcome.last_lines)


def _end_leftovers(settings: Settings, progress: Progress) -> None:
    """A runner that was killed outright left its child at work: end it before it gets in our way."""
    last = ledger.latest(settings.runs)
    if last is None or last["status"] != "running":
        return
    for step in last["steps"]:
        if step["status"] == "running" and step["process"] and end_leftover(step["process"], step["process_started"]):
            progress.note(f"Ended '{step['name']}' of run {last['run_id']}, whose runner was killed.")


def _nothing_new(record: ledger.RunRecord) -> bool:
    """True when a source was put off and no source of this run loaded a row."""
    loads = [step for step in record.steps if step.answer is not None]
    return any(step.status == "put_off" for step in record.steps) and not any(
        loaded_rows(step.answer) for step in loads
    )


def loaded_rows(answer: dict[str, Any] | None) -> int:
    """How many rows a source's JSON answer reports, over all of its tables."""
    rows = (answer or {}).get("rows")
    return sum(rows.values()) if isinstance(rows, dict) else 0


def _json_answer(outcome: Outcome) -> dict[str, Any] | None:
    """The JSON object that a source prints last on its standard output, if it got that far."""
    lines = outcome.answer.strip().splitlines()
    try:
        answer = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _finish(settings: Settings, record: ledger.RunRecord, status: str) -> None:
    record.status, record.ended_at = status, ledger.now()
    if status in ("failed", "interrupted") and record.steps and record.steps[-1].status == "running":
        record.steps[-1].status = status
    ledger.save(record, settings.runs)
