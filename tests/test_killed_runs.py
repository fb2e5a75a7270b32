"""A run killed outright at any step, and run again, ends in the rows of an undisturbed run (cases 10 and 31)."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from orchestration.local import stack
from tests.segue_command import Segue, segue_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

STEPS = ["declare", "ingest_spotify", "ingest_reccobeats", "ingest_musicbrainz", "build", "publish"]
LINES_BEFORE_THE_KILL = {"build": 60, "publish": 2}
"""How far a step must have got, told by its log; 1 line for those not named."""

_OWN_SERVER = "replace (regexp_replace(image_url, ':[0-9]+/', '/') as image_url)"
MARTS = {
    "dim_artists": f"* exclude (retrieved_at) {_OWN_SERVER}",
    "dim_tracks": f"* exclude (retrieved_at) {_OWN_SERVER}",
    "dim_genres": "*",
    "artist_genres": "*",
    "artist_tracks": "*",
    "artist_aliases": "*",
    "artist_similarity": "*",
    "track_similarity": "*",
}
"""What is compared of each mart: two runs differ in when they asked, and in the port of their local server."""


def marts(segue: Segue) -> dict[str, list[tuple[Any, ...]]]:
    return {mart: segue.rows(f"select {columns} from marts.{mart} order by all") for mart, columns in MARTS.items()}


def served(segue: Segue) -> dict[str, int]:
    """Rows of the published generation, read from Postgres."""
    with (
        stack.lease(segue.home, ["postgres"]) as variables,
        psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection,
    ):
        (generation,) = connection.execute("select generation from serving.current").fetchone() or ("",)
        return {
            mart: connection.execute(f"select count(*) from serving_{generation}.{mart}").fetchone()[0]  # type: ignore[index]
            for mart in MARTS
        }


def kill_during(segue: Segue, step: str, words: tuple[str, ...]) -> None:
    """Start a run and kill the runner outright once the step has said enough; what it started outlives it at first."""
    process = segue.start(*words)
    deadline = time.monotonic() + 300
    while True:
        assert process.poll() is None, f"the run ended before it could be killed in '{step}': {process.communicate()}"
        assert time.monotonic() < deadline, f"the run never came to '{step}'"
        if _said(segue, process.pid, step) >= LINES_BEFORE_THE_KILL.get(step, 1):
            break
        psutil.wait_procs([psutil.Process(process.pid)], timeout=0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def _said(segue: Segue, runner: int, step: str) -> int:
    """How many lines the running step has logged; 0 while it is another step's turn."""
    if not list((segue.home / "runs").glob("*.json")):
        return 0
    owner = segue.home / "runs" / "lock.owner"
    record = segue.last_run()
    last = record["steps"][-1] if record["steps"] else {}
    if last.get("name") != step or last["status"] != "running" or owner.read_text() != str(runner):
        return 0
    log = Path(last["log"])
    return len(log.read_bytes().splitlines()) if log.exists() else 0


def test_a_run_killed_at_every_step_ends_in_the_same_rows(tmp_path: Path, small_catalogue: Path) -> None:
    names = str(small_catalogue / "names.txt")
    words = (
        "run",
        "--source",
        "spotify",
        "--catalogue",
        str(small_catalogue),
        "--profile",
        "development",
        "--names",
        names,
    )
    with segue_in(tmp_path / "undisturbed") as undisturbed, segue_in(tmp_path / "killed") as killed:
        undisturbed.run(*words)
        for step in STEPS:
            kill_during(killed, step, words)
        killed.run(*words)
        expected, found = marts(undisturbed), marts(killed)
        assert all(expected.values()), "the undisturbed run left an empty mart"
        for mart in MARTS:
            assert found[mart] == expected[mart], f"{mart} differs after the kills"
        assert served(killed) == {mart: len(rows) for mart, rows in expected.items()}
