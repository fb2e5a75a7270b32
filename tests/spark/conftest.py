"""One small Spark session for all tests of the folder, and the tables that a report is drawn from."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession

from orchestration.local.java import cache_folder, libraries
from spark.session import session
from spark.transforms.distances import FEATURES

SMALL = ("spark.driver.memory=2g", "spark.sql.shuffle.partitions=2", "spark.default.parallelism=2")
TRACKS = (
    "track_id string, artist_id string, release_year bigint, popularity bigint, duration_ms bigint, provider string, "
    "features_provider string, " + ", ".join(f"{name} double" for name in FEATURES)
)


def s3_libraries() -> Path:
    """What Spark needs for S3, fetched once (14 MB)."""
    return libraries("hadoop-aws", cache_folder(os.environ))


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with session("tests", s3_libraries(), SMALL) as spark:
        yield spark


@pytest.fixture(scope="session")
def report_tables(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession) -> dict[str, str]:
    """300 tracks of 60 artists and 4 genres over 60 years, as the marts that the job reads."""
    numbers = np.random.default_rng(3)
    names = ("pop", "rock", "jazz", "케이팝")
    rows = []
    for number in range(300):
        values = [float(one) for one in numbers.beta(2, 2 + number % 4, len(FEATURES))]
        values[FEATURES.index("loudness")] = -20 * values[2]
        values[FEATURES.index("tempo")] = 60 + 120 * values[8]
        year, popularity = 1960 + number // 60 * 10 + number % 2, int(numbers.integers(0, 90))
        rows.append((f"t{number}", f"a{number % 60}", year, popularity, 200_000, "demo", "demo", *values))
    folder = tmp_path_factory.mktemp("tables")
    frames = {
        "tracks": spark.createDataFrame(rows, TRACKS),
        "artists": spark.createDataFrame(
            [(f"a{n}", f"<Artist> & {n}", 20 + n) for n in range(60)],
            "artist_id string, name string, popularity bigint",
        ),
        "genres": spark.createDataFrame([(f"a{n}", names[n % 4]) for n in range(60)], "artist_id string, genre string"),
    }
    for name, frame in frames.items():
        frame.coalesce(1).write.parquet(str(folder / name))
    return {name: str(folder / name) for name in frames}
