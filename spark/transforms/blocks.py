"""Vectors -> centroids -> the blocks that each vector probes: the routing of macros/blocking.sql."""

import math

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from spark.transforms.distances import (
    FEATURES,
    exact_mean,
    packed_distance,
    rounded,
    smallest,
    squared_distance,
    unpacked_number,
)

PROBES = 15
STEPS = 2


def first_centroids(vectors: DataFrame, size: int) -> DataFrame:
    """About 2 * sqrt(size) of the `size` vectors, chosen by the hash in `sort_key`."""
    chosen = vectors.orderBy("sort_key", "number").limit(math.ceil(2.0 * math.sqrt(size)))
    place = F.row_number().over(Window.orderBy("sort_key", "number")).cast("bigint")
    return chosen.select(
        place.alias("centroid"), *(F.coalesce(F.col(name), F.lit(0.0)).alias(name) for name in FEATURES)
    )


def moved_centroids(vectors: DataFrame, centroids: DataFrame) -> DataFrame:
    """Centroids moved to the mean of the vectors that are nearest to them, to six decimals; empty ones vanish."""
    nearest = (
        _against(vectors, centroids)
        .groupBy("number")
        .agg(F.min("packed").alias("packed"))
        .select("number", unpacked_number(F.col("packed")).alias("centroid"))
    )
    means = [rounded(F.coalesce(exact_mean(name), F.lit(0.0)), 6).alias(name) for name in FEATURES]
    return nearest.join(vectors, on="number", how="inner").groupBy("centroid").agg(*means)


def probes(vectors: DataFrame, centroids: DataFrame, count: int = PROBES) -> DataFrame:
    """The `count` nearest centroids of each vector; position 0 is the block the vector itself is in."""
    return (
        _against(vectors, centroids)
        .groupBy("number")
        .agg(smallest(F.col("packed"), count).alias("packed"))
        .select("number", F.posexplode("packed").alias("position", "one"))
        .select("number", "position", unpacked_number(F.col("one")).alias("centroid"))
    )


def _against(vectors: DataFrame, centroids: DataFrame) -> DataFrame:
    """Every vector with every centroid: `number`, and distance and centroid as `packed`."""
    distance = squared_distance("vectors", "centroids", "double")
    return (
        vectors.alias("vectors")
        .crossJoin(F.broadcast(centroids).alias("centroids"))
        .select("vectors.number", packed_distance(distance, F.col("centroids.centroid"), "double").alias("packed"))
    )
