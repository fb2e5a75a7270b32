"""The server itself: the protocol, the checks of requests, restarts, a dead Trino, many clients at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from orchestration.local.athena.errors import ApiError
from orchestration.local.athena.executions import Limits
from orchestration.local.athena.records import Record, Records
from orchestration.local.athena.store import Store
from orchestration.local.athena.validation import check
from tests.orchestration.local.athena.conftest import OUTPUT, TRINO_LOG, Local, Serve, refused
from tests.orchestration.local.athena.fake_trino import FakeTrino, Script, column, failure, serving


def post(local: Local, target: str, body: str) -> requests.Response:
    """Send a raw request."""
    with requests.Session() as session:
        session.trust_env = False
        return session.post(local.url, data=body, headers={"X-Amz-Target": target}, timeout=10)


def test_answers_are_awss_json(local: Local) -> None:
    answer = post(local, "AmazonAthena.GetWorkGroup", '{"WorkGroup": "primary"}')
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-RequestId"]
    assert isinstance(answer.json()["WorkGroup"]["CreationTime"], float)


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("AmazonAthena.NoSuchThing", "{}", "UnknownOperationException"),
        ("AWSGlue.GetTables", "{}", "UnknownOperationException"),
        ("", "{}", "UnknownOperationException"),
        ("AmazonAthena.GetWorkGroup", "{", "SerializationException"),
        ("AmazonAthena.GetWorkGroup", "[]", "SerializationException"),
        ("AmazonAthena.GetWorkGroup", '{"WorkGroup": 1}', "SerializationException"),
        ("AmazonAthena.GetWorkGroup", "{}", "InvalidRequestException"),
        ("AmazonAthena.StartSession", '{"WorkGroup": "primary"}', "InvalidRequestException"),
    ],
)
def test_wrong_request_is_refused(local: Local, target: str, body: str, code: str) -> None:
    answer = post(local, target, body)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)


@pytest.mark.parametrize(
    ("operation", "params", "at", "constraint"),
    [
        ("GetWorkGroup", {}, "Value at 'workGroup'", "not be null"),
        (
            "GetWorkGroup",
            {"WorkGroup": "a b"},
            "Value 'a b' at 'workGroup'",
            "satisfy regular expression pattern: [a-zA-Z0-9._-]{1,128}",
        ),
        (
            "GetQueryResults",
            {"QueryExecutionId": "x", "MaxResults": 1001},
            "Value '1001' at 'maxResults'",
            "have value less than or equal to 1000",
        ),
        (
            "StartQueryExecution",
            {"QueryString": "select 1", "ClientRequestToken": "short"},
            "Value 'short' at 'clientRequestToken'",
            "have length greater than or equal to 32",
        ),
        (
            "UpdateWorkGroup",
            {"WorkGroup": "g", "State": "ASLEEP"},
            "Value 'ASLEEP' at 'state'",
            "satisfy enum value set: [ENABLED, DISABLED]",
        ),
        (
            "StartQueryExecution",
            {"QueryString": "select 1", "ResultConfiguration": {"EncryptionConfiguration": {}}},
            "Value at 'resultConfiguration.encryptionConfiguration.encryptionOption'",
            "not be null",
        ),
    ],
)
def test_constraints_are_told_as_by_the_service(
    operation: str, params: dict[str, Any], at: str, constraint: str
) -> None:
    with pytest.raises(ApiError) as caught:
        check(operation, params)
    expected = f"1 validation error detected: {at} failed to satisfy constraint: Member must {constraint}"
    assert (caught.value.code, caught.value.message) == ("InvalidRequestException", expected)


def test_catalogue_names_may_hold_any_letter() -> None:
    check("StartQueryExecution", {"QueryString": "select 1", "QueryExecutionContext": {"Catalog": "음악 🎵\t"}})


def test_everything_kept_survives_a_restart(serve_athena: Serve, trino: FakeTrino) -> None:
    trino.on("endless", Script([column("endless", "integer")], gate=Event()))
    with serve_athena() as local:
        local.athena.create_work_group(Name="g")
        local.athena.create_prepared_statement(StatementName="by_name", WorkGroup="g", QueryStatement="select 1")
        finished = local.run("select 1", ClientRequestToken="t" * 32)
        running = local.start("select 1 as endless")
        local.until(running, "RUNNING")
    assert trino.cancelled
    with serve_athena() as local:
        assert local.execution(finished["QueryExecutionId"]) == finished
        page = local.athena.get_query_results(QueryExecutionId=finished["QueryExecutionId"])
        assert [row["Data"] for row in page["ResultSet"]["Rows"]] == [
            [{"VarCharValue": "_col0"}],
            [{"VarCharValue": "1"}],
        ]
        assert local.start("select 1", ClientRequestToken="t" * 32) == finished["QueryExecutionId"]
        assert local.athena.get_prepared_statement(StatementName="by_name", WorkGroup="g")
        status = local.execution(running)["Status"]
        assert status["State"] == "FAILED"
        assert "was stopped while this query" in status["StateChangeReason"]
        assert "CompletionDateTime" in status


def test_query_that_a_killed_server_left_behind_is_failed(tmp_path: Path) -> None:
    store = Store(tmp_path / "athena.sqlite")
    records = Records(store, tmp_path)
    for query_id, state, age_days in (("running", "RUNNING", 1), ("done", "SUCCEEDED", 44), ("old", "SUCCEEDED", 46)):
        status = {"State": state, "SubmissionDateTime": time.time() - age_days * 24 * 3600}
        execution = {"QueryExecutionId": query_id, "WorkGroup": "primary", "Status": status, "Statistics": {}}
        records.put(Record(execution, result_of=query_id))
        records.result(query_id).write_text("[]", encoding="utf-8")
    records.after_start()
    assert records.get("running").state == "FAILED"
    assert "Next: start it again" in records.get("running").execution["Status"]["AthenaError"]["ErrorMessage"]
    assert (records.get("done").state, records.result("done").exists()) == ("SUCCEEDED", True)
    assert (records.ids("primary"), records.result("old").exists()) == (["running", "done"], False)
    store.close()


@pytest.fixture
def mortal() -> Iterator[tuple[FakeTrino, Any]]:
    """A Trino with its server, which a test may end."""
    with serving() as both:
        yield both


def test_trino_that_dies_in_mid_query_fails_it_and_names_the_log(
    serve_athena: Serve, mortal: tuple[FakeTrino, Any], trino: FakeTrino
) -> None:
    fake, server = mortal
    trino.url = fake.url
    fake.on("endless", Script([column("endless", "integer")], gate=Event()))
    with serve_athena() as local:
        query_id = local.start("select 1 as endless")
        local.until(query_id, "RUNNING")
        server.shutdown()
        server.server_close()
        status = local.ended(query_id)["Status"]
        assert status["State"] == "FAILED"
        assert str(TRINO_LOG) in status["StateChangeReason"]
        assert (status["AthenaError"]["ErrorCategory"], status["AthenaError"]["Retryable"]) == (1, True)
        assert local.run("select 1")["Status"]["State"] == "FAILED"
        assert requests.get(f"{local.url}/_control/health", timeout=10).status_code == 503


def test_health(local: Local) -> None:
    assert requests.get(f"{local.url}/_control/health", timeout=10).status_code == 200


def test_fifty_queries_at_once_and_none_is_lost(local: Local, trino: FakeTrino) -> None:
    for number in range(50):
        trino.on(f"'{number}'", Script([column("n", "integer")], [[[number]]]))
    trino.on("'13'", failure("DIVISION_BY_ZERO", "USER_ERROR", "Division by zero"))
    with ThreadPoolExecutor(10) as threads:
        ids = list(threads.map(lambda number: local.start(f"select '{number}' as n"), range(50)))
        executions = list(threads.map(local.ended, ids))
    states = [one["Status"]["State"] for one in executions]
    assert states == ["FAILED" if number == 13 else "SUCCEEDED" for number in range(50)]
    assert len(set(ids)) == 50
    for number, query_id in enumerate(ids):
        if number != 13:
            assert local.read(f"{OUTPUT}{query_id}.csv") == f'"n"\n"{number}"\n'
    listed = local.athena.get_paginator("list_query_executions").paginate()
    assert {query_id for page in listed for query_id in page["QueryExecutionIds"]} >= set(ids)


def test_same_token_from_many_threads_is_one_query(local: Local, trino: FakeTrino) -> None:
    token = "x" * 40
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: local.start("select 1", ClientRequestToken=token), range(16)))
    assert len(ids) == 1
    local.ended(ids.pop())
    assert len(trino.statements) == 1


def test_quota_holds_for_many_threads(serve_athena: Serve, trino: FakeTrino) -> None:
    gate = Event()
    trino.on("endless", Script([column("endless", "integer")], gate=gate))

    def start(local: Local) -> str | None:
        try:
            return local.start("select 1 as endless")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "TooManyRequestsException"
            return None

    with serve_athena(Limits(active_dml=5, at_once=2)) as local, ThreadPoolExecutor(8) as threads:
        ids = [one for one in threads.map(lambda _: start(local), range(20)) if one]
        assert len(ids) == 5
        gate.set()
        assert {local.ended(one)["Status"]["State"] for one in ids} == {"SUCCEEDED"}


def test_unforeseen_failure_of_a_query_is_told(local: Local, trino: FakeTrino, monkeypatch: pytest.MonkeyPatch) -> None:
    trino.on("broken", Script([{"name": "broken", "typeSignature": {}}], [[[1]]]))
    status = local.run("select 1 as broken")["Status"]
    assert status["State"] == "FAILED"
    assert "rawType" in status["StateChangeReason"]


def test_call_that_is_not_there_names_those_that_are(local: Local) -> None:
    error = refused(local.athena.list_sessions, WorkGroup="primary")
    assert "StartQueryExecution" in error["Message"]
