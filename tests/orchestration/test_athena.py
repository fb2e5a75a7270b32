"""`segue athena` as a user types it: variables printed, Trino started again when it dies, nothing left at the end."""

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from orchestration.local import stack
from orchestration.local.athena.service import Athena
from orchestration.local.records import Records
from tests.segue_command import Segue, segue_in


@pytest.fixture
def segue(tmp_path: Path) -> Iterator[Segue]:
    with segue_in(tmp_path / "state") as found:
        yield found


def answer(variables: dict[str, str], sql: str) -> list[str | None]:
    """The first row that Athena answers; AssertionError with its reason where it fails."""
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
    row = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1]
    return [one.get("VarCharValue") for one in row["Data"]]


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_end(segue: Segue) -> None:
    process = segue.start("athena", "--json")
    assert process.stdout and process.stderr
    line = process.stdout.readline()
    assert line, process.stderr.read()
    variables = json.loads(line)
    assert answer(variables, "select 'ok', 1 + 1") == ["ok", "2"]

    trino = next(one for one in stack.status(segue.home) if one.name == "trino")
    assert trino.pid is not None
    psutil.Process(trino.pid).kill()
    assert "'trino' died and is started again" in process.stderr.readline()
    while (again := next(one for one in stack.status(segue.home) if one.name == "trino")).state != "running":
        assert process.poll() is None
    assert again.port == trino.port
    with stack.lease(segue.home, ["athena"]):
        assert answer(variables, "select 'back'") == ["back"]

    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert {one.state for one in stack.status(segue.home)} == {"stopped"}
    commands = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
    assert [command for command in commands if str(segue.home) in command] == []


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
