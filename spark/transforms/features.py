"""Tracks -> how audio values are distributed, what moves with what, and how the sound changes over the years."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from spark.transforms.distances import FEATURES

BINS = 40
FEWEST_A_YEAR = 20
"""A year with fewer tracks than that says more about those tracks than about the year."""


@dataclass(frozen=True)
class Range:
    """Where a feature's values lie; what is beyond counts in the outermost bins."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """Of one bin."""
        return (self.high - self.low) / BINS


RANGES = {name: Range(0.0, 1.0) for name in FEATURES} | {"loudness": Range(-30.0, 0.0), "tempo": Range(50.0, 210.0)}
"""Loudness in dB, tempo in beats a minute; the others go from 0 to 1."""


def long_form(tracks: DataFrame, columns: Sequence[str] = FEATURES) -> DataFrame:
    """One row per track and value that is there: `feature`, `value`."""
    pairs = F.array(*(F.struct(F.lit(name).alias("feature"), F.col(name).alias("value")) for name in columns))
    return tracks.select(F.explode(pairs).alias("one")).select("one.*").where("value is not null")


def histograms(tracks: DataFrame) -> DataFrame:
    """Rows per bin of each feature: `feature`, `bin` (0 to 39 in RANGES), `tracks`; empty bins are left out."""
    low = F.create_map(*(F.lit(word) for name, at in RANGES.items() for word in (name, at.low)))
    width = F.create_map(*(F.lit(word) for name, at in RANGES.items() for word in (name, at.width)))
    place = F.floor((F.col("value") - low[F.col("feature")]) / width[F.col("feature")])
    return (
        long_form(tracks)
        .select("feature", F.greatest(F.lit(0), F.least(F.lit(BINS - 1), place)).cast("int").alias("bin"))
        .groupBy("feature", "bin")
        .agg(F.count("*").alias("tracks"))
        .orderBy("feature", "bin")
    )


def summaries(tracks: DataFrame) -> DataFrame:
    """Per feature: `tracks`, `mean`, `median`, `deviation`, `skewness` (0 is symmetric)."""
    return (
        long_form(tracks)
        .groupBy("feature")
        .agg(
            F.count("*").alias("tracks"),
            F.avg("value").alias("mean"),
            F.median("value").alias("median"),
            F.stddev_pop("value").alias("deviation"),
            F.skewness("value").alias("skewness"),
        )
        .orderBy("feature")
    )


def correlations(tracks: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Pearson's correlation of every pair of columns over the tracks that have both: `one`, `other`, `correlation`."""
    pairs = list(combinations(columns, 2))
    measured = tracks.agg(*(F.corr(F.col(one), F.col(other)).alias(f"{one}|{other}") for one, other in pairs))
    rows = F.array(
        *(
            F.struct(F.lit(one).alias("one"), F.lit(other).alias("other"), F.col(f"{one}|{other}").alias("correlation"))
            for one, other in pairs
        )
    )
    return measured.select(F.explode(rows).alias("row")).select("row.*")


def by_year(tracks: DataFrame, columns: Sequence[str]) -> DataFrame:
    """The mean of each column per year of release that has enough tracks: `release_year`, `tracks`, the columns."""
    return (
        tracks.where("release_year is not null")
        .groupBy("release_year")
        .agg(F.count("*").alias("tracks"), *(F.avg(name).alias(name) for name in columns))
        .where(F.col("tracks") >= FEWEST_A_YEAR)
        .orderBy("release_year")
    )
