"""Neighbours by Spark: the warehouse's own rows, and the same rows whatever the blocks are like."""

import numpy as np
import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark.jobs.neighbours import neighbours
from spark.tables import pinned
from spark.transforms.blocks import first_centroids, routed, sampled
from spark.transforms.distances import FEATURES
from spark.transforms.neighbours import by_number, collected, pairs

pytestmark = pytest.mark.slow
ROW = tuple[str, str, float, int | None, int | None]
TYPES = "number bigint, track_id string, sort_key string, recording_number bigint, artist_number bigint, " + ", ".join(
    f"{name} double" for name in FEATURES
)


def rows_of(
    values: list[list[float | None]], artists: list[int], recordings: list[int] | None = None
) -> list[tuple[object, ...]]:
    recordings = recordings or list(range(1, len(values) + 1))
    return [
        (
            number + 1,
            f"t{number + 1}",
            f"{number * 7919 % 1000:04}",
            recordings[number],
            artists[number],
            *values[number],
        )
        for number in range(len(values))
    ]


def along(places: list[float | None]) -> list[list[float | None]]:
    """Vectors that differ in their first value only."""
    return [[place, *[0.0] * (len(FEATURES) - 1)] for place in places]


def found(spark: SparkSession, rows: list[tuple[object, ...]], credits: list[tuple[str, str]]) -> set[ROW]:
    vectors = spark.createDataFrame(rows, TYPES)
    credited = spark.createDataFrame(credits, "track_id string, artist_id string")
    return {tuple(row) for row in neighbours(vectors, credited, len(rows)).collect()}


def test_nearest_first_without_other_recordings_and_ties_by_number(spark: SparkSession) -> None:
    rows = rows_of(along([0.0, 0.1, 0.3, 0.3, 0.2, None]), artists=[1, 2, 3, 4, 2, 5], recordings=[1, 2, 3, 4, 1, 5])
    credits = [("t1", "a"), ("t2", "b"), ("t3", "c"), ("t4", "d"), ("t4", "a"), ("t5", "b")]
    mine = {row[1:] for row in found(spark, rows, credits) if row[0] == "t1"}
    # t5 is the same recording; t4 lies as far as t3, and shares a credit with t1; what t6 lacks counts as one
    assert mine == {("t2", 0.1, 1, 1), ("t3", 0.3, 2, 2), ("t4", 0.3, 3, None), ("t6", 1.0, 4, 3)}


@pytest.fixture(scope="module")
def huge_block(spark: SparkSession) -> tuple[DataFrame, list[list[float | None]]]:
    """600 tracks of which 500 are all but the same, so that they share one block; each has an artist of its own."""
    numbers = np.random.default_rng(7)
    values = np.vstack([numbers.normal(0, 1e-3, (500, len(FEATURES))), numbers.normal(0, 3, (100, len(FEATURES)))])
    listed = values.round(9).tolist()
    return spark.createDataFrame(rows_of(listed, list(range(1, 601))), TYPES), listed


def test_a_huge_block_is_spread_over_all_tasks(
    spark: SparkSession, huge_block: tuple[DataFrame, list[list[float | None]]]
) -> None:
    given, _ = huge_block
    vectors = by_number(given, spark.createDataFrame([], "track_id string, artist_id string"), 4).persist()
    probing = routed(vectors, pinned(first_centroids(sampled(vectors, 4), 4)), 2).persist()
    blocks = collected(probing)
    assert np.diff(blocks.first).max() > 90, "no block is huge"
    found = pairs(probing, spark.sparkContext.broadcast(blocks)).groupBy(F.spark_partition_id()).count().collect()
    counts = [row["count"] for row in found]
    assert len(counts) == 4 and max(counts) < 1.5 * sum(counts) / 4


def test_a_huge_block_has_the_neighbours_of_brute_force(
    spark: SparkSession, huge_block: tuple[DataFrame, list[list[float | None]]]
) -> None:
    given, listed = huge_block
    values = np.array(listed)
    rows = neighbours(given, spark.createDataFrame([], "track_id string, artist_id string"), 600).collect()
    for number in (0, 123, 499):
        distances = np.sqrt(((values - values[number]) ** 2).sum(axis=1))
        expected = [f"t{place + 1}" for place in np.argsort(distances, kind="stable") if place != number][:20]
        mine = sorted((row.any_artist_rank, row.neighbour_track_id) for row in rows if row.track_id == f"t{number + 1}")
        assert len({name for _, name in mine} & set(expected)) >= 19
