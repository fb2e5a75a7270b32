"""The API in front of the real Trino: values of every type, costs, stopping, many queries, a killed Trino."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from orchestration.local import stack
from orchestration.local.aws import BUCKET
from tests.orchestration.local.athena.conftest import REAL_OUTPUT as OUTPUT
from tests.orchestration.local.athena.conftest import Local, refused, served

pytestmark = pytest.mark.slow
LONG = """
select count(*)
from unnest(sequence(1, 9000)) as a(x), unnest(sequence(1, 9000)) as b(y), unnest(sequence(1, 99)) as c(z)
where (x * y + z) % 7 = 3
"""
# (expression, Athena's type, what Athena prints); the texts are those of the documentation, and of PyAthena's tests.
VALUES = [
    ("true", "boolean", "true"),
    ("cast(127 as tinyint)", "tinyint", "127"),
    ("cast(32767 as smallint)", "smallint", "32767"),
    ("2147483647", "integer", "2147483647"),
    ("9223372036854775807", "bigint", "9223372036854775807"),
    ("real '0.1'", "float", "0.1"),
    ("0.1 + 0.2", "double", "0.30000000000000004"),
    ("1e7", "double", "1.0E7"),
    ("1 / 0.0", "double", "Infinity"),
    ("-1 / 0.0", "double", "-Infinity"),
    ("nan()", "double", "NaN"),
    ("cast(1.5 as decimal(10, 2))", "decimal", "1.50"),
    ("cast('a' as char(3))", "char", "a  "),
    ("'음악'", "varchar", "음악"),
    ("''", "varchar", ""),
    ("cast(null as varchar)", "varchar", None),
    ("to_utf8('hello')", "varbinary", "68 65 6c 6c 6f"),
    ("date '2026-11-23'", "date", "2026-11-23"),
    ("time '10:11:12'", "time", "10:11:12.000"),
    ("timestamp '2026-11-23 10:11:12'", "timestamp", "2026-11-23 10:11:12.000"),
    ("timestamp '2026-11-23 10:11:12.123456'", "timestamp", "2026-11-23 10:11:12.123456"),
    ("from_unixtime(0)", "timestamp with time zone", "1970-01-01 00:00:00.000 UTC"),
    (
        "timestamp '2026-11-23 10:11:12.5 Asia/Seoul'",
        "timestamp with time zone",
        "2026-11-23 10:11:12.500 Asia/Seoul",
    ),
    ("json '{\"a\": [1, null]}'", "json", '{"a":[1,null]}'),
    ("uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "uuid", "12151fd2-7586-11e9-8f9e-2a86e4085a59"),
    ("ipaddress '10.0.0.1'", "ipaddress", "10.0.0.1"),
    ("interval '2' day", "interval day to second", "2 00:00:00.000"),
    ("interval '15' month", "interval year to month", "1-3"),
    ("array[1, null, 2]", "array", "[1, null, 2]"),
    ("array[1e7]", "array", "[1.0E7]"),
    ("map(array['a', 'b'], array[1, null])", "map", "{a=1, b=null}"),
    ("row('Bob', 38)", "row", "{field0=Bob, field1=38}"),
    ("cast(row(1, array[row(2)]) as row(a int, b array(row(c int))))", "row", "{a=1, b=[{c=2}]}"),
    ("map(array[timestamp '2026-11-23 00:00:00'], array[x'00ff'])", "map", "{2026-11-23 00:00:00.000=00 ff}"),
]


@pytest.fixture
def real(athena: dict[str, str]) -> Local:
    """The clients of the real local Athena."""
    return served(athena)


def test_values_of_every_type(real: Local) -> None:
    columns = ", ".join(f"{expression} as c{number}" for number, (expression, _, _) in enumerate(VALUES))
    execution = real.run(f"select {columns}")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    result = real.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]
    values = [one.get("VarCharValue") for one in result["Rows"][1]["Data"]]
    assert dict(enumerate(values)) == {number: printed for number, (_, _, printed) in enumerate(VALUES)}
    kinds = [one["Type"] for one in result["ResultSetMetadata"]["ColumnInfo"]]
    assert dict(enumerate(kinds)) == {number: kind for number, (_, kind, _) in enumerate(VALUES)}


@pytest.fixture(scope="module")
def numbers(athena: dict[str, str]) -> Iterator[str]:
    """A table of a million and a half random numbers: 12 MB in one column, next to nothing in the other."""
    local = served(athena)
    local.run(f"create database if not exists engine location 's3://{BUCKET}/engine/'")
    local.run("drop table if exists engine.numbers")
    local.run(
        "create table engine.numbers with (format = 'parquet') as "
        "select random() as noise, 1 as one from unnest(sequence(1, 1500)), unnest(sequence(1, 1000))"
    )
    yield "engine.numbers"
    local.run("drop table engine.numbers")


def test_scanned_bytes_are_those_of_the_columns_read(real: Local, numbers: str) -> None:
    noise = real.run(f"select sum(noise) from {numbers}")["Statistics"]["DataScannedInBytes"]
    one = real.run(f"select sum(one) from {numbers}")["Statistics"]["DataScannedInBytes"]
    assert 11_000_000 < noise < 14_000_000
    assert 0 < one < 500_000


def test_cutoff_cancels_what_reads_too_much(real: Local, numbers: str) -> None:
    configuration = {"EnforceWorkGroupConfiguration": False, "BytesScannedCutoffPerQuery": 10_000_000}
    name = f"cutoff-{time.time_ns()}"
    real.athena.create_work_group(Name=name, Configuration=configuration)
    costly = real.run(f"select sum(noise) from {numbers}", WorkGroup=name)["Status"]
    assert (costly["State"], "Bytes scanned limit was exceeded" in costly["StateChangeReason"]) == ("CANCELLED", True)
    assert real.run(f"select sum(one) from {numbers}", WorkGroup=name)["Status"]["State"] == "SUCCEEDED"


def test_running_query_is_stopped_and_trino_works_on_it_no_more(real: Local, athena_home: Path) -> None:
    query_id = real.start(LONG)
    while on_trino(athena_home, query_id).get("state") != "RUNNING":
        real.between.wait(real.poll_seconds)
    real.athena.stop_query_execution(QueryExecutionId=query_id)
    status = real.ended(query_id)["Status"]
    assert status["State"] == "CANCELLED"
    assert (status["CompletionDateTime"] - status["SubmissionDateTime"]).total_seconds() < 30
    while (there := on_trino(athena_home, query_id))["state"] in ("RUNNING", "FINISHING"):
        real.between.wait(real.poll_seconds)
    assert (there["state"], there["errorCode"]["name"]) == ("FAILED", "USER_CANCELED")


def on_trino(home: Path, query_id: str) -> dict[str, Any]:
    """What Trino itself says of the statement that it runs for a query of Athena; nothing where there is none."""
    trino = next(one for one in stack.status(home) if one.name == "trino")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(f"http://{stack.address(trino)}/v1/query", headers={"X-Trino-User": "athena"}, timeout=60)
    found: dict[str, Any] = next((one for one in answer.json() if one["session"].get("source") == query_id), {})
    return found


def test_fifty_queries_at_once(real: Local) -> None:
    def start(number: int) -> str:
        return real.start(f"select {number} as n, upper('x{number}') as x")

    with ThreadPoolExecutor(10) as threads:
        ids = list(threads.map(start, range(50)))
    assert len(set(ids)) == 50
    for number, query_id in enumerate(ids):
        status = real.ended(query_id)["Status"]
        assert status["State"] == "SUCCEEDED", status
        assert real.read(f"{OUTPUT}{query_id}.csv") == f'"n","x"\n"{number}","X{number}"\n'


def test_positions_in_errors_are_those_of_the_users_text(real: Local) -> None:
    reason = real.run("-- a comment\nselect 1.5 + 2.5,\n  nope from (values 1) as t(a)")["Status"]["StateChangeReason"]
    assert reason.startswith("COLUMN_NOT_FOUND: line 3:3: Column 'nope' cannot be resolved")


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select from where", "line 1:8: mismatched input 'from'. Expecting: '*', 'ALL', 'DISTINCT', <expression>"),
        ("select 1.5,\n 2.5 from", "line 2:10: mismatched input '<EOF>'"),
        ("insert into a b c", "line 1:15: mismatched input 'b'"),
    ],
)
def test_text_that_cannot_be_read_is_refused(real: Local, sql: str, message: str) -> None:
    given = {"QueryString": sql, "ResultConfiguration": {"OutputLocation": OUTPUT}}
    error = refused(real.athena.start_query_execution, **given)
    assert error["Code"] == "InvalidRequestException"
    assert error["Message"].startswith(message)


def test_killed_trino_fails_the_query_and_the_next_start_knows_it(tmp_path: Path) -> None:
    with stack.lease(tmp_path, ["athena"]) as variables:
        local = served(variables)
        finished = local.run("select 1 as a")["QueryExecutionId"]
        running = local.start(LONG)
        local.until(running, "RUNNING")
        trino = next(one for one in stack.status(tmp_path) if one.name == "trino")
        assert trino.pid is not None
        psutil.Process(trino.pid).kill()
        status = local.ended(running)["Status"]
        assert (status["State"], status["AthenaError"]["ErrorCategory"]) == ("FAILED", 1)
        assert str(trino.log) in status["StateChangeReason"]
    with stack.lease(tmp_path, ["athena"]) as variables:
        local = served(variables)
        assert local.execution(running)["Status"]["State"] == "FAILED"
        rows = local.athena.get_query_results(QueryExecutionId=finished)["ResultSet"]["Rows"]
        assert [row["Data"][0]["VarCharValue"] for row in rows] == ["a", "1"]
        assert local.rows("select 2 as b") == [["b"], ["2"]]
