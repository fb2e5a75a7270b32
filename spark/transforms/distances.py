"""Distances as the warehouse computes them (macros/squared_distance.sql): the same numbers, bit by bit."""

from functools import reduce

from pyspark.sql import Column
from pyspark.sql import functions as F

FEATURES = (
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
)
"""The audio values that distances are made of."""


def squared_distance(left: str, right: str) -> Column:
    """Squared distance of two rows of standardised columns, added up in the columns' order.

    A value that is missing on either side counts as a difference of one standard deviation.
    """
    gaps = [F.col(f"{left}.{name}") - F.col(f"{right}.{name}") for name in FEATURES]
    return reduce(lambda sum_, term: sum_ + term, [F.coalesce(gap * gap, F.lit(1.0)) for gap in gaps])


def rounded(value: Column, decimals: int) -> Column:
    """Round to so many decimals as the warehouse's engines do: scale, round to a whole number, scale back."""
    scale = F.lit(float(10**decimals))
    return F.round(value * scale) / scale


def exact_mean(column: str) -> Column:
    """The mean of numbers to nine decimals, summed as whole numbers: the same in whatever order they come."""
    scale = F.lit(1_000_000_000.0)
    total = F.sum(F.round(F.col(column) * scale).cast("bigint")).cast("double")
    return total / scale / F.count(column)
