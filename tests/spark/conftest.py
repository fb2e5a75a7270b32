"""One small Spark session for all tests of the folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from orchestration.local.java import cache_folder, libraries
from spark.session import session

SMALL = ("spark.driver.memory=2g", "spark.sql.shuffle.partitions=2", "spark.default.parallelism=2")


def s3_libraries() -> Path:
    """What Spark needs for S3, fetched once (14 MB)."""
    return libraries("hadoop-aws", cache_folder(os.environ))


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with session("tests", s3_libraries(), SMALL) as spark:
        yield spark
