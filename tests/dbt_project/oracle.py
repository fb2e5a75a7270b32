"""Brute force over audio values in numpy: what the warehouse's blocking has to find."""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

FEATURES = "danceability energy loudness speechiness acousticness instrumentalness liveness valence tempo".split()  # noqa: SIM905


def track_recall(connection: duckdb.DuckDBPyConnection, variant: str, sample: int) -> float:
    """The share of the true 20 nearest tracks that track_similarity holds, over `sample` tracks; ties count."""
    columns = ", ".join(FEATURES)
    rows = connection.execute(
        f"select track_id, recording_key, artist_ids, {columns} from marts.dim_tracks"
        " where features_provider is not null order by track_id"
    ).fetchall()
    values = np.array([row[3:] for row in rows], dtype=float)
    values = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    recordings = np.array([row[1] for row in rows])
    found: dict[str, list[str]] = {}
    for track, neighbour in connection.execute(
        f"select track_id, neighbour_track_id from marts.track_similarity where variant = '{variant}'"
    ).fetchall():
        found.setdefault(track, []).append(neighbour)
    place = {row[0]: number for number, row in enumerate(rows)}
    credits = [set(row[2].strip("[]").split(",")) for row in rows]
    chosen = np.random.default_rng(0).choice(len(rows), sample, replace=False)
    hits = 0
    for number in chosen:
        distances = _distances(values, number)
        distances[recordings == recordings[number]] = np.inf
        if variant == "other_artists":
            distances[[bool(credits[number] & other) for other in credits]] = np.inf
        limit = np.partition(distances, 19)[19] + 1e-6
        hits += sum(distances[place[neighbour]] <= limit for neighbour in found[rows[number][0]])
    return hits / (20 * sample)


def _distances(values: NDArray[Any], number: int) -> NDArray[Any]:
    squares = (values - values[number]) ** 2
    distances: NDArray[Any] = np.sqrt(np.where(np.isnan(squares), 1.0, squares).sum(axis=1))
    return distances
