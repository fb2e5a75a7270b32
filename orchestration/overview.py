"""What a state folder holds, without starting anything: services, loads, the last run, published generations."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from orchestration import ledger
from orchestration.local import stack
from orchestration.local.stack import ServiceStatus
from orchestration.settings import Settings


@dataclass(frozen=True)
class Load:
    """The completed loads of one dataset of the lake."""

    dataset: str
    loads: int
    last_at: str


@dataclass(frozen=True)
class Overview:
    """All that `segue status` shows; `generations` is empty where Postgres does not run."""

    home: Path
    services: list[ServiceStatus]
    lake: list[Load]
    last_run: dict[str, Any] | None
    generations: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """The answer of `segue status --json`."""
        return asdict(self)


def overview(settings: Settings) -> Overview:
    """Look at everything once."""
    services = stack.status(settings.home)
    lake = Path(settings.variables.get("SEGUE_LAKE_URL") or settings.home / "lake")
    return Overview(
        settings.home, services, loads(lake), ledger.latest(settings.runs), _generations(settings, services)
    )


def loads(lake: Path) -> list[Load]:
    """Count the completed loads of every dataset of a lake in a folder; of one on S3 this says nothing."""
    found = []
    for folder in sorted(lake.glob("raw_*/_dlt_loads")):
        entries = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.jsonl")]
        complete = [entry["inserted_at"] for entry in entries if entry["status"] == 0]
        if complete:
            found.append(Load(folder.parent.name, len(complete), max(complete)))
    return found


def _generations(settings: Settings, services: list[ServiceStatus]) -> list[dict[str, Any]]:
    """Ask for the generations, but only a Postgres that is there already."""
    running = any(service.name == "postgres" and service.state == "running" for service in services)
    if not running and not settings.variables.get("SEGUE_POSTGRES_URL"):
        return []
    with stack.lease(settings.home, ["postgres"], settings.variables) as variables:
        answer = subprocess.run(
            [sys.executable, "-m", "orchestration.publish", "generations", "--json"],
            env=settings.child_environment(variables),
            capture_output=True,
            text=True,
        )
    if answer.returncode:
        return [{"error": answer.stderr.strip()}]
    generations = json.loads(answer.stdout)
    return generations if isinstance(generations, list) else [generations]


def as_text(found: Overview) -> str:
    """The same for a person to read."""
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(f"State folder: {found.home}", soft_wrap=True)
        table = Table("service", "state", "address", "process", "log", box=None, pad_edge=False)
        for service in found.services:
            pid = str(service.pid) if service.pid else "-"
            log = str(service.log.relative_to(found.home))
            table.add_row(service.name, service.state, stack.address(service) or "-", pid, log)
        console.print(table)
        for load in found.lake:
            console.print(f"lake: {load.dataset}: {load.loads} loads, the last at {load.last_at}")
        if found.last_run:
            run = found.last_run
            console.print(f"last run: {run['run_id']} ({run['source']}): {run['status']}", soft_wrap=True)
        for generation in found.generations:
            console.print("published: " + ", ".join(f"{key} {value}" for key, value in generation.items()))
    return capture.get()
