"""Vectors and centroids as arrays -> the centroids nearest to each, and the tracks nearest to each in its blocks.

The operations of macros/squared_distance.sql one by one, in its precision, so that the choice is the warehouse's.
Arrays, since it is made a billion times: a pair of tracks takes them 30 to 60 ns, Spark's join and aggregate 350.
Distance and row number share one whole number, ordered by distance (to 1e-8), then by row number (below 2^23): its
smallest k are the k nearest with ties settled.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

from spark.transforms.distances import FEATURES

Floats = NDArray[Any]
Whole = NDArray[np.int64]

CANDIDATES = 25
NUMBERS = 8_388_608
FARTHEST = 9000.0
STEPS = 100_000_000.0
_MARGIN = 0.001
_STANDING_FOR = 8
"""One centroid in so many tells how far those lie that are worth sorting: macro blocking_routes."""
_NOBODY = np.iinfo(np.int64).max
"""Sorts behind every packed distance."""
_PAIRS_AT_ONCE = 32_768
"""So many distances fit into the cache of a core, however large a block is."""


@dataclass(frozen=True)
class Blocks:
    """All tracks in order of block, then of number; `first` is where each block begins, by its centroid.

    `values` has a row per feature in single precision; what is not known is NaN.
    """

    number: Whole
    recording_number: Whole
    artist_number: Whole
    values: Floats
    first: Whole

    @classmethod
    def of(cls, tracks: pa.Table | pa.RecordBatch, centroid: Whole) -> "Blocks":
        """Put tracks in order of the blocks that they are in."""
        number, recording, artist = (whole(tracks, name) for name in ("number", "recording_number", "artist_number"))
        order = np.lexsort((number, centroid))
        first = np.searchsorted(centroid[order], np.arange(centroid.max(initial=0) + 2))
        single = feature_rows(tracks).astype(np.float32)[:, order]
        return cls(number[order], recording[order], artist[order], single, first)


def feature_rows(tracks: pa.Table | pa.RecordBatch) -> Floats:
    """The audio values of tracks, a row per feature; what is not known is NaN."""
    return np.vstack([tracks.column(name).to_numpy(zero_copy_only=False) for name in FEATURES]).astype(np.float64)


def whole(tracks: pa.Table | pa.RecordBatch, name: str) -> Whole:
    """A column of whole numbers, none of them missing."""
    return np.asarray(tracks.column(name).to_numpy(zero_copy_only=False), dtype=np.int64)


def squared_distances(mine: Floats, theirs: Floats) -> Floats:
    """Squared distances of all columns of `mine` to those of `theirs` (a row per feature), added up in that order."""
    total = np.zeros((mine.shape[1], theirs.shape[1]), dtype=mine.dtype)
    gap = np.empty_like(total)
    for left, right in zip(mine, theirs, strict=True):
        np.subtract(left[:, None], right[None, :], out=gap)
        np.multiply(gap, gap, out=gap)
        if np.isnan(left).any() or np.isnan(right).any():
            gap[np.isnan(gap)] = 1.0
        total += gap
    return total


def packed(distances: Floats, numbers: Whole) -> Whole:
    """Squared distances (cut at 9,000) and row numbers in whole numbers."""
    steps = np.minimum(distances.astype(np.float64), FARTHEST) * STEPS
    keys: Whole = (steps + 0.5).astype(np.int64) * NUMBERS + numbers
    return keys


def nearest_centroids(values: Floats, centroids: Floats, ids: Whole, count: int) -> tuple[Whole, Whole]:
    """The nearest centroids of each track (a column of `values`), the nearest first, and how many these are.

    They are `count` or fewer: those within the distance at which one centroid in eight lets twice `count` be expected.
    """
    expected = math.ceil(count * 2 / _STANDING_FOR)
    standing = ids % _STANDING_FOR == 0
    found: list[Whole] = []
    lengths = np.empty(values.shape[1], dtype=np.int64)
    rows = max(1, _PAIRS_AT_ONCE // max(1, len(ids)))
    for begin in range(0, len(lengths), rows):
        distances = squared_distances(values[:, begin : begin + rows], centroids)
        keys = packed(distances, ids)
        if standing.sum() >= expected:
            limits = np.partition(distances[:, standing], expected - 1, axis=1)[:, expected - 1]
            keys[distances > limits[:, None]] = _NOBODY
        if count < len(ids):
            keys.partition(count - 1, axis=1)
        near = np.sort(keys[:, :count], axis=1)
        found.append(near[near < _NOBODY] % NUMBERS)
        lengths[begin : begin + rows] = (near < _NOBODY).sum(axis=1)
    return np.concatenate([np.empty(0, dtype=np.int64), *found]), lengths


def rectangle(probes: pa.ListArray) -> Whole:
    """The blocks that tracks probe, a row a track, filled up with -1."""
    lengths = probes.value_lengths().to_numpy()
    filled = np.full((len(lengths), lengths.max(initial=0)), -1, dtype=np.int64)
    filled[np.arange(filled.shape[1]) < lengths[:, None]] = probes.flatten().to_numpy()
    return filled


def nearest_tracks(mine: Blocks, probes: Whole, blocks: Blocks) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """The nearest 25 by the same main artist and the nearest 25 by others in the blocks that each track probes.

    `probes` has a row a track, its own block first, filled up with -1. Returns number, neighbour's number, whether the
    artist is another. In its own block a track already meets 25 of others, or it has no bound: what is farther than the
    last of them is dropped at once.
    """
    farthest = np.empty(len(mine.number), dtype=np.float32)
    for rows, members in _meetings(probes[:, :1], blocks):
        farthest[rows] = _bounds(mine, rows, members, blocks)
    found = [_near(mine, rows, members, blocks, farthest) for rows, members in _meetings(probes, blocks)]
    row, keys, is_other = (np.concatenate(parts) for parts in zip(*found, strict=True))
    group = row * 2 + is_other
    order = np.lexsort((keys, group))
    group = group[order]
    chosen = order[np.arange(len(group)) - np.searchsorted(group, group) < CANDIDATES]
    return mine.number[row[chosen]], keys[chosen] % NUMBERS, is_other[chosen]


def _meetings(probes: Whole, blocks: Blocks) -> Iterator[tuple[Whole, slice]]:
    """Rows that probe one block, few enough at once, and where the block is."""
    probed = probes.ravel()
    order = np.argsort(probed, kind="stable")
    begins = np.flatnonzero(np.diff(probed[order], prepend=-2))
    for places in np.split(order, begins[1:]):
        block, rows = int(probed[places[0]]), places // probes.shape[1]
        if not 0 <= block < len(blocks.first) - 1:  # nobody is in it
            continue
        members = slice(int(blocks.first[block]), int(blocks.first[block + 1]))
        at_once = max(1, _PAIRS_AT_ONCE // max(1, members.stop - members.start))
        for begin in range(0, len(rows), at_once):
            yield rows[begin : begin + at_once], members


def _bounds(mine: Blocks, rows: Whole, members: slice, blocks: Blocks) -> Floats:
    """How far the 25th of other artists in the block is, and a bit, for each of the rows."""
    distances = squared_distances(mine.values[:, rows], blocks.values[:, members])
    distances[mine.artist_number[rows, None] == blocks.artist_number[None, members]] = np.inf
    distances[mine.recording_number[rows, None] == blocks.recording_number[None, members]] = np.inf
    if distances.shape[1] < CANDIDATES:
        return np.full(len(rows), FARTHEST + _MARGIN, dtype=np.float32)
    distances.partition(CANDIDATES - 1, axis=1)
    last = distances[:, CANDIDATES - 1]
    bound = (packed(last, np.zeros(1, dtype=np.int64)) // NUMBERS).astype(np.float64) / STEPS
    return (np.where(np.isinf(last), FARTHEST, bound) + _MARGIN).astype(np.float32)


def _near(
    mine: Blocks, rows: Whole, members: slice, blocks: Blocks, farthest: Floats
) -> tuple[Whole, Whole, NDArray[np.bool_]]:
    """Row, packed distance and number, and whether the artist is another, of what is not too far."""
    distances = squared_distances(mine.values[:, rows], blocks.values[:, members])
    one, other = np.nonzero(distances <= farthest[rows, None])
    row, member = rows[one], other + members.start
    is_other_song = mine.recording_number[row] != blocks.recording_number[member]
    row, member, near = row[is_other_song], member[is_other_song], distances[one, other][is_other_song]
    return row, packed(near, blocks.number[member]), mine.artist_number[row] != blocks.artist_number[member]
