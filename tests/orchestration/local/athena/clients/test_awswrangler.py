"""awswrangler: frames written as tables, read by CTAS, by UNLOAD and from the CSV file."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import awswrangler
import pandas as pd  # type: ignore[import-untyped]
import pytest

from tests.orchestration.local.athena.clients.conftest import BUCKET, MANY

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::Warning:awswrangler")]
OUTPUT = f"s3://{BUCKET}/awswrangler/"
WAYS = pytest.mark.parametrize(
    "way",
    [{"ctas_approach": True}, {"ctas_approach": False}, {"ctas_approach": False, "unload_approach": True}],
    ids=["ctas", "csv", "unload"],
)


@pytest.fixture
def location() -> Iterator[str]:
    """A folder of its own, empty again afterwards."""
    folder = f"s3://{BUCKET}/{uuid4()}/"
    yield folder
    awswrangler.s3.delete_objects(folder)


@WAYS
def test_query_becomes_a_frame(database: str, location: str, way: Any) -> None:
    frame = awswrangler.athena.read_sql_query(
        "select song_id, title, seconds from songs order by song_id", database, s3_output=location, **way
    )
    assert frame["song_id"].tolist() == [1, 2]
    assert frame["title"].tolist() == ["Hey Jude", "Yesterday"]
    assert frame["seconds"].fillna(-1).tolist() == [431.5, -1]


@WAYS
def test_rows_come_in_pieces(database: str, location: str, way: Any) -> None:
    pieces = awswrangler.athena.read_sql_query(
        "select a from many", database, s3_output=location, chunksize=1000, **way
    )
    assert sorted(number for piece in pieces for number in piece["a"].tolist()) == list(range(MANY))


def test_parameters_are_quoted_by_either_side(database: str) -> None:
    options: dict[str, Any] = {"ctas_approach": False, "s3_output": OUTPUT}
    named = awswrangler.athena.read_sql_query(
        "select title from songs where title = :title", database, params={"title": "Hey Jude"}, **options
    )
    marked = awswrangler.athena.read_sql_query(
        "select title from songs where song_id = ?", database, params=["2"], paramstyle="qmark", **options
    )
    assert (named["title"].tolist(), marked["title"].tolist()) == (["Hey Jude"], ["Yesterday"])


def test_partitioned_dataset_is_written_and_read(database: str, location: str) -> None:
    frame = pd.DataFrame({"n": [1, 2, 3], "day": ["a", "a", "b"]})
    options: dict[str, Any] = {"dataset": True, "database": database, "table": "parted", "partition_cols": ["day"]}
    awswrangler.s3.to_parquet(frame, location, mode="overwrite", **options)
    awswrangler.s3.to_parquet(frame.assign(day="c"), location, mode="append", **options)
    counted = awswrangler.athena.read_sql_query(
        "select day, count(*) as n from parted group by day order by day",
        database,
        ctas_approach=False,
        s3_output=OUTPUT,
    )
    assert list(zip(counted["day"], counted["n"], strict=True)) == [("a", 2), ("b", 1), ("c", 3)]
    assert awswrangler.athena.describe_table("parted", database, s3_output=OUTPUT)["Column Name"].tolist() == [
        "n",
        "day",
    ]
    assert awswrangler.catalog.delete_table_if_exists(database, "parted")


def test_partitions_are_found_by_repair(database: str, location: str) -> None:
    awswrangler.s3.to_parquet(pd.DataFrame({"n": [7]}), f"{location}day=x/rows.parquet")
    awswrangler.catalog.create_parquet_table(
        database, "repaired", location, columns_types={"n": "bigint"}, partitions_types={"day": "string"}
    )
    assert awswrangler.athena.repair_table("repaired", database, s3_output=OUTPUT) == "SUCCEEDED"
    found = awswrangler.athena.read_sql_table("repaired", database, ctas_approach=False, s3_output=OUTPUT)
    assert found.to_dict("records") == [{"n": 7, "day": "x"}]
    awswrangler.catalog.delete_table_if_exists(database, "repaired")


def test_table_is_made_by_ctas(database: str, location: str) -> None:
    made = awswrangler.athena.create_ctas_table(
        "select a, a % 2 as odd from many where a < 10",
        database=database,
        ctas_table="wrangled",
        s3_output=location,
        partitioning_info=["odd"],
        wait=True,
    )
    assert made["ctas_table"] == "wrangled"
    found = awswrangler.athena.read_sql_table("wrangled", database, ctas_approach=False, s3_output=OUTPUT)
    assert sorted(found["a"].tolist()) == list(range(10))
    assert "PARTITIONED BY" in awswrangler.athena.show_create_table("wrangled", database, s3_output=OUTPUT)
    awswrangler.catalog.delete_table_if_exists(database, "wrangled")


def test_iceberg_is_merged_and_deleted_from(database: str, location: str) -> None:
    options: dict[str, Any] = {"database": database, "table": "merged", "keep_files": False, "s3_output": OUTPUT}
    first = pd.DataFrame({"id": [1, 2], "name": ["one", "two"]})
    awswrangler.athena.to_iceberg(first, table_location=f"{location}table/", temp_path=f"{location}1/", **options)
    second = pd.DataFrame({"id": [2, 3], "name": ["deux", "trois"]})
    awswrangler.athena.to_iceberg(second, merge_cols=["id"], temp_path=f"{location}2/", **options)
    awswrangler.athena.delete_from_iceberg_table(
        pd.DataFrame({"id": [1]}), database, "merged", merge_cols=["id"], temp_path=f"{location}gone/", s3_output=OUTPUT
    )
    found = awswrangler.athena.read_sql_query(
        "select id, name from merged order by id", database, ctas_approach=False, s3_output=OUTPUT
    )
    assert list(zip(found["id"], found["name"], strict=True)) == [(2, "deux"), (3, "trois")]
    awswrangler.catalog.delete_table_if_exists(database, "merged")


def test_prepared_statements(database: str) -> None:
    awswrangler.athena.create_prepared_statement("select title from songs where song_id = ?", "by_id", mode="update")
    assert "by_id" in [one["StatementName"] for one in awswrangler.athena.list_prepared_statements()]
    found = awswrangler.athena.read_sql_query("execute by_id using 1", database, ctas_approach=False, s3_output=OUTPUT)
    assert found["title"].tolist() == ["Hey Jude"]
    awswrangler.athena.delete_prepared_statement("by_id")
