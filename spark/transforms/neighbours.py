"""Vectors, the blocks they probe and credits -> the nearest tracks of each: int_track_pairs and int_track_neighbours.

Everything about a track happens in the partition of its number; the blocks and the catalogue itself, some 200 bytes a
track, are sent to every executor. So a huge block makes no huge task: those who probe it are spread like all others.
"""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from spark.transforms.distances import (
    FEATURES,
    packed_distance,
    rounded,
    smallest,
    squared_distance,
    unpacked_distance,
    unpacked_number,
)

CANDIDATES = 25
NEIGHBOURS = 20
_MARGIN = 0.001
_NO_BOUND = 9000.0


def by_number(vectors: DataFrame, credits: DataFrame, partitions: int) -> DataFrame:
    """Vectors with `credited`, the ids of all who are credited on the track; each partition in order of `number`.

    What follows keeps that order: the top-k aggregate then takes a track's rows as they come, and nothing is sorted.
    """
    listed = credits.groupBy("track_id").agg(F.collect_set("artist_id").alias("credited"))
    known = vectors.join(listed, on="track_id", how="left").select(
        *vectors.columns, F.coalesce("credited", F.array().cast("array<string>")).alias("credited")
    )
    return known.repartition(partitions, "number").sortWithinPartitions("number")


def probing_vectors(vectors: DataFrame, probes: DataFrame) -> DataFrame:
    """Each vector in each block that it probes, in single precision, which is enough to choose candidates by."""
    values = [F.col(name).cast("float").alias(name) for name in FEATURES]
    single = vectors.select("number", "recording_number", "artist_number", *values)
    return probes.join(single, on="number", how="inner")


def blocks(probing: DataFrame) -> DataFrame:
    """What each block holds: every vector in its own; a block's rows lie side by side, which is faster to read."""
    return probing.where("position = 0").drop("position").orderBy("centroid", "number")


def pairs(probing: DataFrame, members: DataFrame) -> DataFrame:
    """The nearest 25 by the same main artist and the nearest 25 by others in the blocks that each track probes.

    In its own block a track already meets 25 of others, or it has no bound: what is farther than the last of them is
    dropped before the aggregate, which is most.
    """
    distance = squared_distance("probing", "members", "float")
    is_other_artist = F.col("probing.artist_number") != F.col("members.artist_number")
    is_other_song = F.col("probing.recording_number") != F.col("members.recording_number")
    same_block = F.col("probing.centroid") == F.col("members.centroid")
    packed = packed_distance(distance, F.col("members.number"), "float").alias("packed")
    compared = F.broadcast(members).alias("members")
    nearest_25 = (
        probing.where("position = 0")
        .alias("probing")
        .join(compared, on=same_block & is_other_artist & is_other_song, how="inner")
        .select("probing.number", packed)
        .groupBy("number")
        .agg(smallest(F.col("packed"), CANDIDATES).alias("packed"))
    )
    bounds = nearest_25.where(F.size("packed") == CANDIDATES).select(
        "number", unpacked_distance(F.element_at("packed", -1)).alias("bound")
    )
    bounded = probing.join(bounds, on="number", how="left").withColumn(
        "farthest", (F.coalesce("bound", F.lit(_NO_BOUND)) + F.lit(_MARGIN)).cast("float")
    )
    near = (
        bounded.alias("probing")
        .join(compared, on=same_block & is_other_song & (distance <= F.col("farthest")), how="inner")
        .select("probing.number", is_other_artist.alias("is_other_artist"), packed)
    )
    # One aggregate for each kind, not a group for each: so the rows need no other order than that of their number.
    kinds = {"others": F.col("is_other_artist"), "own": ~F.col("is_other_artist")}
    nearest = near.groupBy("number").agg(
        *(smallest(F.when(is_kind, F.col("packed")), CANDIDATES).alias(kind) for kind, is_kind in kinds.items())
    )
    found = [F.coalesce(F.transform(kind, _candidate(kind == "others")), F.array()) for kind in kinds]
    return nearest.select("number", F.explode(F.concat(*found)).alias("one")).select("number", "one.*")


def _candidate(is_other_artist: bool) -> Callable[[Column], Column]:
    return lambda packed: F.struct(
        unpacked_number(packed).alias("neighbour_number"), F.lit(is_other_artist).alias("is_other_artist")
    )


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
            rounded(F.sqrt(squared_distance("mine", "theirs", "double")), 9).alias("distance"),
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
