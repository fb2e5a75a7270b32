"""The nearest tracks of every track, by the same blocking as the warehouse, for catalogues that outgrow it.

Reads the standardised vectors (int_tracks_standardised) and the credits (artist_tracks); what it writes is the source
`raw_spark.track_neighbours`, which the marts take with the variable `track_neighbours: spark`.
"""

import argparse
import math
import time
from dataclasses import dataclass

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession

from spark.lake import load
from spark.tables import pinned, read
from spark.transforms.blocks import STEPS, first_centroids, moved_centroids, routed, sampled
from spark.transforms.distances import FEATURES
from spark.transforms.neighbours import by_number, collected, pairs, ranked

HELP = "find the nearest tracks of every track"
VECTORS = ("number", "track_id", "sort_key", "recording_number", "artist_number", *FEATURES)
CREDITS = ("track_id", "artist_id")
_TRACKS_A_PARTITION = 5_000


@dataclass(frozen=True)
class Found:
    """What the job did."""

    tracks: int
    rows: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The answer of `--json`."""
        return {"job": "neighbours", "tracks": self.tracks, "rows": self.rows, "seconds": round(self.seconds, 1)}

    def as_text(self) -> str:
        """One line for people."""
        return f"neighbours: {self.rows} rows for {self.tracks} tracks in {self.seconds:.1f} s"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to read and where to write: folders, or s3:// URLs."""
    parser.add_argument("--vectors", required=True, help="parquet of int_tracks_standardised")
    parser.add_argument("--credits", required=True, help="parquet of artist_tracks")
    parser.add_argument("--lake", required=True, help="the lake; the neighbours go to raw_spark/track_neighbours in it")


def run(spark: SparkSession, arguments: argparse.Namespace) -> Found:
    """Read, compute, load. Raises InputUnusable."""
    began = time.monotonic()
    vectors, credits = read(spark, arguments.vectors, VECTORS), read(spark, arguments.credits, CREDITS)
    size = vectors.count()
    place = load(neighbours(vectors, credits, size), arguments.lake, "track_neighbours")
    rows = spark.read.parquet(place).count()
    return Found(size, rows, time.monotonic() - began)


def neighbours(vectors: DataFrame, credits: DataFrame, size: int) -> DataFrame:
    """The neighbours of `size` vectors; see the tables that `run` reads, and `ranked` for the columns."""
    partitions = max(2, math.ceil(size / _TRACKS_A_PARTITION))
    vectors = by_number(vectors, credits, partitions).persist(StorageLevel.MEMORY_AND_DISK)
    sample = sampled(vectors, size).persist(StorageLevel.MEMORY_AND_DISK)
    centroids = pinned(first_centroids(sample, size))
    for _ in range(STEPS):
        centroids = pinned(moved_centroids(sample, centroids))
    probing = routed(vectors.drop("track_id", "sort_key", "credited"), centroids).persist(StorageLevel.MEMORY_AND_DISK)
    blocks = vectors.sparkSession.sparkContext.broadcast(collected(probing))
    return ranked(pairs(probing, blocks), vectors)
