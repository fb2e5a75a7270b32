"""Run dbt on a state folder of one's own: as people type it, or in a process that has read the project already."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb

from .catalog import write_catalog
from .lake import PROJECT

UNTESTED = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


class RunDbt(Protocol):
    """Runs one dbt command on a state folder; gives its output. A failure raises with that output."""

    def __call__(self, home: Path, *arguments: str) -> str: ...


def run_dbt(home: Path, *arguments: str, **variables: str) -> str:
    """Run one dbt command with SEGUE_HOME set; give its output. A failure raises with that output."""
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]
    command += ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    environment = {**_inherited(), "SEGUE_HOME": str(home), **variables}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(
            f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-1000:]}"
        )
    return done.stdout


def build_catalogue(home: Path, data: Path, *selectors: str) -> Path:
    """Load the catalogue in `data` and build these models (all if none is named), untested; give the warehouse."""
    write_catalog(home / "lake", data)
    run_dbt(home, "build", *UNTESTED, *(["--select", *selectors] if selectors else []))
    return home / "warehouse.duckdb"


@contextmanager
def warm_dbt(folder: Path, **variables: str) -> Iterator[RunDbt]:
    """Start dbt once (warm_dbt.py) for many commands on different state folders; what it reads is the same project."""
    link = folder / "home"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.dbt_project.warm_dbt", str(folder)],
        cwd=PROJECT,
        env={**_inherited(), "SEGUE_HOME": str(link), "PYTHONPATH": str(PROJECT.parent), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    commands, answers = process.stdin, process.stdout

    def answer(words: list[str]) -> str:
        found = json.loads(answers.readline() or '{"code": -1, "output": "the process ended"}')
        if found["code"]:
            raise AssertionError(f"dbt {' '.join(words)} ended with {found['code']}\n{found['output'][-5000:]}")
        return str(found["output"])

    def run(home: Path, *arguments: str) -> str:
        link.unlink(missing_ok=True)
        link.symlink_to(home)
        words = [*arguments, "--target-path", str(home / "target"), "--log-path", str(home / "logs")]
        commands.write(json.dumps(words) + "\n")
        commands.flush()
        return answer(words)

    with process:
        try:
            answer(["parse"])
            yield run
        finally:
            commands.close()


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "DBT_"))}


def query(home: Path, statement: str) -> list[tuple[Any, ...]]:
    """All rows of one query on the warehouse of a state folder."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()
