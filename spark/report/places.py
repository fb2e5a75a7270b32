"""Centres of genres -> places on a map: the two directions in which genres differ most (principal components)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spark.report.findings import Rows
from spark.transforms.distances import FEATURES


@dataclass(frozen=True)
class Map:
    """Where each genre lies; `arrows` are the directions in which a feature grows, `explained` the axes' shares."""

    genres: list[str]
    tracks: NDArray[Any]
    places: NDArray[Any]
    arrows: dict[str, tuple[float, float]]
    explained: tuple[float, float]


def place(centres: Rows, summaries: Rows) -> Map | None:
    """Place the genres; None where there are fewer than three. Values count in deviations of all tracks."""
    told = {row["feature"]: row for row in summaries}
    names = [name for name in FEATURES if name in told and told[name]["deviation"]]
    if len(centres) < 3 or len(names) < 2:
        return None
    values = np.array([[_standardised(row[name], told[name]) for name in names] for row in centres])
    tracks = np.array([row["tracks"] for row in centres], dtype=float)
    values -= np.average(values, axis=0, weights=tracks)
    covariance = (values * tracks[:, None]).T @ values / tracks.sum()
    strengths, directions = np.linalg.eigh(covariance)
    chosen = directions[:, np.argsort(strengths)[::-1][:2]]
    # The sign of a component is arbitrary: energy grows to the right, valence upwards, whatever the library says.
    for axis, name in enumerate(("energy", "valence")):
        if name in names and chosen[names.index(name), axis] < 0:
            chosen[:, axis] *= -1
    shares = np.sort(strengths)[::-1][:2] / max(strengths.sum(), 1e-12)
    arrows = {name: (float(chosen[at, 0]), float(chosen[at, 1])) for at, name in enumerate(names)}
    genres = [str(row["genre"]) for row in centres]
    return Map(genres, tracks, values @ chosen, arrows, (float(shares[0]), float(shares[1])))


def _standardised(value: float | None, told: Any) -> float:
    return 0.0 if value is None else float((value - told["mean"]) / told["deviation"])
