"""The local stack of one state folder: `lease` what a command needs, `up` and `down` by hand, `status`.

A service runs while a live command leases it or `up` pinned it. Whoever changes that holds one file lock, so two
commands at once start each service once; a lease whose command was killed counts for nothing.
"""

import signal
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from orchestration.local.athena.service import Athena
from orchestration.local.athena.trino.service import Trino
from orchestration.local.aws import Aws
from orchestration.local.dynamodb import DynamoDb
from orchestration.local.dynamodb_exports.service import DynamoDbExports
from orchestration.local.errors import Busy, PortTaken, ServiceInUse, UnknownService
from orchestration.local.graph_api import Messenger
from orchestration.local.java import cache_folder
from orchestration.local.music import Music, MusicOptions
from orchestration.local.postgres import Postgres
from orchestration.local.records import Records
from orchestration.local.service import HOST, Service, end_unrecorded, is_free, is_running, start, stop
from orchestration.local.sqs import Sqs
from orchestration.process import terminating

_ALL: dict[str, Service] = {
    one.name: one
    for one in (
        Postgres(),
        DynamoDb(),
        Sqs(),
        Aws(),
        DynamoDbExports(),
        Music(),
        Messenger(),
        Trino(),
        Athena(),
    )
}
"""In the order in which they start: what a service needs comes before it."""
SERVICES = tuple(_ALL)
ON_DEMAND = ("dynamodb_exports", "trino", "athena")
"""What `up` starts only when it is named: needed by one command, or by the Athena target alone."""
ATHENA = ("aws", "trino", "athena")
"""What a local Athena consists of."""
_LOCK_SECONDS = 600


@dataclass(frozen=True)
class ServiceStatus:
    """One service as `segue status` shows it; state is running, stopped or died."""

    name: str
    state: str
    pid: int | None
    port: int | None
    since: str | None
    log: Path
    is_pinned: bool
    holders: tuple[int, ...]


@contextmanager
def lease(
    home: Path,
    services: Iterable[str],
    settings: Mapping[str, str] | None = None,
    options: MusicOptions | None = None,
    is_short: bool = False,
) -> Iterator[dict[str, str]]:
    """Start what is needed and not running, and yield the variables that lead there.

    Args:
        home: the state folder.
        services: names out of SERVICES.
        settings: the user's own variables. They win: what they configure is neither started nor in what is yielded.
        options: what the music APIs serve; None leaves it.
        is_short: there is little to do, so that a Trino started for it is better soon ready than fast later.
    """
    variables = settings or {}
    wanted = _needed(services, variables)
    records = Records(home)
    with _ending_politely():
        with _locked(records):
            _set_music_options(records, wanted, options)
            file = records.add_lease(wanted)
            try:
                environment = _ensure(records, wanted, cache_folder(variables), is_short)
            except BaseException:
                file.unlink(missing_ok=True)
                _stop_unheld(records)
                raise
        try:
            yield {name: value for name, value in environment.items() if name not in variables}
        finally:
            with _locked(records):
                file.unlink(missing_ok=True)
                _stop_unheld(records)


def up(
    home: Path,
    services: Iterable[str] = (),
    settings: Mapping[str, str] | None = None,
    options: MusicOptions | None = None,
) -> dict[str, str]:
    """Start services (all but those ON_DEMAND if none is named) and keep them until `down`; return the variables."""
    variables = settings or {}
    wanted = _needed(services or [name for name in SERVICES if name not in ON_DEMAND], variables)
    records = Records(home)
    with _ending_politely(), _locked(records):
        _set_music_options(records, wanted, options)
        before = records.pinned()
        try:
            environment = _ensure(records, wanted, cache_folder(variables))
            records.pin(before | wanted)
        finally:
            _stop_unheld(records)
    return {name: value for name, value in environment.items() if name not in variables}


def choose(home: Path, name: str, port: int | None = None, options: Mapping[str, Any] | None = None) -> None:
    """Give a service this port and these options from now on; None leaves what it has.

    Raises PortTaken where somebody else listens on the port.
    """
    records = Records(home)
    with _locked(records):
        record = records.read(name)
        wanted = replace(record, port=port or record.port, options={**record.options, **(options or {})})
        if wanted == record:
            return
        if wanted.port != record.port and not is_free(wanted.port):
            raise PortTaken(name, wanted.port)
        stopped = stop(_ALL[name], records, record)
        records.write(replace(stopped, port=wanted.port, options=wanted.options))


def down(home: Path) -> list[str]:
    """Stop every service, whoever uses it, and return the names of those that ran."""
    records = Records(home)
    if not records.folder.exists():
        return []
    with _locked(records):
        records.pin(())
        stopped = _stop(records, SERVICES)
        for service in _ALL.values():
            end_unrecorded(service, home)
        return stopped


