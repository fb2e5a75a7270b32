"""What segue needs of this machine, check by check: ok, warn or fail, and the one command that mends it."""

import importlib.metadata
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from orchestration.local.java import cache_folder, libraries_state
from orchestration.settings import ROOT

_GIB = 1024**3
_PAIRS = (("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET"), ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))
_RATE = "MUSICBRAINZ_CALLS_PER_SECOND"


@dataclass(frozen=True)
class Finding:
    """One check: its name, `ok`, `warn` or `fail`, what was seen, and the command that mends it (empty if ok)."""

    name: str
    state: str
    detail: str
    mend: str = ""


def examine(home: Path, variables: Mapping[str, str], root: Path = ROOT) -> list[Finding]:
    """Make every check; starts nothing and leaves nothing behind."""
    return [
        _python(sys.version_info[:3]),
        _packages(root / "requirements.lock"),
        _folder("state folder", home, "SEGUE_HOME"),
        _folder("cache", cache_folder(variables), "SEGUE_CACHE"),
        _disk(shutil.disk_usage(_existing(home)).free),
        _memory(psutil.virtual_memory().available),
        _ports(),
        *_java(cache_folder(variables)),
        *_variables(variables),
    ]


def as_json(findings: Sequence[Finding]) -> str:
    """The answer of `segue doctor --json`."""
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)


def as_text(findings: Sequence[Finding]) -> str:
    """One line a check, and under it how to mend it."""
    lines = []
    for one in findings:
        lines.append(f"{one.state:<5} {one.name}: {one.detail}")
        if one.mend:
            lines.append(f"      Next: {one.mend}")
    return "\n".join(lines) + "\n"


def _python(version: tuple[int, int, int]) -> Finding:
    said = ".".join(map(str, version))
    if version < (3, 11):
        return Finding("Python", "fail", f"{said}; 3.11 or newer is needed", "make run PYTHON=python3.11")
    return Finding("Python", "ok", said)


def _packages(lock: Path) -> Finding:
    wrong = []
    for requirement in _pinned(lock):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            installed = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{canonicalize_name(requirement.name)} is missing")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{canonicalize_name(requirement.name)} is {installed}, not {requirement.specifier}")
    if not lock.is_file():
        return Finding("packages", "warn", f"{lock} is missing, so nothing could be compared", "git checkout .")
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        return Finding("packages", "fail", "; ".join(wrong[:3]) + more, "rm .venv/.run .venv/bin/.run; make run")
    return Finding("packages", "ok", f"as in {lock.name}")


def _pinned(lock: Path) -> list[Requirement]:
    found = []
    for line in lock.read_text(encoding="utf-8").splitlines() if lock.is_file() else []:
        if re.match(r"[A-Za-z0-9]", line):
            try:
                found.append(Requirement(line.rstrip("\\ ").split(" --hash")[0]))
            except InvalidRequirement:
                continue
    return found


def _folder(name: str, folder: Path, variable: str) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return Finding(name, "ok", f"{folder} can be written to")
    except OSError as error:
        return Finding(name, "fail", f"{folder} cannot be written to ({error})", f"export {variable}=$HOME/segue")


def _disk(free: int) -> Finding:
    said = f"{free / _GIB:.1f} GiB free"
    if free < _GIB:
        return Finding("disk", "fail", f"{said}; 1 GiB is the least", "df -h .")
    if free < 5 * _GIB:
        return Finding("disk", "warn", f"{said}; a large catalogue wants 5 GiB", "df -h .")
    return Finding("disk", "ok", said)


def _memory(available: int) -> Finding:
    said = f"{available / _GIB:.1f} GiB available"
    if available < 2 * _GIB:
        return Finding("memory", "warn", f"{said}; all services and a build together want 2 GiB", "segue down")
    return Finding("memory", "ok", said)


def _ports() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(5)
            with socket.create_connection(server.getsockname(), timeout=5), server.accept()[0]:
                return Finding("ports", "ok", "servers on 127.0.0.1 can be reached")
    except OSError as error:
        return Finding("ports", "fail", f"a server on 127.0.0.1 cannot be reached ({error})", "ip link set lo up")


def _java(cache: Path) -> list[Finding]:
    found = []
    for program in ("dynamodb", "elasticmq"):
        name = f"{program} libraries"
        missing, damaged = libraries_state(program, cache)
        service = "sqs" if program == "elasticmq" else program
        if damaged:
            said = f"{damaged} damaged files; they are fetched again at the next start"
            found.append(Finding(name, "warn", said, f"segue up {service}"))
        elif missing:
            said = f"{missing} files are still to be fetched at the first start, which needs the network"
            found.append(Finding(name, "warn", said, f"segue up {service}"))
        else:
            found.append(Finding(name, "ok", f"whole, in {cache}"))
    return found


def _variables(variables: Mapping[str, str]) -> list[Finding]:
    found = []
    for name, value in sorted(variables.items()):
        if re.fullmatch(r"(SPOTIFY|RECCOBEATS|MUSICBRAINZ|GRAPH)_\w*URL|AWS_ENDPOINT_URL\w*|SEGUE_QUEUE_URL", name):
            found += _address(name, value, ("http", "https"))
        elif name == "SEGUE_POSTGRES_URL":
            found += _address(name, value, ("postgresql", "postgres"))
    for first, second in _PAIRS:
        if bool(variables.get(first)) != bool(variables.get(second)):
            there, absent = (first, second) if variables.get(first) else (second, first)
            found.append(Finding(absent, "fail", f"is not set, though {there} is", f"export {absent}=..."))
    rate = variables.get(_RATE)
    if rate is not None and not re.fullmatch(r"\d+(\.\d+)?", rate):
        found.append(Finding(_RATE, "fail", f"is {rate!r}; a number is wanted", f"export {_RATE}=1"))
    market = variables.get("SPOTIFY_MARKET")
    if market and not re.fullmatch(r"[A-Z]{2}", market):
        said = f"is {market!r}; two capital letters are wanted"
        found.append(Finding("SPOTIFY_MARKET", "fail", said, "export SPOTIFY_MARKET=KR"))
    return found or [Finding("variables", "ok", "nothing contradicts itself")]


def _address(name: str, value: str, schemes: tuple[str, ...]) -> list[Finding]:
    parts = urlsplit(value)
    if parts.scheme in schemes and parts.hostname:
        return []
    # The value itself may hold a password.
    return [Finding(name, "fail", f"is not an address that starts with {schemes[0]}://", f"unset {name}")]


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder if folder.is_dir() and os.access(folder, os.X_OK) else folder.parent
