"""One local service: what it is told apart by, and how it is started, recognised and ended."""

import os
import secrets
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psutil

from orchestration.local import processes
from orchestration.local.errors import ServiceFailed
from orchestration.local.records import Record, Records

HOST = "127.0.0.1"
PROJECT = Path(__file__).resolve().parents[2]
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER", "SYSTEMROOT")
_TRIES = 3
_POLL_SECONDS = 0.05
_FREED_SECONDS = 10.0
"""How long the port of a process that died may still be taken: until the last of its threads has ended."""
_PORTS = range(20_000, 32_768)
"""Out of these a port is chosen: systems give none of them to a client's connection or to who asks for any port."""


@dataclass(frozen=True)
class Launch:
    """How to start one process: command line, working folder, what to add to its environment, and as whom."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None


class Service(Protocol):
    """What a module of this folder says of its service."""

    name: str
    needs: tuple[str, ...]
    """Other services that have to run before it can start."""
    deadline_seconds: float
    grace_seconds: float
    polite: signal.Signals

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """Tell whether the user's own variables lead elsewhere, so that nothing is to be started."""

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Prepare folders and return how to start; may be called again for another port. `cache` holds downloads."""

    def is_ready(self, home: Path, port: int) -> bool:
        """Tell whether the service answers."""

    def lay_out(self, home: Path, port: int) -> None:
        """Make what must be there at first (database, table, queue); harmless when it is there."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the variables that lead to the running service."""


def is_running(record: Record) -> bool:
    """Tell whether the process recorded for a service is alive."""
    return record.pid > 0 and record.identity.process() is not None


def start(service: Service, records: Records, record: Record, cache: Path) -> Record:
    """Start a service, wait until it answers, lay it out; the record of the running service comes back.

    Raises ServiceFailed, naming the log. Nothing is left running then.
    """
    stop(service, records, record)
    end_unrecorded(service, records.home)
    if record.pid and record.port:
        _wait_until_free(record.port)
    log = records.log(service.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(_TRIES)):
        port = record.port if record.port and is_free(record.port) else free_port()
        launch = service.launch(records.home, port, record.options, cache)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        environment |= {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **launch.environment}
        environment[processes.MARK] = _mark(records.home, service.name)
        try:
            process = processes.start(launch.command, launch.folder, environment, log, launch.user)
        except (OSError, psutil.NoSuchProcess) as error:
            raise ServiceFailed(service.name, f"could not be started ({error})", log) from error
        record = replace(
            record,
            port=port,
            pid=process.pid,
            created=process.created,
            program=_program(process),
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            is_ready=False,
        )
        records.write(record)
        try:
            ended = not _wait(service, records, record)
            if not ended:
                service.lay_out(records.home, port)
                record = replace(record, is_ready=True)
                records.write(record)
                return record
        except BaseException:
            stop(service, records, record)
            raise
        taken = not is_free(port)
        stop(service, records, record)
        if not taken or not left:
            break
    raise ServiceFailed(service.name, "ended before it answered", log)


def stop(service: Service, records: Records, record: Record) -> Record:
    """End a service and whatever it started; returns the record without a process."""
    if record.pid:
        folder = service_folder(records.home, service.name)
        family = processes.family(record.identity, folder, record.program)
        processes.stop(family, record.pid, service.polite, service.grace_seconds)
        record = record.stopped()
        records.write(record)
    return record


def end_unrecorded(service: Service, home: Path) -> None:
    """End what a command started that was killed before it could write it down; the service has no record then."""
    left = processes.marked(_mark(home, service.name))
    if left:
        processes.stop(left, left[0].pid, service.polite, service.grace_seconds)


def _mark(home: Path, name: str) -> str:
    return str(service_folder(home.resolve(), name))


def service_folder(home: Path, name: str) -> Path:
    """Return the folder where a service keeps its data and works."""
    return home / name


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on, and that is likely to be free at the next start as well."""
    for port in secrets.SystemRandom().sample(_PORTS, 100):
        if is_free(port):
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port; connections that are still closing do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _wait_until_free(port: int) -> None:
    deadline = time.monotonic() + _FREED_SECONDS
    while not is_free(port) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)


def _wait(service: Service, records: Records, record: Record) -> bool:
    """Wait until the service answers (True) or ends (False); ServiceFailed at the deadline."""
    deadline = time.monotonic() + service.deadline_seconds
    while is_running(record):
        if service.is_ready(records.home, record.port):
            return True
        if time.monotonic() > deadline:
            what = f"did not answer on {HOST}:{record.port} within {service.deadline_seconds:.0f} s"
            raise ServiceFailed(service.name, what, records.log(service.name))
        time.sleep(_POLL_SECONDS)
    return False


def _program(identity: processes.Identity) -> str:
    process = identity.process()
    try:
        return process.exe() if process else ""
    except psutil.Error:
        return ""
