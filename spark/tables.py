"""The reading edge: a table as parquet files in a folder or under an S3 URL, with the columns that a job names."""

from collections.abc import Sequence

from pyspark.errors import AnalysisException
from pyspark.sql import DataFrame, SparkSession

from spark.errors import InputUnusable


def read(spark: SparkSession, place: str, columns: Sequence[str]) -> DataFrame:
    """Read the columns of a table. Raises InputUnusable where it is not there or lacks one."""
    try:
        found = spark.read.parquet(place)
    except AnalysisException as problem:
        raise InputUnusable(
            f"Reading parquet files: there are none at {place} ({problem.getCondition()}). "
            "Next: segue build, then name the folder that the table was exported to."
        ) from problem
    missing = sorted(set(columns) - set(found.columns))
    if missing:
        raise InputUnusable(
            f"Reading {place}: it lacks {', '.join(missing)}; it has {', '.join(found.columns)}. "
            "Next: export the table from a build of this version."
        )
    return found.select(*columns)
