"""A database of a few tables on the real local Athena, made by plain boto3, and PyAthena's way there."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import boto3
import pytest
from mypy_boto3_athena import AthenaClient
from pyathena import connect

BUCKET = "segue-athena"
DATABASE = "clients"
MANY = 2500
"""Rows of `many`: more than two pages of results."""
COMPLEX_ROW = "true\t127\t32767\t2147483647\t9223372036854775807\t0.5\t0.25\ta string\tvarchar\t2017-01-01 00:00:00"
"""The first ten values of `complex`; dates, bytes (in base 64), nested values and decimals follow."""
COMPLEX_REST = "\t2017-01-02\tMTIz\t1\x022\t1\x032\x023\x034\t1\x022\t0.1\n"
TEXT = "row format delimited fields terminated by '\\t' lines terminated by '\\n' stored as textfile"
TABLES = (
    (
        "songs",
        "(song_id int comment 'its number', title string, seconds double) comment 'what is sung'",
        "1\tHey Jude\t431.5\n2\tYesterday\t\\N\n",
    ),
    ("many", "(a int)", "".join(f"{number}\n" for number in range(MANY))),
    (
        "complex",
        """(col_boolean boolean, col_tinyint tinyint, col_smallint smallint, col_int int, col_bigint bigint,
        col_float float, col_double double, col_string string, col_varchar varchar(10), col_timestamp timestamp,
        col_date date, col_binary binary, col_array array<int>, col_map map<int,int>,
        col_struct struct<a: int, b: int>, col_decimal decimal(10,1))""",
        COMPLEX_ROW + COMPLEX_REST,
    ),
)
Connect = Callable[..., Any]


@pytest.fixture(autouse=True)
def environment(athena: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but the printed variables leads a client there."""
    for name, value in athena.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def client(athena: dict[str, str]) -> AthenaClient:
    """boto3's own client."""
    return boto3.client(
        "athena",
        endpoint_url=athena["AWS_ENDPOINT_URL_ATHENA"],
        aws_access_key_id=athena["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=athena["AWS_SECRET_ACCESS_KEY"],
        region_name=athena["AWS_REGION"],
    )


@pytest.fixture(scope="session")
def s3(athena: dict[str, str]) -> Any:
    """boto3's own client of S3."""
    return boto3.client(
        "s3",
        endpoint_url=athena["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=athena["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=athena["AWS_SECRET_ACCESS_KEY"],
        region_name=athena["AWS_REGION"],
    )


@pytest.fixture(scope="session")
def database(client: AthenaClient, s3: Any, worker_id: str) -> Iterator[str]:
    """The database with the tables above: text files as they could have lain there before."""
    name = f"{DATABASE}_{worker_id}"
    run(client, f"drop database if exists {name} cascade", f"create database {name}")
    for table, columns, text in TABLES:
        s3.put_object(Bucket=BUCKET, Key=f"{name}/{table}/rows.gz", Body=gzip.compress(text.encode()))
        run(client, f"create external table {name}.{table} {columns} {TEXT} location 's3://{BUCKET}/{name}/{table}/'")
    run(client, f"create or replace view {name}.titles as select title from {name}.songs")
    yield name
    run(client, f"drop database {name} cascade")


@pytest.fixture
def connected(database: str, athena: dict[str, str]) -> Iterator[Connect]:
    """Return PyAthena's `connect` for that database; polls soon, closes at the end."""
    opened = []

    def opening(**more: Any) -> Any:
        options = {"poll_interval": 0.05, "region_name": athena["AWS_REGION"], "schema_name": database}
        opened.append(connect(**{**options, "s3_staging_dir": athena["AWS_ATHENA_S3_STAGING_DIR"], **more}))
        return opened[-1]

    yield opening
    for one in opened:
        one.close()


def run(client: AthenaClient, *statements: str, **more: Any) -> str:
    """Run statements one after the other; returns the last one's id.

    Raises:
        AssertionError: one of them does not succeed.
    """
    query_id = ""
    for sql in statements:
        query_id = client.start_query_execution(
            QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/boto3/"}, **more
        )["QueryExecutionId"]
        status = ended(client, query_id)["Status"]
        assert status["State"] == "SUCCEEDED", (sql, status)
    return query_id


def ended(client: AthenaClient, query_id: str) -> Any:
    """Wait until a query has ended; returns its QueryExecution."""
    while True:
        execution = client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return execution


def rows(client: AthenaClient, query_id: str) -> Sequence[Sequence[str | None]]:
    """Return the rows of all pages, the header included."""
    pages = client.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    return [[one.get("VarCharValue") for one in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
