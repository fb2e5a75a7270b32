"""Vectors -> centroids -> the blocks that each vector probes: the routing of macros/blocking.sql."""

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, LongType, StructField, StructType

from spark.transforms.distances import FEATURES, exact_mean, rounded
from spark.transforms.search import feature_rows, nearest_centroids

DENSITY = 4.0
PROBES = 30
STEPS = 2
_SAMPLED = 8
"""Rows a centroid that centroids are moved by."""


def sampled(vectors: DataFrame, size: int) -> DataFrame:
    """The vectors that centroids are made of: the first 8 a centroid by `sort_key`, numbered as `place`."""
    chosen = vectors.orderBy("sort_key", "number").limit(_SAMPLED * _centroids(size))
    place = F.row_number().over(Window.orderBy("sort_key", "number")).cast("bigint")
    return chosen.select(place.alias("place"), "number", *FEATURES)


def first_centroids(sample: DataFrame, size: int) -> DataFrame:
    """About 4 * sqrt(size) of the sampled vectors, the first."""
    values = [F.coalesce(F.col(name), F.lit(0.0)).alias(name) for name in FEATURES]
    return sample.where(F.col("place") <= _centroids(size)).select(F.col("place").alias("centroid"), *values)


def _centroids(size: int) -> int:
    return math.ceil(DENSITY * math.sqrt(size))


def moved_centroids(sample: DataFrame, centroids: DataFrame) -> DataFrame:
    """Centroids moved to the mean of the sampled vectors nearest to them, to six decimals; empty ones vanish."""
    means = [rounded(F.coalesce(exact_mean(name), F.lit(0.0)), 6).alias(name) for name in FEATURES]
    nearest = routed(sample.select("number", *FEATURES), centroids, 1)
    return nearest.groupBy(F.element_at("probes", 1).alias("centroid")).agg(*means)


def routed(vectors: DataFrame, centroids: DataFrame, count: int = PROBES) -> DataFrame:
    """Vectors with `probes`, the (at most) `count` nearest centroids of each; the first is the vector's own block."""
    listed = centroids.collect()
    ids = np.array([row["centroid"] for row in listed], dtype=np.int64)
    places = np.array([[row[name] for name in FEATURES] for row in listed], dtype=np.float32).T
    probes = StructField("probes", ArrayType(LongType(), False), False)

    def route(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            found, lengths = nearest_centroids(feature_rows(batch).astype(np.float32), places, ids, count)
            offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
            yield batch.append_column("probes", pa.ListArray.from_arrays(offsets, found))

    return vectors.mapInArrow(route, StructType([*vectors.schema.fields, probes]))
