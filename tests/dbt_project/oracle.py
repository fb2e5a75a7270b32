"""Brute force over audio values in numpy: what the warehouse's blocking has to find."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

FEATURES = "danceability energy loudness speechiness acousticness instrumentalness liveness valence tempo".split()  # noqa: SIM905
ROOTED = {"speechiness", "acousticness", "instrumentalness", "liveness"}
"""Compared by their square roots, as macro rooted_features has them."""

NAMED_AT_MOST = 3
TELLING = 0.5
TRAITS: dict[str, tuple[str, Callable[[Mapping[str, float]], bool]]] = {
    "acoustic": ("acousticness", lambda song: song["acousticness"] >= 0.65),
    "calm": ("energy", lambda song: song["energy"] <= 0.35),
    "cheerful": ("valence", lambda song: song["valence"] >= 0.8),
    "danceable": ("danceability", lambda song: song["danceability"] >= 0.75),
    "dark": ("valence", lambda song: song["valence"] <= 0.25 and song["energy"] >= 0.7),
    "electric": ("acousticness", lambda song: song["acousticness"] <= 0.005 and song["energy"] >= 0.75),
    "energetic": ("energy", lambda song: song["energy"] >= 0.82),
    "fast": ("tempo", lambda song: song["tempo"] >= 140 and song["energy"] >= 0.65),
    "instrumental": ("instrumentalness", lambda song: song["instrumentalness"] >= 0.75),
    "live": ("liveness", lambda song: song["liveness"] >= 0.75),
    "loud": ("loudness", lambda song: song["loudness"] >= -4.5 and song["energy"] >= 0.85),
    "melancholic": ("valence", lambda song: song["valence"] <= 0.3 and song["energy"] <= 0.55),
    "quiet": ("loudness", lambda song: song["loudness"] <= -10 and song["energy"] <= 0.35),
    "slow": ("tempo", lambda song: song["tempo"] <= 90 and song["energy"] <= 0.55),
    "wordy": ("speechiness", lambda song: song["speechiness"] >= 0.25),
}
"""What a song is, and the value it is told from."""
SAID_INSTEAD = {"calm": "quiet", "energetic": "loud"}
HARDLY_HEARD = {"tempo": 4.0, "energy": 0.05, "valence": 0.05, "danceability": 0.05}
ORDINARY = 0.25
Values = Mapping[str, float | None]


def heard(feature: str) -> str:
    """The SQL of a value as songs are compared by it."""
    return f"sqrt({feature})" if feature in ROOTED else feature


def deviations(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """The deviation of each value that songs are compared by, over all tracks of the catalogue (one provider)."""
    measures = ", ".join(f"stddev_pop({heard(feature)})" for feature in FEATURES)
    rows = connection.execute(f"select {measures} from marts.dim_tracks where features_provider is not null").fetchall()
    return dict(zip(FEATURES, rows[0], strict=True))


def telling_features(
    mine: Mapping[str, float | None], theirs: Mapping[str, float | None], scales: Mapping[str, tuple[float, float]]
) -> list[str]:
    """Which features a reason has to name: alike and unlike the rest, the most telling first; else the closest one."""
    telling: list[tuple[float, str]] = []
    gaps: list[tuple[float, str]] = []
    for feature, (mean, deviation) in scales.items():
        my_value, their_value = mine[feature], theirs[feature]
        if my_value is None or their_value is None:
            continue
        gap = abs(my_value - their_value) / deviation
        unusual = abs((my_value + their_value) / 2 - mean) / deviation
        gaps.append((round(gap, 6), feature))
        if unusual - gap >= TELLING:
            telling.append((round(gap - unusual, 6), feature))
    chosen = sorted(telling)[:NAMED_AT_MOST] or sorted(gaps)[:1]
    return [feature for _, feature in chosen]


def traits_of(song: Values) -> set[str]:
    """All that a song is; what hangs on a value that is missing it is not."""
    known = {feature: float("nan") if value is None else value for feature, value in song.items()}
    return {trait for trait, (_, has) in TRAITS.items() if has(known)}


def trait_shares(songs: Iterable[Values]) -> dict[str, float]:
    """The share of songs with each trait."""
    found = [traits_of(song) for song in songs]
    return {trait: sum(trait in one for one in found) / len(found) for trait in TRAITS}


def shared_traits(mine: Values, theirs: Values, shares: Mapping[str, float]) -> list[str]:
    """What both songs are and most are not, the rarest first; not what is said already by another."""
    both = traits_of(mine) & traits_of(theirs)
    named = [one for one in both if SAID_INSTEAD.get(one) not in both and shares[one] <= ORDINARY]
    return sorted(named, key=lambda one: (round(shares[one], 6), one))[:NAMED_AT_MOST]


def close_features(mine: Values, theirs: Values) -> list[str]:
    """In which values two songs can hardly be told apart, at most two."""
    pairs = {feature: (mine[feature], theirs[feature]) for feature in HARDLY_HEARD}
    return [
        feature
        for feature, (one, other) in pairs.items()
        if one is not None and other is not None and abs(one - other) <= HARDLY_HEARD[feature]
    ][:2]


def track_recall(connection: duckdb.DuckDBPyConnection, variant: str, sample: int) -> float:
    """The share of the true 20 nearest tracks that track_similarity holds, over `sample` tracks; ties count."""
    columns = ", ".join(heard(feature) for feature in FEATURES)
    rows = connection.execute(
        f"select track_id, recording_key, artist_ids, {columns} from marts.dim_tracks"
        " where features_provider is not null order by track_id"
    ).fetchall()
    values = np.array([row[3:] for row in rows], dtype=float)
    values = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    recordings = np.array([row[1].partition("|")[2] for row in rows])  # titles: covers are no neighbours
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
