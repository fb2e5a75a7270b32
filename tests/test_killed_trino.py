"""A run on Athena whose Trino is killed in mid-build, and builds at once (cases 22 and 24).

Each ends with a clear word, and the next run in the rows of one that nobody disturbed, on DuckDB.
"""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchestration.local import stack
from orchestration.settings import ROOT
from orchestration.steps import DBT
from tests.dbt_project.build import UNTESTED
from tests.orchestration.local.athena.conftest import served as local_athena
from tests.segue_command import LONGEST_SECONDS, Segue, segue_in
from tests.serving_marts import Undisturbed, served, words_of_a_run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

FIRST_TABLE = "OK created sql table model"


@dataclass(frozen=True)
class Disturbed:
    """What was said while a run was disturbed; the one after it went through."""

    segue: Segue
    refused: str
    code: int
    said: str
    record: dict[str, Any]


@pytest.fixture(scope="module")
def disturbed(small_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disturbed]:
    """A run up to its first table, then another build, then no Trino; after that, a run as if nothing had been."""
    words = (*words_of_a_run(small_catalogue, "development"), "--target", "athena")
    with segue_in(tmp_path_factory.mktemp("disturbed") / "state") as segue:
        with segue.started(*words) as run:
            wait_until_built(segue, run)
            refused = segue.run("build", "--target", "athena", expect=1).stderr
            services = json.loads(segue.run("status", "--json").stdout)["services"]
            (trino,) = (one["pid"] for one in services if one["name"] == "trino")
            assert run.poll() is None, "the run has ended before its Trino could be killed"
            os.kill(trino, signal.SIGKILL)
            _, said = run.communicate(timeout=LONGEST_SECONDS)
        record = segue.last_run()
        segue.run(*words)
        yield Disturbed(segue, refused, run.returncode, said, record)


def wait_until_built(segue: Segue, run: "subprocess.Popen[str]") -> None:
    """Wait until the run has built its first table."""
    while True:
        assert run.poll() is None, run.communicate()
        steps = segue.last_run()["steps"] if list((segue.home / "runs").glob("*.json")) else []
        if steps and steps[-1]["name"] == "build":
            log = Path(steps[-1]["log"])
            if log.exists() and FIRST_TABLE in log.read_text(encoding="utf-8"):
                return
        psutil.wait_procs([psutil.Process(run.pid)], timeout=0.1)


def test_a_second_build_at_once_is_refused(disturbed: Disturbed) -> None:
    (build,) = (step for step in disturbed.record["steps"] if step["name"] == "build")
    assert f"A build on Athena is going on already (process {build['process']})" in disturbed.refused
    assert "Next: wait until it has ended" in disturbed.refused


def test_a_run_whose_trino_was_killed_fails_and_names_the_log(disturbed: Disturbed) -> None:
    assert disturbed.code == 1
    log = disturbed.segue.home / "logs" / "trino.log"
    assert f"The local service 'trino' died meanwhile. Its log: {log}. Next: run the command again" in disturbed.said
    assert "Step 'build' ended with code 1. Its whole output:" in disturbed.said
    assert disturbed.record["status"] == "failed"
    assert disturbed.record["steps"][-1]["name"] == "build", "nothing is published of half a build"


def test_the_run_after_it_publishes_the_rows_of_an_undisturbed_one(
    disturbed: Disturbed, undisturbed: Undisturbed
) -> None:
    found = served(disturbed.segue, columns_of=undisturbed.segue)
    assert all(undisturbed.marts.values()), "the undisturbed run left an empty mart"
    for mart, rows in undisturbed.marts.items():
        assert found[mart] == rows, f"{mart} differs after Trino was killed"


def test_two_dbt_builds_typed_by_hand_go_well_in_schemas_of_their_own(disturbed: Disturbed, tmp_path: Path) -> None:
    segue = disturbed.segue
    with stack.lease(segue.home, ["athena"]) as variables:
        builds = []
        for schema in ("ada", "bo"):
            own = {"SEGUE_ATHENA_SCHEMA": schema, "DBT_TARGET_PATH": str(tmp_path / schema)}
            Segue(segue.home, own).run("ingest", "declare", "--target", "athena")
            environment = {**segue.environment(), **variables, **own}
            environment["SEGUE_ATHENA_DATA_DIR"] = f"s3://segue-athena/{schema}"
            environment["SEGUE_ATHENA_STAGING_DIR"] = variables["AWS_ATHENA_S3_STAGING_DIR"]
            builds.append(typed_by_hand(environment))
        said = [build.communicate(timeout=LONGEST_SECONDS)[0] for build in builds]
        assert [build.returncode for build in builds] == [0, 0], "\n".join(said)
        athena = local_athena(variables)
        (_, (count,)) = athena.rows("select count(*) from segue_marts.dim_genres")
        assert int(count or 0) > 0
        for schema in ("ada", "bo"):
            assert athena.rows(f"select count(*) from {schema}_marts.dim_genres")[1] == [count]
            same = f"select * from segue_marts.dim_genres intersect select * from {schema}_marts.dim_genres"
            assert athena.rows(f"select count(*) from ({same}) as same")[1] == [count]


def typed_by_hand(environment: dict[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [DBT, "--no-use-colors", "build", "--target", "athena", "--select", "+dim_genres", *UNTESTED],
        cwd=ROOT / "dbt_project",
        env={**environment, "DBT_LOG_PATH": environment["DBT_TARGET_PATH"]},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
