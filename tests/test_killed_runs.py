"""A run killed outright at any step, and run again, ends in the rows of an undisturbed run (cases 10 and 31)."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests.segue_command import Segue, segue_in
from tests.serving_marts import Undisturbed, marts, served, words_of_a_run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

STEPS = ["declare", "ingest_spotify", "ingest_reccobeats", "ingest_musicbrainz", "build", "publish"]
LINES_BEFORE_THE_KILL = {"build": 60, "publish": 2}
"""How far a step must have got, told by its log; 1 line for those not named."""


def kill_during(segue: Segue, step: str, words: tuple[str, ...]) -> None:
    """Start a run and kill the runner outright once the step has said enough; what it started outlives it at first."""
    process = segue.start(*words)
    deadline = time.monotonic() + 300
    while True:
        assert process.poll() is None, f"the run ended before it could be killed in '{step}': {process.communicate()}"
        assert time.monotonic() < deadline, f"the run never came to '{step}'"
        if _said(segue, process.pid, step) >= LINES_BEFORE_THE_KILL.get(step, 1):
            break
        psutil.wait_procs([psutil.Process(process.pid)], timeout=0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def _said(segue: Segue, runner: int, step: str) -> int:
    """How many lines the running step has logged; 0 while it is another step's turn."""
    if not list((segue.home / "runs").glob("*.json")):
        return 0
    owner = segue.home / "runs" / "lock.owner"
    record = segue.last_run()
    last = record["steps"][-1] if record["steps"] else {}
    if last.get("name") != step or last["status"] != "running" or owner.read_text() != str(runner):
        return 0
    log = Path(last["log"])
    return len(log.read_bytes().splitlines()) if log.exists() else 0


def test_a_run_killed_at_every_step_ends_in_the_same_rows(
    tmp_path: Path, small_catalogue: Path, undisturbed: Undisturbed
) -> None:
    words = words_of_a_run(small_catalogue, "development")
    with segue_in(tmp_path / "killed") as killed:
        for step in STEPS:
            kill_during(killed, step, words)
        killed.run(*words)
        assert all(undisturbed.marts.values()), "the undisturbed run left an empty mart"
        found, seen = marts(killed), served(killed)
    for mart, rows in undisturbed.marts.items():
        assert found[mart] == rows, f"{mart} differs after the kills"
        assert seen[mart] == rows, f"{mart} as readers see it in Postgres differs after the kills"
