"""Run dbt as people type it, on a state folder of one's own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from .lake import PROJECT


def run_dbt(home: Path, *arguments: str, **variables: str) -> str:
    """Run one dbt command with SEGUE_HOME set; give its output. A failure raises with that output."""
    command = [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments]
    command += ["--target-path", str(home / "target"), "--log-path", str(home / "logs")]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "DBT_"))}
    environment = {**inherited, "SEGUE_HOME": str(home), **variables}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(
            f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-1000:]}"
        )
    return done.stdout


def query(home: Path, statement: str) -> list[tuple[Any, ...]]:
    """All rows of one query on the warehouse of a state folder."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(statement).fetchall()
