"""The jobs read and write S3 through s3a: here that of the local stack, by the options that a job gets there."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from orchestration.local import stack
from orchestration.local.aws_client import client
from spark.jobs import neighbours, report
from spark.lake import load
from spark.session import options
from spark.tables import put
from tests.spark.conftest import s3_libraries
from tests.spark.test_neighbours import TYPES, along, rows_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> Iterator[Any]:
    """A client, and a bucket of the local stack that the session reaches."""
    with stack.lease(tmp_path_factory.mktemp("s3") / "state", ["aws"]) as variables:
        found = client("s3", variables["AWS_ENDPOINT_URL_S3"])
        found.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        hadoop = spark.sparkContext._jsc.hadoopConfiguration()
        for key, value in options(variables, s3_libraries(), []).items():
            if key.startswith("spark.hadoop."):
                hadoop.set(key.removeprefix("spark.hadoop."), value)
        # a job has these in its environment, which that of a running session cannot be given
        hadoop.set("fs.s3a.access.key", variables["AWS_ACCESS_KEY_ID"])
        hadoop.set("fs.s3a.secret.key", variables["AWS_SECRET_ACCESS_KEY"])
        yield found


def names(s3: Any, prefix: str) -> list[str]:
    """Keys below a prefix, without the prefix."""
    listed = s3.list_objects_v2(Bucket="bucket", Prefix=prefix).get("Contents", [])
    return sorted(one["Key"].removeprefix(prefix) for one in listed)


def test_neighbours_go_from_s3_to_the_lake_in_s3(spark: SparkSession, s3: Any) -> None:
    tables = {"vectors": (rows_of(along([0.0, 0.1, 0.3]), [1, 2, 3]), TYPES)}
    tables["credits"] = ([("t1", "a"), ("t2", "b"), ("t3", "a")], "track_id string, artist_id string")
    for name, (rows, types) in tables.items():
        spark.createDataFrame(rows, types).write.parquet(f"s3a://bucket/{name}")
    places = {name: f"s3://bucket/{name}" for name in tables}  # as Glue and every other tool writes it
    for _ in range(2):
        load(spark.range(1), "s3a://bucket/lake", "track_neighbours")
    found = neighbours.run(spark, Namespace(**places, lake="s3a://bucket/lake"))
    assert (found.tracks, found.rows) == (3, 6)
    loads = [name.removeprefix("spark__").removesuffix(".jsonl") for name in names(s3, "lake/raw_spark/_dlt_loads/")]
    files = names(s3, "lake/raw_spark/track_neighbours/")
    assert len(loads) == 3 and {name.partition("/")[0] for name in files if name.endswith(".parquet")} == {*loads[1:]}


def test_a_page_is_put_into_s3_and_replaced(spark: SparkSession, s3: Any, tmp_path: Path) -> None:
    for text in ("old", "new"):
        (tmp_path / "report.html").write_text(text, encoding="utf-8")
        put(spark, tmp_path, "s3://bucket/report")
    assert names(s3, "report/") == ["report.html"]
    assert s3.get_object(Bucket="bucket", Key="report/report.html")["Body"].read() == b"new"


def test_the_report_is_drawn_from_s3_into_s3(
    spark: SparkSession, s3: Any, report_tables: dict[str, str], tmp_path: Path
) -> None:
    for name, folder in report_tables.items():
        spark.read.parquet(folder).write.parquet(f"s3a://bucket/marts/{name}")
    places = {name: f"s3://bucket/marts/{name}" for name in report_tables}
    found = report.run(spark, Namespace(**places, output="s3://bucket/drawn/"))
    report.run(spark, Namespace(**report_tables, output=str(tmp_path)))
    assert found.page == "s3://bucket/drawn/report.html"
    assert names(s3, "drawn/") == sorted(file.name for file in tmp_path.iterdir())
    assert {"report.html", *found.pictures} == set(names(s3, "drawn/"))
    page = s3.get_object(Bucket="bucket", Key="drawn/report.html")["Body"].read()
    assert page == (tmp_path / "report.html").read_bytes()
