"""Runs one child command: its output goes to a log file, its last line to whoever shows progress."""

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
) -> Outcome:
    """Run a child to its end; when we are told to stop, it is told too, and waited for."""
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

        readers = [drain(child.stdout, answer.append), drain(child.stderr, lambda _line: None)]
        try:
            child.wait()
        except BaseException:
            _stop(child)
            raise
        finally:
            for reader in readers:
                reader.join(timeout=5)
    return Outcome(child.returncode, "".join(answer), list(lines))


def _stop(child: "subprocess.Popen[str]") -> None:
    """End the child's whole session: politely, then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(timeout=GRACE_SECONDS)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
