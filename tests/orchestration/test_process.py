"""A child never outlives what went wrong while it was started, and never waits for a log that cannot be written."""

import sys
from pathlib import Path

import psutil
import pytest

from orchestration.process import Terminated, run_logged

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")
TALKER = (sys.executable, "-c", "for n in range(5000): print('line', n)")


@pytest.mark.parametrize("problem", [Terminated("SIGTERM"), OSError(28, "No space left on device")])
def test_child_ends_when_it_cannot_be_recorded(tmp_path: Path, problem: BaseException) -> None:
    started: list[int] = []

    def record(pid: int, _created: float) -> None:
        started.append(pid)
        raise problem

    with pytest.raises(type(problem)):
        run_logged(SLEEPER, None, {}, tmp_path / "log", lambda _line: None, record)
    assert not psutil.pid_exists(started[0])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full, a disk that is always full, is a file of Linux")
def test_a_full_disk_under_the_log_does_not_stop_the_child() -> None:
    seen: list[str] = []
    outcome = run_logged(TALKER, None, {}, Path("/dev/full"), seen.append, lambda _pid, _created: None)
    assert outcome.code == 0
    assert outcome.answer.splitlines() == seen == [f"line {number}" for number in range(5000)]
    assert outcome.last_lines[-1] == "line 4999"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full, a disk that is always full, is a file of Linux")
def test_a_full_disk_under_the_log_is_told() -> None:
    child = (sys.executable, "-c", "print('one')")
    outcome = run_logged(child, None, {}, Path("/dev/full"), lambda _line: None, lambda _pid, _created: None)
    assert outcome.last_lines == ["the rest was not written to the log: [Errno 28] No space left on device", "one"]


def test_everything_said_is_in_the_log(tmp_path: Path) -> None:
    outcome = run_logged(TALKER, None, {}, tmp_path / "log", lambda _line: None, lambda _pid, _created: None)
    assert (tmp_path / "log").read_text() == outcome.answer
