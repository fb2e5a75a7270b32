"""Processes that outlive the command which started them: start, recognise, end.

A process is known by its number and the time it was created, so a recycled number is never taken for ours.
"""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

CLOCK_STEP_SECONDS = 1.0
"""A creation time is counted from the boot time, which moves a little when the clock is set."""

MARK = "SEGUE_SERVICE"
"""The variable by which a process tells whose it is, should its starter be killed before that is written down."""

_children: dict[int, "subprocess.Popen[bytes]"] = {}
"""What this very process started, so that it can be reaped when it ends."""


@dataclass(frozen=True)
class Identity:
    """One process of this machine, told from later ones with the same number by when it was created (epoch s)."""

    pid: int
    created: float

    def process(self) -> psutil.Process | None:
        """Return the live process, or None where it has ended or the number belongs to another one by now."""
        child = _children.get(self.pid)
        if child is not None and child.poll() is not None:
            _children.pop(self.pid, None)
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < CLOCK_STEP_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def is_recycled(self) -> bool:
        """Tell whether another process has the number by now: it is given again once nothing of the session is left."""
        try:
            return abs(psutil.Process(self.pid).create_time() - self.created) >= CLOCK_STEP_SECONDS
        except psutil.NoSuchProcess:
            return False


def identify(pid: int) -> Identity:
    """Name a running process; psutil.NoSuchProcess where it has ended already."""
    return Identity(pid, psutil.Process(pid).create_time())


def start(
    command: tuple[str, ...], folder: Path, environment: Mapping[str, str], log: Path, user: str | None
) -> Identity:
    """Start a process in a session of its own, its output appended to `log`; `user` needs root."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    _children[child.pid] = child
    return identify(child.pid)


def family(identity: Identity, folder: Path, program: str) -> list[psutil.Process]:
    """Return the process, its descendants, and what a killed one left behind.

    Left behind are processes of its session, and ones of the same program that work in the same folder
    (Postgres's children each have a session of their own).
    """
    found: dict[int, psutil.Process] = {}
    leader = identity.process()
    if leader is not None:
        found[leader.pid] = leader
        with suppress(psutil.NoSuchProcess):
            found.update({child.pid: child for child in leader.children(recursive=True)})
    is_recycled = identity.is_recycled()
    for process in psutil.process_iter():
        try:
            if process.pid in found or process.create_time() < identity.created - CLOCK_STEP_SECONDS:
                continue
            mine = not is_recycled and os.getsid(process.pid) == identity.pid
            if mine or (process.exe() == program and process.cwd() == str(folder)):
                found[process.pid] = process
        except (psutil.Error, ProcessLookupError, PermissionError):
            continue
    return [process for process in found.values() if _alive(process)]


def marked(mark: str) -> list[psutil.Process]:
    """Return the processes that were started with this mark, the oldest first, which started the others."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                found.append(process)
    return sorted((process for process in found if _alive(process)), key=lambda process: process.create_time())


def stop(processes: list[psutil.Process], leader: int, polite: signal.Signals, grace_seconds: float) -> None:
    """Ask the leader to end and wait for all of them; after the grace period, kill what is left."""
    for process in processes:
        if process.pid == leader:
            _signal(process, polite)
    left = _wait(processes, grace_seconds if any(one.pid == leader for one in processes) else 0)
    for process in left:
        _signal(process, signal.SIGKILL)
    _wait(left, 10)


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    _, alive = psutil.wait_procs([one for one in processes if _alive(one)], timeout=seconds)
    for pid in [one.pid for one in processes if one.pid in _children]:
        if _children[pid].poll() is not None:
            del _children[pid]
    return [process for process in alive if _alive(process)]


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
