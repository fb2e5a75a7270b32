"""`segue athena` as a user types it: variables printed, Trino started again when it dies, nothing left at the end.

And every way its start can fail: each says what is missing and what to do, and leaves no process.
"""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import psutil
import pytest

from orchestration.athena import serve
from orchestration.local import stack
from orchestration.local.athena.service import Athena
from orchestration.local.athena.trino_client import Trino
from orchestration.local.errors import TooLittleMemory
from orchestration.local.java import locked, read_lock
from orchestration.local.records import Records
from tests.segue_command import Segue, segue_in


@pytest.fixture
def segue(tmp_path: Path) -> Iterator[Segue]:
    with segue_in(tmp_path / "state") as found:
        yield found


def answer(variables: dict[str, str], sql: str) -> list[str | None]:
    """The last row that Athena answers, if there is one; AssertionError with its reason where it fails."""
    athena: Any = boto3.client(
        "athena",
        region_name=variables["AWS_REGION"],
        endpoint_url=variables["AWS_ENDPOINT_URL_ATHENA"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    location = {"OutputLocation": variables["AWS_ATHENA_S3_STAGING_DIR"]}
    query = athena.start_query_execution(QueryString=sql, ResultConfiguration=location)["QueryExecutionId"]
    state = "QUEUED"
    while state in ("QUEUED", "RUNNING"):
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        state = status["State"]
    assert state == "SUCCEEDED", status
    rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    return [one.get("VarCharValue") for one in rows[-1]["Data"]] if rows else []


def assert_nothing_runs(home: Path) -> None:
    assert {one.state for one in stack.status(home)} == {"stopped"}
    commands = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert [command for command in commands if str(home) in command] == []


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_end(segue: Segue) -> None:
    with segue.started("athena", "--json") as process:
        assert process.stdout and process.stderr
        line = process.stdout.readline()
        assert line, process.stderr.read()
        variables = json.loads(line)
        assert answer(variables, "select 'ok', 1 + 1") == ["ok", "2"]
        answer(variables, "create database d location 's3://segue-athena/d/'")
        answer(variables, "create table d.t with (external_location = 's3://segue-athena/d/t/') as select 7 as n")
        with stack.lease(segue.home, ["athena"]) as same:
            assert same == variables, "tests that lease it have what a user has"

        trino = next(one for one in stack.status(segue.home) if one.name == "trino")
        assert trino.pid is not None
        psutil.Process(trino.pid).kill()
        assert "'trino' died and was started again" in process.stderr.readline()
        at_once = Trino(f"http://{stack.address(trino)}").statement(
            "select n from t", "awsdatacatalog", "d", {}, "test"
        )
        assert [row for page in at_once.pages() for row in page] == [[7]]
        again = next(one for one in stack.status(segue.home) if one.name == "trino")
        assert (again.state, again.port) == ("running", trino.port)
        assert answer(variables, "select n from d.t") == ["7"]

        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
        assert_nothing_runs(segue.home)
        logs = {file.stem for file in (segue.home / "logs").iterdir() if file.stat().st_size}
        assert logs == {"aws", "trino", "athena"}


def test_a_port_that_is_taken_is_refused(segue: Segue) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = segue.run("athena", "--port", str(port), expect=2)
    assert f"127.0.0.1:{port}: another program does" in refused.stderr


def test_how_many_queries_it_takes_stays_until_it_is_told_otherwise(tmp_path: Path) -> None:
    for chosen in ({"queries": 3}, {}):
        stack.choose(tmp_path, "athena", options=chosen)
        options = Records(tmp_path).read("athena").options
        command = " ".join(Athena().launch(tmp_path, 1, options, tmp_path).command)
        assert "--active-dml 3 --active-ddl 3" in command


def test_nothing_is_started_where_an_athena_is_configured(tmp_path: Path) -> None:
    with segue_in(tmp_path / "state", AWS_ENDPOINT_URL_ATHENA="http://127.0.0.1:1") as segue:
        refused = segue.run("athena", expect=2)
    assert "AWS_ENDPOINT_URL_ATHENA is http://127.0.0.1:1, so Athena is there already" in refused.stderr


@pytest.mark.slow
def test_ctrl_c_while_it_starts_leaves_nothing(segue: Segue) -> None:
    with segue.started("athena") as process:
        while next(one for one in stack.status(segue.home) if one.name == "trino").state != "running":
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)
        out, said = process.communicate(timeout=120)
    assert (process.returncode, out) == (1, ""), said
    assert "Stopped by SIGINT" in said
    assert_nothing_runs(segue.home)


@pytest.mark.slow
def test_no_network_for_the_first_start_is_told(tmp_path: Path) -> None:
    unreachable = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"), "http://127.0.0.1:9")
    with segue_in(tmp_path / "state", SEGUE_CACHE=str(tmp_path / "cache"), **unreachable) as segue:
        failed = segue.run("athena", expect=1)
        assert "'trino' needs trino-server-476.tar.gz, which could not be fetched" in failed.stderr
        assert "Next: connect to the network" in failed.stderr
        assert_nothing_runs(segue.home)


@pytest.mark.slow
def test_a_trino_that_ends_at_its_start_is_told_with_its_log(tmp_path: Path) -> None:
    archive = read_lock(locked("trino"))[0]
    damaged = tmp_path / "cache" / "java" / f"trino-{archive.version}-{archive.sha256[:12]}"
    (damaged / "lib").mkdir(parents=True)
    with segue_in(tmp_path / "state", SEGUE_CACHE=str(tmp_path / "cache")) as segue:
        failed = segue.run("athena", expect=1)
        assert "The local service 'trino' ended before it answered." in failed.stderr
        assert f"Next: read {segue.home / 'logs' / 'trino.log'}" in failed.stderr
        assert "TrinoServer" in failed.stderr.partition("Its last lines:")[2]
        assert_nothing_runs(segue.home)


@pytest.mark.slow
def test_too_little_memory_is_told_and_what_ran_already_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=900 * 2**20))
    with pytest.raises(
        TooLittleMemory, match=r"'trino' needs 1536 MB of memory to start, and 900 MB are free\. Next: end"
    ):
        serve(tmp_path, {}, as_json=True)
    assert (tmp_path / "logs" / "aws.log").exists(), "the service before it had started"
    assert_nothing_runs(tmp_path)
