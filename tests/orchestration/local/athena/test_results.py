"""Results: the files in S3, the pages of the API, what is described and counted."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.orchestration.local.athena.conftest import BUCKET, OUTPUT, Local
from tests.orchestration.local.athena.fake_trino import FakeTrino, Script, column


def pages(local: Local, query_id: str, size: int) -> list[list[str | None]]:
    """Return the first value of every row, page by page."""
    found: list[list[str | None]] = []
    token: dict[str, str] = {}
    while True:
        page = local.athena.get_query_results(QueryExecutionId=query_id, MaxResults=size, **token)
        found.append([row["Data"][0].get("VarCharValue") for row in page["ResultSet"]["Rows"]])
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_csv_is_quoted_and_null_is_not(local: Local, trino: FakeTrino) -> None:
    columns = [column("a", "varchar", 9), column('b"', "integer")]
    trino.on("mixed", Script(columns, [[["x", 1]], [["", None], [None, 2], ['q"', 3], ["two\nlines,", 4]]]))
    execution = local.run("select 1 as mixed")
    address = execution["ResultConfiguration"]["OutputLocation"]
    assert local.read(address) == '"a","b"""\n"x","1"\n"",\n,"2"\n"q""","3"\n"two\nlines,","4"\n'
    rows = local.rows("select 1 as mixed")
    assert rows == [["a", 'b"'], ["x", "1"], ["", None], [None, "2"], ['q"', "3"], ["two\nlines,", "4"]]


def test_header_counts_as_a_row_of_the_first_page(local: Local, trino: FakeTrino) -> None:
    trino.on("many", Script([column("many", "integer")], [[[1], [2], [3]], [[4], [5]]]))
    query_id = local.run("select 1 as many")["QueryExecutionId"]
    assert pages(local, query_id, 2) == [["many", "1"], ["2", "3"], ["4", "5"]]
    assert pages(local, query_id, 4) == [["many", "1", "2", "3"], ["4", "5"]]
    assert pages(local, query_id, 6) == [["many", "1", "2", "3", "4", "5"]]


def test_a_page_has_a_thousand_rows_unless_asked_otherwise(local: Local, trino: FakeTrino) -> None:
    trino.on("many", Script([column("many", "integer")], [[[number] for number in range(1000)]]))
    query_id = local.run("select 1 as many")["QueryExecutionId"]
    page = local.athena.get_query_results(QueryExecutionId=query_id)
    assert len(page["ResultSet"]["Rows"]) == 1000
    rest = local.athena.get_query_results(QueryExecutionId=query_id, NextToken=page["NextToken"])
    assert [row["Data"] for row in rest["ResultSet"]["Rows"]] == [[{"VarCharValue": "999"}]]


def test_result_without_rows_has_its_header(local: Local, trino: FakeTrino) -> None:
    trino.on("nothing", Script([column("nothing", "integer")]))
    assert local.rows("select 1 as nothing where false") == [["nothing"]]


@pytest.mark.parametrize("token", ["nonsense", "cm93LWF0LTk5OTk5OQ=="])
def test_unknown_token_is_refused(local: Local, token: str) -> None:
    query_id = local.run("select 1")["QueryExecutionId"]
    with pytest.raises(ClientError, match="Invalid NextToken"):
        local.athena.get_query_results(QueryExecutionId=query_id, NextToken=token)


@pytest.mark.parametrize("size", [0, 1001])
def test_page_size_is_checked(local: Local, size: int) -> None:
    query_id = local.run("select 1")["QueryExecutionId"]
    with pytest.raises(ClientError, match="'maxResults' failed to satisfy constraint"):
        local.athena.get_query_results(QueryExecutionId=query_id, MaxResults=size)


def test_ddl_has_no_header_and_a_text_file(local: Local) -> None:
    for name in ("alpha", "beta"):
        local.run(f"create database text_{name}")
    execution = local.run("show databases like 'text_*'")
    assert execution["StatementType"] in ("DDL", "UTILITY")
    address = execution["ResultConfiguration"]["OutputLocation"]
    assert address == f"{OUTPUT}{execution['QueryExecutionId']}.txt"
    assert local.read(address) == "text_alpha\ntext_beta\n"
    assert pages(local, execution["QueryExecutionId"], 1000) == [["text_alpha", "text_beta"]]


def test_writing_statement_counts_and_has_no_rows(local: Local, trino: FakeTrino) -> None:
    wrote = Script([column("rows", "bigint")], [[[3]]], update_type="INSERT", update_count=3)
    trino.on("insert into", wrote)
    execution = local.run("insert into music.tracks values (1), (2), (3)")
    answer = local.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    assert answer["UpdateCount"] == 3
    assert answer["ResultSet"] == {"Rows": [], "ResultSetMetadata": {"ColumnInfo": []}}
    assert execution["ResultConfiguration"]["OutputLocation"] == f"{OUTPUT}{execution['QueryExecutionId']}"


def test_ctas_is_described_as_a_number_of_rows(local: Local, trino: FakeTrino) -> None:
    local.run("create database made location 's3://results/made/'")
    trino.on("create table", Script([column("rows", "bigint")], [[[7]]], update_type="CREATE TABLE", update_count=7))
    execution = local.run("create table made.t with (external_location = 's3://results/made/t/') as select 1 as a")
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    answer = local.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    described = [(one["Name"], one["Type"]) for one in answer["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
    assert (answer["UpdateCount"], answer["ResultSet"]["Rows"], described) == (7, [], [("rows", "bigint")])


def test_metadata_file_is_a_protobuf_of_the_columns(local: Local, trino: FakeTrino) -> None:
    trino.on("described", Script([column("a", "varchar", 300), column("b", "decimal", 10, 2)], [[["x", "1.00"]]]))
    query_id = local.run("select 1 as described")["QueryExecutionId"]
    content = local.s3.get_object(Bucket=BUCKET, Key=f"out/{query_id}.csv.metadata")["Body"].read()
    columns = [message(one) for number, one in message(content) if number == 4]
    assert columns == [
        [(1, b"hive"), (2, b""), (3, b""), (4, b"a"), (5, b"a"), (6, b"varchar"), (7, 300), (8, 0), (9, 3), (10, 1)],
        [(1, b"hive"), (2, b""), (3, b""), (4, b"b"), (5, b"b"), (6, b"decimal"), (7, 10), (8, 2), (9, 3), (10, 0)],
    ]


def message(content: bytes) -> list[tuple[int, Any]]:
    """Read a protobuf message: field numbers with numbers or bytes."""
    fields: list[tuple[int, Any]] = []
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = content[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(content):
        key = number()
        if key & 7 == 0:
            fields.append((key >> 3, number()))
        else:
            size = number()
            fields.append((key >> 3, content[at : at + size]))
            at += size
    return fields
