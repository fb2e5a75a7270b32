"""Many queries at once, queries stopped, by plain boto3."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from mypy_boto3_athena import AthenaClient

from tests.orchestration.local.athena.clients.conftest import BUCKET, MANY, ended, rows, run

pytestmark = pytest.mark.slow
AT_ONCE = 50
ENDLESS = "select count(*) from many m1 cross join many m2 cross join many m3 cross join many m4 where rand() < 2"


def test_fifty_at_once_and_none_is_lost(client: AthenaClient, database: str) -> None:
    def asked(number: int) -> tuple[str, int]:
        sql = f"select count(*) + {number} as n from {database}.many"
        query_id = run(client, sql)
        return query_id, int(rows(client, query_id)[1][0] or 0)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answered = list(pool.map(asked, range(AT_ONCE)))
    assert [found for _, found in answered] == [MANY + number for number in range(AT_ONCE)]
    assert len({query_id for query_id, _ in answered}) == AT_ONCE
    listed = client.get_paginator("list_query_executions").paginate()
    assert {query_id for query_id, _ in answered} <= {one for page in listed for one in page["QueryExecutionIds"]}


def test_running_query_is_stopped(client: AthenaClient, database: str) -> None:
    query_id = client.start_query_execution(
        QueryString=ENDLESS,
        QueryExecutionContext={"Database": database},
        ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/boto3/"},
    )["QueryExecutionId"]
    while client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"] == "QUEUED":
        pass
    asked = datetime.now(UTC)
    client.stop_query_execution(QueryExecutionId=query_id)
    status = ended(client, query_id)["Status"]
    assert status["State"] == "CANCELLED"
    assert (status["CompletionDateTime"] - asked).total_seconds() < 10
    with pytest.raises(client.exceptions.InvalidRequestException, match="CANCELLED"):
        client.get_query_results(QueryExecutionId=query_id)
    run(client, "select 1")
