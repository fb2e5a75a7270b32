"""`segue forget`: the bot's tables and queues first, then raw files and exports; the ledger says that it was done.

Whose id it was is in no argument of a process, no log and no ledger.
"""

import json
import subprocess
import time
from collections.abc import Mapping

from orchestration import ledger
from orchestration.errors import ForgettingFailed
from orchestration.ledger import RunRecord, StepRecord
from orchestration.settings import Settings
from orchestration.steps import Step


def forget(settings: Settings, run_id: str, person: str, steps: list[Step], services: Mapping[str, str]) -> RunRecord:
    """Run the steps, the first of which reads the person's id; the record of what was done comes back.

    Raises ForgettingFailed; the ledger then says which step it was, and the same command may be run again.
    """
    record = RunRecord(run_id, "forget")
    for step in steps:
        _run(settings, record, step, person, services)
        person = ""
    record.status, record.ended_at = "done", ledger.now()
    ledger.save(record, settings.runs)
    return record


def _run(settings: Settings, record: RunRecord, step: Step, person: str, services: Mapping[str, str]) -> None:
    entry = StepRecord(step.name, "running", ledger.now())
    record.steps.append(entry)
    ledger.save(record, settings.runs)
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=step.folder,
        env=settings.child_environment(services, {"SEGUE_RUN_ID": record.run_id}),
        input=f"{person}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    entry.seconds, entry.code = round(time.monotonic() - started, 3), done.returncode
    if done.returncode:
        entry.status = record.status = "failed"
        record.ended_at = ledger.now()
        ledger.save(record, settings.runs)
        raise ForgettingFailed(
            f"Forgetting stopped at {step.name}: {done.stderr.strip()} Next: mend that, and run the same command again."
        )
    entry.status, entry.answer = "done", json.loads(done.stdout)
    ledger.save(record, settings.runs)
