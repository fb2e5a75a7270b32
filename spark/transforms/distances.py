"""Distances as the warehouse computes them (macros/squared_distance.sql): the same numbers, bit by bit.

Distance and row number share one whole number, ordered by distance (to 1e-8), then by row number (below 2^23): its
smallest k are the k nearest with ties settled.
"""

from collections.abc import Sequence
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

_NUMBERS = 8_388_608
_FARTHEST = 9000.0
_STEPS = 100_000_000.0


def squared_distance(left: str, right: str, kind: str, columns: Sequence[str] = FEATURES) -> Column:
    """Squared distance of two rows of standardised columns, in `float` or `double`, added up in the columns' order.

    A value that is missing on either side counts as a difference of one standard deviation.
    """
    gaps = [F.col(f"{left}.{name}") - F.col(f"{right}.{name}") for name in columns]
    return reduce(lambda sum_, term: sum_ + term, [F.coalesce(gap * gap, F.lit(1.0).cast(kind)) for gap in gaps])


def packed_distance(distance: Column, number: Column, kind: str) -> Column:
    """A squared distance (cut at 9,000) and a row number in one bigint."""
    steps = F.least(distance, F.lit(_FARTHEST).cast(kind)) * F.lit(_STEPS).cast(kind)
    # Positive, so that this rounds halves away from zero, as SQL does; Spark's own round() goes through BigDecimal.
    return (steps.cast("double") + F.lit(0.5)).cast("bigint") * F.lit(_NUMBERS).cast("bigint") + number


def unpacked_number(packed: Column) -> Column:
    """The row number in a packed distance."""
    return packed % F.lit(_NUMBERS).cast("bigint")


def unpacked_distance(packed: Column) -> Column:
    """The squared distance in a packed one, to 1e-8."""
    return (packed - unpacked_number(packed)).cast("double") / F.lit(float(_NUMBERS)) / F.lit(_STEPS)


def smallest(packed: Column, count: int) -> Column:
    """The aggregate of the `count` smallest, in ascending order."""
    return F.min_by(packed, packed, count)


def rounded(value: Column, decimals: int) -> Column:
    """Round to so many decimals as the warehouse's engines do: scale, round to a whole number, scale back."""
    scale = F.lit(float(10**decimals))
    return F.round(value * scale) / scale


def exact_mean(column: str) -> Column:
    """The mean of numbers to nine decimals, summed as whole numbers: the same in whatever order they come."""
    scale = F.lit(1_000_000_000.0)
    total = F.sum(F.round(F.col(column) * scale).cast("bigint")).cast("double")
    return total / scale / F.count(column)
