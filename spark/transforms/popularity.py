"""Artists and their tracks -> how popular the artist is against what there is of the artist's tracks."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

FEWEST_TRACKS = 3


def artists_against_tracks(artists: DataFrame, tracks: DataFrame) -> DataFrame:
    """Per artist with 3 tracks or more whose popularity is known: name, the artist's popularity, the tracks' mean, gap.

    `gap` is the mean of |artist - track|, which the first version of this report showed as a bar per artist.
    """
    known = tracks.where("popularity is not null").select("artist_id", F.col("popularity").alias("track_popularity"))
    return (
        known.join(artists.where("popularity is not null"), on="artist_id", how="inner")
        .groupBy("artist_id", "name", "popularity")
        .agg(
            F.count("*").alias("tracks"),
            F.avg("track_popularity").alias("tracks_popularity"),
            F.avg(F.abs(F.col("popularity") - F.col("track_popularity"))).alias("gap"),
        )
        .where(F.col("tracks") >= FEWEST_TRACKS)
        .orderBy(F.desc("gap"), "artist_id")
    )
