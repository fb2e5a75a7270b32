"""Runs one child command: its output goes to a log file, its last line to whoever shows progress."""

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

_SAME_PROCESS_SECONDS = 2
"""Creation times are derived from the boot time, which shifts a little when the clock is set."""

GRACE_SECONDS = 20
"""How long a child may take to end after SIGTERM before it is killed."""


class Terminated(BaseException):
    """SIGTERM or SIGINT reached us; a BaseException, so that only the runner catches it."""


@dataclass(frozen=True)
class Outcome:
    """How a child ended: exit code, all of its standard output, and the last lines it logged."""

    code: int
    answer: str
    last_lines: list[str]


@contextmanager
def terminating() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into the exception Terminated while the block runs."""

    def stop(number: int, _frame: object) -> None:
        raise Terminated(signal.Signals(number).name)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_logged(
    command: tuple[str, ...],
    folder: Path | None,
    environment: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
    on_start: Callable[[int, float], None],
) -> Outcome:
    """Run a child to its end; when we are told to stop, it is told too, and waited for.

    `on_start` gets the child's process id and the time it was created (seconds since the epoch), `on_line` each line.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    lines: deque[str] = deque(maxlen=15)
    answer: list[str] = []
    with log.open("a", encoding="utf-8") as file:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        assert child.stdout is not None and child.stderr is not None

        def drain(stream: IO[str], keep: Callable[[str], None]) -> threading.Thread:
            def read() -> None:
                with stream:
                    for line in stream:
                        keep(line)
                        file.write(line)
                        file.flush()
                        if text := line.strip():
                            lines.append(text)
                            on_line(text)

            thread = threading.Thread(target=read, daemon=True)
            thread.start()
            return thread

        on_start(child.pid, psutil.Process(child.pid).create_time())
        readers = [drain(child.stdout, answer.append), drain(child.stderr, lambda _line: None)]
        try:
            child.wait()
        except BaseException:
            stop_session(child.pid)
            child.wait()
            raise
        finally:
            for reader in readers:
                reader.join(timeout=5)
    return Outcome(child.returncode, "".join(answer), list(lines))


def end_leftover(pid: int, created: float) -> bool:
    """End a child that outlived its killed runner, and what it started; False where it is gone already."""
    try:
        leftover = psutil.Process(pid)
        if abs(leftover.create_time() - created) > _SAME_PROCESS_SECONDS:
            return False
    except psutil.NoSuchProcess:
        return False
    stop_session(pid)
    return True


def stop_session(leader: int) -> None:
    """End every process of a child's session: politely, then not."""
    members = [process for process in psutil.process_iter() if _session_of(process.pid) == leader]
    for process in members:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(members, timeout=GRACE_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=GRACE_SECONDS)


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None
