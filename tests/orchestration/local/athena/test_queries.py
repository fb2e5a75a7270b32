"""The life of a query over the API: taken, run, failed, stopped, shown."""

import json
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from orchestration.local.athena.executions import Limits
from tests.orchestration.local.athena.conftest import BUCKET, OUTPUT, Local, Serve, refused
from tests.orchestration.local.athena.fake_trino import FakeTrino, Script, column, failure


def test_query_succeeds_and_says_what_it_was(local: Local, trino: FakeTrino) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    trino.on("select a", Script([column("a", "integer")], [[[1]]], stats={"physicalInputBytes": 4711}))
    execution = local.run("select a", QueryExecutionContext={"Database": "Music", "Catalog": "AwsDataCatalog"})
    assert execution["Query"] == "select a"
    assert (execution["StatementType"], execution["SubstatementType"]) == ("DML", "SELECT")
    assert execution["ResultConfiguration"] == {"OutputLocation": f"{OUTPUT}{execution['QueryExecutionId']}.csv"}
    assert execution["QueryExecutionContext"] == {"Database": "music", "Catalog": "awsdatacatalog"}
    assert execution["WorkGroup"] == "primary"
    assert execution["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    status, statistics = execution["Status"], execution["Statistics"]
    assert status["State"] == "SUCCEEDED"
    assert before <= status["SubmissionDateTime"] <= status["CompletionDateTime"] <= datetime.now(UTC)
    assert statistics["DataScannedInBytes"] == 4711
    assert statistics["QueryPlanningTimeInMillis"] == 7
    parts = statistics["QueryQueueTimeInMillis"] + statistics["EngineExecutionTimeInMillis"]
    assert 2 <= parts <= statistics["TotalExecutionTimeInMillis"] + 1
    assert statistics["ResultReuseInformation"] == {"ReusedPreviousResult": False}


@pytest.mark.parametrize("database", ["music", "MUSIC", "`music`", '"music"'])
def test_database_is_trinos_schema(local: Local, trino: FakeTrino, database: str) -> None:
    local.run("select 1", QueryExecutionContext={"Database": database})
    assert trino.headers[-1]["X-Trino-Schema"] == "music"
    assert trino.headers[-1]["X-Trino-Catalog"] == "awsdatacatalog"


def test_failure_has_athenas_wording_and_category(local: Local, trino: FakeTrino) -> None:
    message = "line 1:15: Table 'awsdatacatalog.raw.a' does not exist"
    trino.on("raw.a", failure("TABLE_NOT_FOUND", "USER_ERROR", message))
    status = local.run("select * from raw.a")["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"] == f"TABLE_NOT_FOUND: {message}"
    assert status["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1110,
        "Retryable": False,
        "ErrorMessage": f"TABLE_NOT_FOUND: {message}",
    }


def test_unknown_column_may_also_be_a_forbidden_one(local: Local, trino: FakeTrino) -> None:
    trino.on("nope", failure("COLUMN_NOT_FOUND", "USER_ERROR", "line 1:8: Column 'nope' cannot be resolved"))
    reason = local.run("select nope")["Status"]["StateChangeReason"]
    assert reason == (
        "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved "
        "or requester is not authorized to access requested resources"
    )


def test_iceberg_commit_is_error_233(local: Local, trino: FakeTrino) -> None:
    trino.on("insert", failure("ICEBERG_COMMIT_ERROR", "EXTERNAL", "Failed to commit Iceberg update to table: raw.a"))
    status = local.run("insert into raw.a values (1)")["Status"]
    assert status["AthenaError"]["ErrorType"] == 233
    assert "ICEBERG_COMMIT_ERROR" in status["AthenaError"]["ErrorMessage"]


def test_results_of_a_failed_query_are_refused(local: Local, trino: FakeTrino) -> None:
    trino.on("select 1", failure("DIVISION_BY_ZERO", "USER_ERROR", "Division by zero"))
    query_id = local.run("select 1/0 + (select 1)")["QueryExecutionId"]
    error = refused(local.athena.get_query_results, QueryExecutionId=query_id)
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"] == "Query did not finish successfully. Final query state: FAILED"


def test_running_query_is_stopped_in_trino(local: Local, trino: FakeTrino) -> None:
    trino.on("endless", Script([column("endless", "integer")], gate=Event()))
    query_id = local.start("select 1 as endless")
    local.until(query_id, "RUNNING")
    error = refused(local.athena.get_query_results, QueryExecutionId=query_id)
    assert error["Message"] == "Query has not yet finished. Current state: RUNNING"
    local.athena.stop_query_execution(QueryExecutionId=query_id)
    assert local.ended(query_id)["Status"]["State"] == "CANCELLED"
    assert trino.cancelled


def test_queued_query_is_stopped_without_running(serve_athena: Serve, trino: FakeTrino) -> None:
    gate = Event()
    trino.on("endless", Script([column("endless", "integer")], gate=gate))
    with serve_athena(Limits(at_once=1)) as local:
        first = local.start("select 1 as endless")
        local.until(first, "RUNNING")
        second = local.start("select 2 as never")
        local.athena.stop_query_execution(QueryExecutionId=second)
        assert local.execution(second)["Status"]["State"] == "CANCELLED"
        gate.set()
        assert local.ended(first)["Status"]["State"] == "SUCCEEDED"
    assert not [sql for sql in trino.statements if "never" in sql]


def test_stopping_an_ended_query_changes_nothing(local: Local) -> None:
    query_id = local.run("select 1")["QueryExecutionId"]
    local.athena.stop_query_execution(QueryExecutionId=query_id)
    assert local.execution(query_id)["Status"]["State"] == "SUCCEEDED"


def test_quota_counts_queued_and_running(serve_athena: Serve, trino: FakeTrino) -> None:
    gate = Event()
    trino.on("endless", Script([column("endless", "integer")], gate=gate))
    with serve_athena(Limits(active_dml=2, at_once=1)) as local:
        ids = [local.start("select 1 as endless") for _ in range(2)]
        error = refused(
            local.athena.start_query_execution,
            QueryString="select 2",
            ResultConfiguration={"OutputLocation": OUTPUT},
        )
        assert (error["Code"], error["Reason"]) == ("TooManyRequestsException", "CONCURRENT_QUERY_LIMIT_EXCEEDED")
        gate.set()
        assert {local.ended(one)["Status"]["State"] for one in ids} == {"SUCCEEDED"}
        assert local.run("select 2")["Status"]["State"] == "SUCCEEDED"


def test_ddl_has_a_quota_of_its_own_and_a_ctas_is_not_in_it(serve_athena: Serve, trino: FakeTrino) -> None:
    gate = Event()
    trino.on("create", Script(gate=gate, update_type="CREATE"))
    ctas = "create table quota.t{} with (external_location = 's3://results/quota/{}/') as select 1 as a"
    given = {"QueryString": "create view quota.b as select 1 as a", "ResultConfiguration": {"OutputLocation": OUTPUT}}
    with serve_athena(Limits(active_ddl=1, at_once=1)) as local:
        ids = [local.start("create view quota.a as select 1 as a")]
        assert refused(local.athena.start_query_execution, **given)["Code"] == "TooManyRequestsException"
        ids += [local.start(ctas.format(number, number)) for number in range(2)]
        gate.set()
        assert all(local.ended(one) for one in ids)


def test_same_token_is_the_same_query(local: Local, trino: FakeTrino) -> None:
    token = "t" * 32
    first = local.start("select 1", ClientRequestToken=token)
    assert local.start("select 1", ClientRequestToken=token) == first
    local.ended(first)
    assert local.start("select 1", ClientRequestToken=token) == first
    assert len(trino.statements) == 1
    given = {"ResultConfiguration": {"OutputLocation": OUTPUT}, "ClientRequestToken": token}
    error = refused(local.athena.start_query_execution, QueryString="select 2", **given)
    assert (error["Code"], error["Message"]) == ("InvalidRequestException", "Idempotent parameters do not match")


def test_more_bytes_than_the_cutoff_cancel(local: Local, trino: FakeTrino) -> None:
    cutoff = 10_000_000
    configuration = {"EnforceWorkGroupConfiguration": False, "BytesScannedCutoffPerQuery": cutoff}
    local.athena.create_work_group(Name="thrifty", Configuration=configuration)
    trino.on("costly", Script([column("costly", "integer")], [[[1]]], stats={"physicalInputBytes": cutoff + 1}))
    trino.on("cheap", Script([column("cheap", "integer")], [[[1]]], stats={"physicalInputBytes": cutoff}))
    costly = local.run("select 1 as costly", WorkGroup="thrifty")
    assert costly["Status"]["State"] == "CANCELLED"
    assert "Bytes scanned limit was exceeded" in costly["Status"]["StateChangeReason"]
    assert local.run("select 1 as cheap", WorkGroup="thrifty")["Status"]["State"] == "SUCCEEDED"


def test_query_that_takes_too_long_is_ended(serve_athena: Serve, trino: FakeTrino) -> None:
    trino.on("endless", Script([column("endless", "integer")], gate=Event()))
    with serve_athena(Limits(dml_seconds=0.2)) as local:
        status = local.run("select 1 as endless")["Status"]
        assert (status["State"], status["StateChangeReason"]) == ("FAILED", "Query timeout")
        assert local.run("select 1")["Status"]["State"] == "SUCCEEDED"
    assert trino.cancelled


def test_batch_tells_found_from_unknown(local: Local) -> None:
    known = local.run("select 1")["QueryExecutionId"]
    answer = local.athena.batch_get_query_execution(QueryExecutionIds=[known, "nobody"])
    assert [one["QueryExecutionId"] for one in answer["QueryExecutions"]] == [known]
    assert [one["QueryExecutionId"] for one in answer["UnprocessedQueryExecutionIds"]] == ["nobody"]


def test_list_is_paged_from_the_newest(local: Local) -> None:
    ids = [local.run("select 1")["QueryExecutionId"] for _ in range(5)]
    first = local.athena.list_query_executions(MaxResults=2)
    assert first["QueryExecutionIds"] == [ids[4], ids[3]]
    newer = local.start("select 1")
    second = local.athena.list_query_executions(MaxResults=2, NextToken=first["NextToken"])
    assert second["QueryExecutionIds"] == [ids[2], ids[1]]
    last = local.athena.list_query_executions(MaxResults=2, NextToken=second["NextToken"])
    assert last["QueryExecutionIds"] == [ids[0]]
    assert "NextToken" not in last
    local.ended(newer)


def test_runtime_statistics_come_from_trino(local: Local, trino: FakeTrino) -> None:
    inner = {"stageId": "1", "state": "FINISHED", "processedRows": 3, "processedBytes": 30}
    inner |= {"physicalInputBytes": 400, "wallTimeMillis": 5, "subStages": []}
    stage = {"stageId": "0", "state": "FINISHED", "processedRows": 2, "processedBytes": 20}
    stage |= {"physicalInputBytes": 0, "wallTimeMillis": 9, "subStages": [inner]}
    stats = {"processedRows": 3, "physicalInputBytes": 400, "rootStage": stage}
    trino.on("select a", Script([column("a", "integer")], [[[1], [2]]], stats=stats))
    query_id = local.run("select a")["QueryExecutionId"]
    found = local.athena.get_query_runtime_statistics(QueryExecutionId=query_id)["QueryRuntimeStatistics"]
    assert found["Timeline"]["QueryPlanningTimeInMillis"] == 7
    assert found["Rows"] == {"InputRows": 3, "InputBytes": 400, "OutputRows": 2, "OutputBytes": len('"a"\n"1"\n"2"\n')}
    assert (found["OutputStage"]["StageId"], found["OutputStage"]["InputRows"]) == (0, 3)
    assert found["OutputStage"]["SubStages"][0]["InputBytes"] == 400


def test_reused_result_is_not_run_again(local: Local, trino: FakeTrino) -> None:
    reuse = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    first = local.run("select 1", ResultReuseConfiguration=reuse)
    second = local.run("select 1", ResultReuseConfiguration=reuse)
    assert not first["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
    assert second["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
    assert second["ResultConfiguration"] == first["ResultConfiguration"]
    assert local.rows("select 1", ResultReuseConfiguration=reuse) == [["_col0"], ["1"]]
    assert len(trino.statements) == 1
    local.run("select 1")
    local.run("select 1", ResultReuseConfiguration=reuse, QueryExecutionContext={"Database": "other"})
    none = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 0}}
    local.run("select 1", ResultReuseConfiguration=none)
    assert len(trino.statements) == 4


@pytest.mark.parametrize("sql", ["", "   ", "select 1; select 2", "-- nothing"])
def test_text_without_one_statement_is_refused(local: Local, sql: str) -> None:
    given = {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    assert refused(local.athena.start_query_execution, QueryString=sql, **given)["Code"] == "InvalidRequestException"


def test_text_that_cannot_be_read_is_refused(local: Local, trino: FakeTrino) -> None:
    message = "line 4:6: mismatched input 'nothing'. Expecting: <expression>"
    trino.on("select from", failure("SYNTAX_ERROR", "USER_ERROR", message))
    sql = "-- one\nselect from\nfrom nothing"
    error = refused(local.athena.start_query_execution, QueryString=sql, ResultConfiguration={"OutputLocation": OUTPUT})
    assert (error["Code"], error["AthenaErrorCode"]) == ("InvalidRequestException", "MALFORMED_QUERY")
    assert error["Message"] == "line 3:6: mismatched input 'nothing'. Expecting: <expression>"
    assert trino.statements == []


def test_text_is_measured_in_bytes(local: Local) -> None:
    longest = "select '" + "x" * (262_144 - len("select ''")) + "'"
    assert local.run(longest)["Status"]["State"] == "SUCCEEDED"
    wide = "select '" + "가" * ((262_144 - len("select ''")) // 3) + "xxx'"
    assert len(wide) < 262_144 < len(wide.encode())
    given = {"ResultConfiguration": {"OutputLocation": OUTPUT}}
    for sql in (longest + " ", wide):
        error = refused(local.athena.start_query_execution, QueryString=sql, **given)
        assert error["Code"] == "InvalidRequestException"
        assert "less than or equal to 262144" in error["Message"]


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (None, "No output location provided. An output location is required either through the Workgroup result"),
        ("results/out", "outputLocation is not a valid S3 path."),
        ("s3://", "outputLocation is not a valid S3 path."),
        ("s3://not-there/", "Unable to verify/create output bucket not-there"),
    ],
)
def test_output_location_is_checked(local: Local, location: str | None, message: str) -> None:
    given = {"ResultConfiguration": {"OutputLocation": location}} if location else {}
    error = refused(local.athena.start_query_execution, QueryString="select 1", **given)
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"].startswith(message)


def test_athenas_own_bucket_is_made(local: Local) -> None:
    bucket = "aws-athena-query-results-000000000000-ap-northeast-2"
    execution = local.run("select 1", ResultConfiguration={"OutputLocation": f"s3://{bucket}"})
    assert execution["Status"]["State"] == "SUCCEEDED"
    assert local.read(f"s3://{bucket}/{execution['QueryExecutionId']}.csv") == '"_col0"\n"1"\n'


def test_unknown_query_is_refused(local: Local) -> None:
    for call in (local.athena.get_query_execution, local.athena.stop_query_execution, local.athena.get_query_results):
        error = refused(call, QueryExecutionId="nobody")
        assert (error["Code"], error["Message"]) == (
            "InvalidRequestException",
            "QueryExecution nobody was not found",
        )


def test_parameters_are_kept_and_used(local: Local, trino: FakeTrino) -> None:
    execution = local.run("select ? as a", ExecutionParameters=["'Nirvana'"])
    assert execution["ExecutionParameters"] == ["'Nirvana'"]
    assert "'Nirvana'" in json.dumps(trino.statements)


def test_vanished_result_is_refused(local: Local) -> None:
    query_id = local.run("select 1")["QueryExecutionId"]
    local.s3.delete_object(Bucket=BUCKET, Key=f"out/{query_id}.csv")
    error = refused(local.athena.get_query_results, QueryExecutionId=query_id)
    assert (error["Code"], error["Message"]) == ("InvalidRequestException", "Could not find results")
