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

    def __init__(self, name: str) -> None:
        """Keep the signal's name; what carries an attribute is not replaced by codecs that it happens to interrupt."""
        super().__init__(name)
        self.name = name


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
    child: subprocess.Popen[str] | None = None
    readers: list[threading.Thread] = []
    answer: list[str] = []
    # Without a buffer, so that closing the log has nothing left to write on a full disk.
    with log.open("ab", buffering=0) as file:
        output = _Output(file, on_line)
        try:
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
            on_start(child.pid, psutil.Process(child.pid).create_time())
            assert child.stdout is not None and child.stderr is not None
            readers += [output.drain(child.stdout, answer.append), output.drain(child.stderr)]
            code = child.wait()
        except BaseException:
            if child is not None:
                stop_session(child.pid)
                child.wait()
            raise
        finally:
            for reader in readers:
                reader.join(timeout=5)
    return Outcome(code, "".join(answer), list(output.last_lines))


class _Output:
    """Where a child's lines go: to its log, and to whoever shows progress."""

    def __init__(self, log: IO[bytes], on_line: Callable[[str], None]) -> None:
        self.last_lines: deque[str] = deque(maxlen=15)
        self._log: IO[bytes] | None = log
        self._on_line = on_line

    def drain(self, stream: IO[str], keep: Callable[[str], None] = lambda _line: None) -> threading.Thread:
        """Read a stream to its end in a thread, whatever becomes of the log: a child must not wait for its reader."""

        def read() -> None:
            with stream:
                for line in stream:
                    keep(line)
                    self._write(line)
                    if text := line.strip():
                        self.last_lines.append(text)
                        self._on_line(text)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def _write(self, line: str) -> None:
        if self._log is None:
            return
        try:
            self._log.write(line.encode())
        except (OSError, ValueError) as problem:
            self.last_lines.append(f"the rest was not written to the log: {problem}")
            self._log = None


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
