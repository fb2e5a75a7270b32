"""What Spark loads into the lake: which rows count, and which files stay."""

import json
from pathlib import Path

import duckdb
import pytest
from pyspark.sql import SparkSession

from spark.lake import load

pytestmark = pytest.mark.slow


def rows(lake: Path) -> list[tuple[object, ...]]:
    """The table as dbt's source reads it."""
    files = f"{lake}/raw_spark/numbers/**/*.parquet"
    loads = f"{lake}/raw_spark/_dlt_loads/*.jsonl"
    return duckdb.execute(
        f"""select number, provider, retrieved_at > now() - interval 1 hour from read_parquet('{files}')
        where _dlt_load_id::varchar in (select load_id::varchar from read_json('{loads}') where status = 0)
        order by all"""
    ).fetchall()


def test_a_load_counts_when_it_is_complete_and_the_one_before_it_stays(spark: SparkSession, tmp_path: Path) -> None:
    places = [Path(load(spark.range(n, n + 1).toDF("number"), str(tmp_path), "numbers")) for n in range(2)]
    assert rows(tmp_path) == [(0, "spark", True), (1, "spark", True)]
    killed = places[0].with_name("1.5")
    killed.mkdir()
    unfinished = places[0].with_name("99999999999.5")
    unfinished.mkdir()
    places.append(Path(load(spark.range(2, 3).toDF("number"), str(tmp_path), "numbers")))
    assert {one.name for one in places[0].parent.iterdir()} == {unfinished.name, places[1].name, places[2].name}
    assert rows(tmp_path) == [(1, "spark", True), (2, "spark", True)]


def test_the_entry_is_dlts_and_appears_whole(spark: SparkSession, tmp_path: Path) -> None:
    place = Path(load(spark.range(1).toDF("number"), str(tmp_path), "numbers"))
    (entry,) = (tmp_path / "raw_spark" / "_dlt_loads").iterdir()
    assert entry.name == f"spark__{place.name}.jsonl"
    assert json.loads(entry.read_text()).items() >= {("load_id", place.name), ("status", 0)}
