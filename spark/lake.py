"""A raw table that Spark computes, as the lake's other loads: its files count once `_dlt_loads` says they are complete.

The files of one load lie in `<lake>/raw_spark/<table>/<load id>/`. A load replaces those before it: of these the last
stays for whoever still reads it, older ones are deleted.
"""

import json
import time
from datetime import UTC, datetime

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark.tables import file_system, write

DATASET = "raw_spark"
_KEPT = 2


def load(frame: DataFrame, lake: str, table: str) -> str:
    """Write a frame as one load; return the folder, or URL, of its files."""
    dataset, load_id = f"{lake.rstrip('/')}/{DATASET}", f"{time.time():.6f}"
    place = f"{dataset}/{table}/{load_id}"
    frame.select(
        F.lit("spark").alias("provider"),
        F.current_timestamp().alias("retrieved_at"),
        *frame.columns,
        F.lit(load_id).alias("_dlt_load_id"),
    ).write.option("compression", "zstd").parquet(place)
    _complete(frame.sparkSession, dataset, load_id)
    _delete_replaced(frame.sparkSession, dataset, table)
    return place


def _complete(spark: SparkSession, dataset: str, load_id: str) -> None:
    """Write the load's entry in the form of dlt's; it appears whole."""
    entry = {"load_id": load_id, "schema_name": "spark", "status": 0, "inserted_at": datetime.now(UTC).isoformat()}
    part, final = (f"{dataset}/_dlt_loads/{name}" for name in (f".{load_id}.part", f"spark__{load_id}.jsonl"))
    write(spark, part, f"{json.dumps(entry)}\n".encode())
    system, path = file_system(spark, part)
    system.rename(path, file_system(spark, final)[1])


def _delete_replaced(spark: SparkSession, dataset: str, table: str) -> None:
    """Delete the loads before the newest complete ones, those that a kill left incomplete among them."""
    system, loads = file_system(spark, f"{dataset}/_dlt_loads")
    complete = {one.getPath().getName().removesuffix(".jsonl").partition("__")[2] for one in system.listStatus(loads)}
    system, folder = file_system(spark, f"{dataset}/{table}")
    written = {one.getPath().getName(): one.getPath() for one in system.listStatus(folder) if one.isDirectory()}
    oldest_kept = sorted(complete & written.keys())[-_KEPT:][0]
    for name, path in written.items():
        if name < oldest_kept:
            system.delete(path, True)
