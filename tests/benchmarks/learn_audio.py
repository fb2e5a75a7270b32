"""`make weights`, second part: would songs be found better if some audio values counted more? Prints, writes nothing.

A logistic regression tells pairs of one artist's songs from pairs with somebody else's song of the same three years and
tenth of popularity, by the squared differences of the values; artists that are held out (macro is_held_out) take no
part. Its weights go half the way back to equal ones, since the twenty nearest of a whole catalogue lie far closer than
two songs of an artist usually do. Judged by those twenty: how many are of the same artist, of the same album, and, of
the others, by somebody of a common genre, which no weight has seen.
"""

import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.learn_blend import Flags, Values, catalogue, logistic
from tests.dbt_project.oracle import FEATURES, ROOTED

PAIRS_AN_ARTIST, OTHERS_A_PAIR, JUDGED = 30, 2, 10000


@dataclass(frozen=True)
class Songs:
    """Tracks with audio values, in order of ids, a row each of `values` (as given); covers share titles."""

    artists: list[str]
    albums: list[str | None]
    titles: list[str]
    cells: list[Hashable]
    genres: list[frozenset[str]]
    values: Values

    def standardised(self, rooted: bool) -> Values:
        """In standard deviations, 0 where missing; skewed values by their roots first."""
        columns = self.values.copy()
        for place, feature in enumerate(FEATURES):
            if rooted and feature in ROOTED:
                columns[:, place] = np.sqrt(columns[:, place])
        found: Values = (columns - np.nanmean(columns, axis=0)) / np.nanstd(columns, axis=0)
        return np.nan_to_num(found)


def read(connection: duckdb.DuckDBPyConnection) -> Songs:
    """The songs of a built warehouse."""
    rows = connection.execute(
        f"""select artist_id, album_id, substr(recording_key, strpos(recording_key, '|') + 1),
            release_year // 3, popularity // 10, genres.genres, {", ".join(FEATURES)}
        from marts.dim_tracks
        left join (
            select artist_id, list(genre) as genres from marts.artist_genres group by artist_id
        ) as genres using (artist_id)
        where features_provider is not null
        order by track_id"""
    ).fetchall()
    artists, albums, titles, years, popularity, genres, *_ = zip(*rows, strict=True)
    return Songs(
        list(artists),
        list(albums),
        list(titles),
        list(zip(years, popularity, strict=True)),
        [frozenset(own or ()) for own in genres],
        np.array([row[6:] for row in rows], dtype=float),
    )


def together(labels: Sequence[Hashable]) -> dict[Hashable, list[int]]:
    """Rows by label; rows without one are left out."""
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, label in enumerate(labels):
        if label is not None:
            found[label].append(row)
    return dict(found)


def pairs(songs: Songs, chosen: Flags) -> tuple[NDArray[Any], NDArray[Any], Values]:
    """Rows of one song and another, and whether both are of one artist; `chosen` says whose songs begin a pair."""
    random = np.random.default_rng(0)
    cells = {cell: np.array(rows) for cell, rows in together(songs.cells).items()}
    mine, theirs, same = [], [], []
    for rows in together(songs.artists).values():
        if not chosen[rows[0]]:
            continue
        own = [(one, other) for one in rows for other in rows if songs.titles[one] != songs.titles[other]]
        for place in random.permutation(len(own))[:PAIRS_AN_ARTIST]:
            one, other = own[place]
            others = random.choice(cells[songs.cells[other]], OTHERS_A_PAIR)
            strangers = [int(row) for row in others if songs.artists[row] != songs.artists[one]]
            mine += [one] * (1 + len(strangers))
            theirs += [other, *strangers]
            same += [1.0] + [0.0] * len(strangers)
    return np.array(mine), np.array(theirs), np.array(same)


def learn(songs: Songs, values: Values, chosen: Flags) -> Values:
    """Weights from the songs of the chosen, none below nothing, 1 on average."""
    mine, theirs, same = pairs(songs, chosen)
    found = np.maximum(logistic(-((values[mine] - values[theirs]) ** 2), same)[1:], 0.0)
    weights: Values = found / found.mean()
    return weights


