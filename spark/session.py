"""The one place a SparkSession is built; where spark-submit has started us (EMR), it has chosen master and memory."""

import os
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pyspark.sql import SparkSession

from spark.errors import CalledWrongly

_SUBMITTED = "PYSPARK_GATEWAY_PORT"
_COMMON = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # what the lake's other files have
    # A group of the top-k aggregate is small, and sorting all pairs, to which Spark would fall back, is not.
    "spark.sql.objectHashAggregate.sortBased.fallbackThreshold": "200000",
    "spark.driver.maxResultSize": "4g",
}
_STARTED_HERE = {
    "spark.master": "local[*]",
    "spark.driver.memory": "5g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "16",  # 200 are for a cluster
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
}


def options(variables: Mapping[str, str], libraries: Path | None, given: Sequence[str]) -> dict[str, str]:
    """Return the session's options: ours, those of S3 where its libraries are given, then the `KEY=VALUE`s.

    Raises CalledWrongly where one of these has no `=`.
    """
    chosen = dict(_COMMON)
    if _SUBMITTED not in variables:
        chosen |= _STARTED_HERE
    if libraries is not None:
        chosen |= _s3(variables, libraries)
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key.startswith("spark."):
            raise CalledWrongly(f"--conf is {one!r}; expected spark.<key>=<value>. Next: change it.")
        chosen[key] = value
    return chosen


def _s3(variables: Mapping[str, str], libraries: Path) -> dict[str, str]:
    """S3 through hadoop-aws, under `s3://` as well, which is what every other tool calls it."""
    found = {
        "spark.driver.extraClassPath": str(libraries / "*"),
        "spark.executor.extraClassPath": str(libraries / "*"),
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    }
    region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION")
    if region:
        found["spark.hadoop.fs.s3a.endpoint.region"] = region
    endpoint = variables.get("AWS_ENDPOINT_URL_S3") or variables.get("AWS_ENDPOINT_URL")
    if endpoint:
        found["spark.hadoop.fs.s3a.endpoint"] = endpoint
        found["spark.hadoop.fs.s3a.path.style.access"] = "true"
        found["spark.hadoop.fs.s3a.connection.ssl.enabled"] = str(endpoint.startswith("https")).lower()
    return found


@contextmanager
def session(
    name: str,
    libraries: Path | None = None,
    given: Sequence[str] = (),
    environment: MutableMapping[str, str] = os.environ,
) -> Iterator[SparkSession]:
    """Start Spark, or join the one that spark-submit has started; stop it at the end. Raises NoJava, CalledWrongly."""
    chosen = options(environment, libraries, given)
    if _SUBMITTED not in environment:
        from spark.java import java_home  # EMR brings its Java, and not what finds one

        environment["JAVA_HOME"] = str(java_home(environment))
        # Spark would ask the machine for its name, which may not be known to the resolver.
        environment.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        environment.setdefault("PYSPARK_PYTHON", sys.executable)  # the first `python3` on PATH may lack numpy
    builder = SparkSession.builder.appName(f"segue {name}")
    for key, value in chosen.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()
