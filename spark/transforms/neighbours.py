"""Vectors, the blocks they probe and credits -> the nearest tracks of each: int_track_pairs and int_track_neighbours.

A track looks for its neighbours in the partition of its number; the blocks and the catalogue itself, some 300 bytes a
track, are sent to every executor. So a huge block makes no huge task: those who probe it are spread like all others.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from pyspark import Broadcast
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from spark.transforms.distances import FEATURES, rounded, squared_distance
from spark.transforms.search import Blocks, nearest_tracks, rectangle, whole

NEIGHBOURS = 20
_PAIR = {"number": "bigint", "neighbour_number": "bigint", "is_other_artist": "boolean"}


def by_number(vectors: DataFrame, credits: DataFrame, partitions: int) -> DataFrame:
    """Vectors with `credited`, the ids of all who are credited on the track, spread by `number`."""
    listed = credits.groupBy("track_id").agg(F.collect_set("artist_id").alias("credited"))
    known = vectors.join(listed, on="track_id", how="left").select(
        *vectors.columns, F.coalesce("credited", F.array().cast("array<string>")).alias("credited")
    )
    return known.repartition(partitions, "number")


def collected(routed: DataFrame) -> Blocks:
    """What each block holds, on the driver."""
    own = F.element_at("probes", 1).alias("centroid")
    tracks = routed.select("number", "recording_number", "artist_number", *FEATURES, own).toArrow()
    return Blocks.of(tracks, whole(tracks, "centroid"))


def pairs(routed: DataFrame, blocks: Broadcast[Blocks]) -> DataFrame:
    """The nearest 25 by the same main artist and the nearest 25 by others in the blocks that each track probes."""

    def search(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            probes = rectangle(batch.column("probes"))
            mine = Blocks.of(batch, np.arange(batch.num_rows))  # each by itself, and so in the order of their probes
            found = nearest_tracks(mine, probes, blocks.value)
            yield pa.RecordBatch.from_arrays([pa.array(one) for one in found], names=list(_PAIR))

    return routed.mapInArrow(search, ", ".join(f"{name} {kind}" for name, kind in _PAIR.items()))


def ranked(pairs: DataFrame, vectors: DataFrame) -> DataFrame:
    """The 20 nearest by exact distance: the rank among all, and among those without a credit in common (or null)."""
    catalogue = F.broadcast(vectors.select("number", "track_id", "credited", *FEATURES))
    others = ~F.arrays_overlap("mine.credited", "theirs.credited")
    compared = (
        pairs.alias("pairs")
        .join(catalogue.alias("mine"), on=F.col("pairs.number") == F.col("mine.number"), how="inner")
        .join(catalogue.alias("theirs"), on=F.col("pairs.neighbour_number") == F.col("theirs.number"), how="inner")
        .select(
            F.col("pairs.number"),
            F.col("pairs.neighbour_number"),
            F.col("mine.track_id").alias("track_id"),
            F.col("theirs.track_id").alias("neighbour_track_id"),
            (F.col("pairs.is_other_artist") & others).alias("is_other_artist"),
            rounded(F.sqrt(squared_distance("mine", "theirs")), 9).alias("distance"),
        )
    )
    by_kind = Window.partitionBy("number", "is_other_artist").orderBy("distance", "neighbour_number")
    by_any = Window.partitionBy("number").orderBy("distance", "neighbour_number")
    return (
        compared.withColumn("place", F.row_number().over(by_any).cast("bigint"))
        .withColumn("place_of_kind", F.row_number().over(by_kind).cast("bigint"))
        .select(
            "track_id",
            "neighbour_track_id",
            "distance",
            _within(F.col("place")).alias("any_artist_rank"),
            F.when(F.col("is_other_artist"), _within(F.col("place_of_kind"))).alias("other_artists_rank"),
        )
        .where("any_artist_rank is not null or other_artists_rank is not null")
    )


def _within(place: Column) -> Column:
    return F.when(place <= NEIGHBOURS, place)