def halfway(weights: Values) -> Values:
    """Half the way to equal weights, 1 on average."""
    return np.asarray((weights + 1) / 2, dtype=float)


def nearest(values: Values, weights: Values, titles: NDArray[Any], rows: NDArray[Any], count: int = 20) -> NDArray[Any]:
    """The `count` nearest songs of each of `rows`, in no order, none of the same title."""
    vectors = (values * np.sqrt(weights)).astype(np.float32)
    lengths = (vectors * vectors).sum(axis=1)
    found = []
    for part in np.array_split(rows, max(1, len(rows) // 250)):
        distances = lengths[None] - 2 * vectors[part] @ vectors.T
        distances[titles[part][:, None] == titles[None]] = np.inf
        found.append(np.argpartition(distances, count, axis=1)[:, :count])
    return np.vstack(found)


def judge(songs: Songs, rows: NDArray[Any], found: NDArray[Any]) -> list[float]:
    """Of what could be among the nearest, what is: the artist's songs, the album's; and the share of common genres."""
    shares: list[list[float]] = [[], [], []]
    labelled: list[Sequence[Hashable]] = [songs.artists, [album or None for album in songs.albums]]
    groups = [together(labels) for labels in labelled]
    for row, near in zip(rows, found, strict=True):
        for kind, (labels, group) in enumerate(zip(labelled, groups, strict=True)):
            there = [one for one in group.get(labels[row], []) if songs.titles[one] != songs.titles[row]]
            if there:
                shares[kind].append(len(set(there) & set(near)) / min(len(there), len(near)))
        others = [songs.genres[one] for one in near if songs.artists[one] != songs.artists[row] and songs.genres[one]]
        if songs.genres[row] and others:
            shares[2].append(float(np.mean([bool(own & songs.genres[row]) for own in others])))
    return [float(np.mean(kind)) for kind in shares]


def held_out(songs: Songs) -> Flags:
    """As macro is_held_out says."""
    return np.array([hashlib.md5(one.encode()).hexdigest()[0] in "01234" for one in songs.artists])


def report(songs: Songs, write: Callable[[str], object]) -> None:
    """What equal weights and learnt ones find, on values as given and by their roots, tuned and held out."""
    kept, titles = held_out(songs), np.unique(songs.titles, return_inverse=True)[1]
    given, rooted, equal = songs.standardised(False), songs.standardised(True), np.ones(len(FEATURES))
    methods = {
        "as given, equal weights": (given, equal),
        "as given, learnt": (given, halfway(learn(songs, given, ~kept))),
        "roots, equal weights (taken)": (rooted, equal),
        "roots, learnt": (rooted, halfway(learn(songs, rooted, ~kept))),
    }
    korean = np.array([not album for album in songs.albums])  # the source of Korean songs names no albums
    for name, chosen in (("all songs", ~kept), ("Korean songs", ~kept & korean), ("other songs", ~kept & ~korean)):
        write(f"learnt from {name}: {_named(halfway(learn(songs, rooted, chosen)))}\n")
    write(f"\n{'among the 20 nearest':28} {'':9} artist   album    common genre\n")
    for group, flags in (("tuned", ~kept), ("held out", kept)):
        rows = np.random.default_rng(1).permutation(np.flatnonzero(flags))[:JUDGED]
        for name, (values, own) in methods.items():
            artist, album, genre = judge(songs, rows, nearest(values, own, titles, rows))
            write(f"{name:28} {group:9} {artist:.4f}   {album:.4f}   {genre:.4f}\n")


def main(arguments: list[str]) -> int:
    """Build the real catalogue, or read the warehouse that is named; learn and report."""
    with catalogue("learn_audio", arguments, "+dim_tracks", "+artist_genres") as connection:
        songs = read(connection)
    report(songs, sys.stdout.write)
    return 0


def _named(weights: Values) -> str:
    return ", ".join(f"{name} {weight:.2f}" for name, weight in zip(FEATURES, weights, strict=True))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
