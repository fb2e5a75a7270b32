"""The edges: tables as parquet files, and pages with pictures, in a folder or under an S3 URL."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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


def pinned(frame: DataFrame) -> DataFrame:
    """A small table as the driver has it, computed once and for all."""
    return frame.sparkSession.createDataFrame(frame.collect(), frame.schema)


def file_system(spark: SparkSession, place: str) -> tuple[Any, Any]:
    """Hadoop's file system for a folder or URL, and the path in it, as Java's objects."""
    hadoop = spark._jvm.org.apache.hadoop.fs  # type: ignore[union-attr]  # py4j makes Java's packages up as they are named
    path = hadoop.Path(place)
    system = path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    system.setWriteChecksum(False)
    return system, path


def put(spark: SparkSession, folder: Path, place: str) -> None:
    """Write the files of a folder to a place that Spark can write; what has the same name there is replaced."""
    for file in sorted(folder.iterdir()):
        write(spark, f"{place.rstrip('/')}/{file.name}", file.read_bytes())


def write(spark: SparkSession, place: str, content: bytes) -> None:
    """Write one small file."""
    system, path = file_system(spark, place)
    stream = system.create(path, True)
    try:
        stream.write(content)
    finally:
        stream.close()
