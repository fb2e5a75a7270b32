"""Tracks and the genres of their artists -> genres over the years, and where genres lie in audio space."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from spark.transforms.distances import FEATURES

FEWEST_TRACKS = 30
YEARS_A_SPAN = 5


def tracks_with_genres(tracks: DataFrame, artist_genres: DataFrame) -> DataFrame:
    """Each track once per genre of its main artist; `share` is one over the number of these, so a track counts 1."""
    counted = Window.partitionBy("track_id")
    return tracks.join(artist_genres.select("artist_id", "genre"), on="artist_id", how="inner").select(
        "track_id", "genre", "release_year", *FEATURES, (F.lit(1.0) / F.count("*").over(counted)).alias("share")
    )


def over_years(tagged: DataFrame, count: int) -> DataFrame:
    """The share of the `count` largest genres among the tracks of each five years: `span`, `genre`, `share`.

    A span is named by its first year. Spans with fewer than 30 tracks are left out.
    """
    dated = tagged.where("release_year is not null").withColumn(
        "span", (F.floor(F.col("release_year") / YEARS_A_SPAN) * YEARS_A_SPAN).cast("int")
    )
    largest = dated.groupBy("genre").agg(F.sum("share").alias("size")).orderBy(F.desc("size"), "genre").limit(count)
    sizes = dated.groupBy("span").agg(F.sum("share").alias("tracks")).where(F.col("tracks") >= FEWEST_TRACKS)
    return (
        dated.join(F.broadcast(largest.select("genre")), on="genre", how="left_semi")
        .groupBy("span", "genre")
        .agg(F.sum("share").alias("share"))
        .join(sizes, on="span", how="inner")
        .select("span", "genre", (F.col("share") / F.col("tracks")).alias("share"))
        .orderBy("span", "genre")
    )


def centres(tagged: DataFrame, count: int) -> DataFrame:
    """The mean of each audio value in the `count` largest genres of 30 tracks or more: `genre`, `tracks`, features."""
    return (
        tagged.groupBy("genre")
        .agg(F.count("*").alias("tracks"), *(F.avg(name).alias(name) for name in FEATURES))
        .where(F.col("tracks") >= FEWEST_TRACKS)
        .orderBy(F.desc("tracks"), "genre")
        .limit(count)
    )
