"""One small Spark session for all tests of the folder."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from spark.session import session

SMALL = ("spark.driver.memory=2g", "spark.sql.shuffle.partitions=2", "spark.default.parallelism=2")


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with session("tests", given=SMALL) as spark:
        yield spark