def revive(
    home: Path, services: Iterable[str], settings: Mapping[str, str] | None = None
) -> list[ServiceStatus] | None:
    """Start again which of the services have died, and return how those were; None where one was stopped.

    For whoever holds a lease on them. Raises ServiceFailed.
    """
    wanted, records = frozenset(services), Records(home)
    with _locked(records):
        found = [one for one in status(home) if one.name in wanted]
        if any(one.state == "stopped" for one in found):
            return None
        died = [one for one in found if one.state == "died"]
        if died:
            _ensure(records, wanted, cache_folder(settings or {}))
        return died


def status(home: Path) -> list[ServiceStatus]:
    """Tell how each service is; takes no lock and changes nothing."""
    records = Records(home)
    leases, pinned = records.leases(), records.pinned()
    found = []
    for name in SERVICES:
        record = records.read(name)
        alive = is_running(record)
        found.append(
            ServiceStatus(
                name=name,
                state="running" if alive else "died" if record.pid else "stopped",
                pid=record.pid if alive else None,
                port=record.port or None,
                since=record.started_at if alive else None,
                log=records.log(name),
                is_pinned=name in pinned,
                holders=tuple(one.holder.pid for one in leases if name in one.services),
            )
        )
    return found


def _needed(services: Iterable[str], variables: Mapping[str, str]) -> frozenset[str]:
    names = list(services)
    for name in names:
        if name not in _ALL:
            raise UnknownService(name, SERVICES)
    chosen = {name for name in names if not _ALL[name].is_configured(variables)}
    for name in reversed(SERVICES):
        if name in chosen:
            chosen.update(_ALL[name].needs)
    return frozenset(chosen)


def _ensure(records: Records, wanted: frozenset[str], cache: Path, is_short: bool = False) -> dict[str, str]:
    """Bring up what does not run; return the variables of all of them."""
    environment: dict[str, str] = {}
    moved: set[str] = set()
    for name in SERVICES:
        if name in wanted:
            service, record = _ALL[name], records.read(name)
            if moved & set(service.needs):
                record = stop(service, records, record)
            if not (is_running(record) and record.is_ready):
                before = record.port
                if name == Trino.name:
                    record = replace(record, options={**record.options, "is_short": is_short})
                record = start(service, records, record, cache)
                if record.port != before:
                    moved.add(name)
            environment |= service.environment(records.home, record.port, record.options)
    return environment


def _set_music_options(records: Records, wanted: frozenset[str], options: MusicOptions | None) -> None:
    """Remember other options; a server that runs with the old ones is stopped, to be started anew."""
    name = Music.name
    if name not in wanted or options is None:
        return
    record = records.read(name)
    new: dict[str, Any] = options.over(record.options)
    if new == MusicOptions().over(record.options):
        return
    if is_running(record):
        holders = [one.holder.pid for one in records.leases() if name in one.services]
        if holders:
            raise ServiceInUse(name, holders)
        record = stop(_ALL[name], records, record)
    records.write(replace(record, options=new))


def _stop_unheld(records: Records) -> None:
    held = records.pinned().union(*(one.services for one in records.leases()))
    _stop(records, [name for name in SERVICES if name not in held])


def _stop(records: Records, names: Iterable[str]) -> list[str]:
    stopped = []
    for name in reversed(list(names)):
        record = records.read(name)
        if record.pid:
            stop(_ALL[name], records, record)
            stopped.append(name)
    return stopped


@contextmanager
def _locked(records: Records) -> Iterator[None]:
    lock = FileLock(records.lock_file())
    try:
        with lock.acquire(timeout=_LOCK_SECONDS):
            yield
    except Timeout as error:
        raise Busy(
            f"Waited {_LOCK_SECONDS} s for {lock.lock_file}: another command is starting or stopping services there. "
            "Next: see what it is waiting for with `segue status`, or stop it."
        ) from error


def _ending_politely() -> Any:
    """Let SIGTERM unwind the stack where nobody has asked for anything else."""
    in_charge = threading.current_thread() is threading.main_thread()
    if in_charge and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        return terminating()
    return nullcontext()


def address(one: ServiceStatus) -> str | None:
    """Return where a service listens, or would."""
    return f"{HOST}:{one.port}" if one.port else None


__all__ = [
    "ATHENA",
    "ON_DEMAND",
    "SERVICES",
    "MusicOptions",
    "ServiceStatus",
    "address",
    "choose",
    "down",
    "lease",
    "revive",
    "status",
    "up",
]
