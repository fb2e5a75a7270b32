"""The search in arrays finds what a look at every track finds, with what is missing, tied and alone."""

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from spark.transforms.distances import FEATURES
from spark.transforms.search import (
    CANDIDATES,
    NUMBERS,
    STEPS,
    Blocks,
    nearest_centroids,
    nearest_tracks,
    packed,
    rectangle,
    squared_distances,
)


def tracks(values: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", artists: list[int]) -> pa.Table:
    """Tracks 1, 2, .., each a recording of its own; `values` has a row per track."""
    numbers = pa.array(range(1, len(values) + 1))
    named = {"number": numbers, "recording_number": numbers, "artist_number": pa.array(artists)}
    return pa.table(named | {name: pa.array(column) for name, column in zip(FEATURES, values.T, strict=True)})


def test_distance_and_number_share_a_whole_number() -> None:
    (key,) = packed(np.array([0.123456785]), np.array([8_388_607]))
    assert (key % NUMBERS, round(key // NUMBERS / STEPS, 9)) == (8_388_607, 0.12345679)


def test_what_is_missing_counts_as_one_deviation() -> None:
    mine, theirs = np.array([[np.nan, 0.5], [2.0, 2.0]]), np.array([[0.0], [0.0]])
    assert squared_distances(mine, theirs).tolist() == [[5.0], [4.25]]


def test_the_nearest_centroids_come_first_and_ties_by_number() -> None:
    centroids = np.zeros((9, 3))
    centroids[0] = [1.0, -1.0, 0.5]
    for count, expected in ((3, [7, 2, 4]), (2, [7, 2])):
        found, lengths = nearest_centroids(np.zeros((9, 1)), centroids, np.array([4, 2, 7]), count)
        assert (found.tolist(), lengths.tolist()) == (expected, [count])


def test_no_centroid_counts_beyond_where_one_in_eight_says_that_there_are_enough() -> None:
    centroids = np.zeros((9, 4))
    centroids[0] = [3.0, 1.0, 2.0, 1.5]
    values = np.zeros((9, 2))
    values[0, 1] = 3.0
    found, lengths = nearest_centroids(values, centroids, np.array([1, 2, 8, 11]), 4)
    assert np.split(found, np.cumsum(lengths)[:-1])[0].tolist() == [2, 11, 8]
    assert np.split(found, np.cumsum(lengths)[:-1])[1].tolist() == [1, 8]
    assert rectangle(pa.ListArray.from_arrays([0, 3, 5], found)).tolist() == [[2, 11, 8], [1, 8, -1]]


@pytest.mark.parametrize("shares", [[400], [380, 15, 5], [40] * 10], ids=["one block", "a huge one", "even"])
def test_blocks_of_any_size_give_the_pairs_of_brute_force(shares: list[int]) -> None:
    numbers = np.random.default_rng(5)
    values = numbers.normal(size=(400, len(FEATURES))).round(1)
    values[::50, 3] = np.nan
    artists = [int(one) for one in numbers.integers(1, 60, 400)]
    block = np.repeat(np.arange(len(shares)), shares)
    probes = np.stack([block, (block + 1) % len(shares)], axis=1)[:, : len(shares)]
    table = tracks(values, artists)
    mine = Blocks.of(table, np.arange(400))
    number, neighbour, is_other = nearest_tracks(mine, probes, Blocks.of(table, block))
    found = set(zip(number.tolist(), neighbour.tolist(), is_other.tolist(), strict=True))

    distances, artist = squared_distances(mine.values, mine.values), np.array(artists)
    for track in range(0, 400, 7):
        is_met = np.isin(block, probes[track]) & (np.arange(400) != track)
        in_own = np.sort(distances[track][(block == block[track]) & (artist != artist[track])])
        bound = in_own[CANDIDATES - 1] + 0.001 if len(in_own) >= CANDIDATES else np.inf
        for other in (True, False):
            met = np.flatnonzero(is_met & ((artist != artist[track]) == other) & (distances[track] <= bound))
            nearest = met[np.lexsort((met, distances[track][met]))][:CANDIDATES]
            assert {n for t, n, kind in found if t == track + 1 and kind == other} == {int(one) + 1 for one in nearest}
