"""`make weights`: learn the blend's weights, write them to their seed in `dbt_project/`, print how they fare.

A logistic regression on the pairs of int_artist_pairs, as the build of the real catalogue makes them: which of an
artist's candidates are among the artists that the reference relates to it. As in macro blend_score, each signal is
counted in standard deviations from its mean over the artist's candidates. Learnt from the artists that are not held
out (macro is_held_out) alone; the table below leaves whole sources and families of genres out of learning as well,
since weights that only fit one catalogue's ways fail there.
"""

import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build

DATA = ROOT.parent / "shared" / "data"
WEIGHTS = ROOT / "dbt_project" / "seeds" / "blend_weights.csv"
SIGNALS = ("shared_weight", "relatedness", "collaboration", "audience", "popularity", "era", "sound")
"""As macro blend_signals has them."""
FAMILIES = {
    "Korean": ("k-pop", "korean", "k-indie", "k-rap"),
    "rap": ("rap", "hip hop", "trap", "drill"),
    "rock": ("rock", "metal", "punk", "grunge"),
    "country": ("country", "nashville", "bluegrass"),
    "electronic": ("house", "edm", "techno", "electro", "trance", "dubstep"),
    "soul": ("r&b", "soul", "funk", "motown", "disco"),
    "pop": ("pop",),
    "jazz, blues, folk, classical": ("jazz", "classical", "blues", "folk"),
}
LEAST = 15
"""A group of fewer artists is not shown: its standard error is above .06."""

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Pairs:
    """Candidates of the reference's artists, one row each, ordered by artist.

    `seeds`: ids of the artists; `relations`: how many the reference relates to each; `owner`: each row's index in
    both; `values`: rows x SIGNALS, standardised; `related`: 1 or 0; `jaccard`: the baseline's score.
    """

    seeds: list[str]
    relations: Values
    owner: NDArray[np.int64]
    values: Values
    related: Values
    jaccard: Values

    def recall(self, score: Values) -> Values:
        """recall@20 of each artist with its candidates ranked by `score`; equal ones by id, as the rows are."""
        order = np.lexsort((-score.round(9), self.owner))
        first = np.searchsorted(self.owner, np.arange(len(self.seeds)))
        place = np.arange(len(order)) - first[self.owner]
        hits = np.bincount(self.owner, np.where(place < 20, self.related[order], 0.0), len(self.seeds))
        found: Values = hits / self.relations
        return found

    def learnt_from(self, seeds: Flags) -> Values:
        """Intercept and weights from the rows of these artists."""
        rows = seeds[self.owner]
        return logistic(self.values[rows], self.related[rows])

    def score(self, weights: Values) -> Values:
        """The blend's score before the logistic function."""
        found: Values = weights[0] + self.values @ weights[1:]
        return found


def logistic(values: Values, outcome: Values) -> Values:
    """Logistic regression by Newton's method: intercept, then weights of columns; a ridge of 1 keeps them finite."""
    columns = np.column_stack((np.ones(len(values)), values))
    weights: Values = np.zeros(columns.shape[1])
    ridge = np.diag([0.0] + [1.0] * values.shape[1])
    step: Values = weights
    for _ in range(50):
        chance = 1 / (1 + np.exp(-columns @ weights))
        curvature = (columns * (chance * (1 - chance))[:, None]).T @ columns + ridge
        step = np.asarray(np.linalg.solve(curvature, columns.T @ (outcome - chance) - ridge @ weights), dtype=float)
        weights = weights + step
        if np.abs(step).max() < 1e-9:
            return weights
    raise ArithmeticError(f"logistic regression: no end after 50 steps, last {step}; a signal may be constant")


def standardised(owner: NDArray[np.int64], values: Values) -> Values:
    """In standard deviations over each artist's candidates; 0 where not known, or where all are alike."""
    columns: list[Values] = []
    for column in values.T:
        known = np.isfinite(column)
        given = np.where(known, column, 0.0)
        count = np.maximum(np.bincount(owner, known), 1)
        mean = np.bincount(owner, given) / count
        variance = np.bincount(owner, given * given) / count - mean * mean
        usable = known & (variance[owner] > 1e-6)
        deviation = np.sqrt(np.where(variance > 1e-6, variance, 1.0))
        columns.append(np.where(usable, (given - mean[owner]) / deviation[owner], 0.0))
    return np.column_stack(columns)


def read(connection: duckdb.DuckDBPyConnection) -> Pairs:
    """The candidates of every artist of the reference in a built warehouse."""
    rows = connection.execute(
        f"""select seeds.artist_id, seeds.relation_count, {", ".join(f"pairs.{name}" for name in SIGNALS)},
            case when related.artist_id is null then 0.0 else 1.0 end as related,
            coalesce(jaccard.jaccard, 0.0) as jaccard
        from (select distinct artist_id, relation_count from intermediate.int_quality_references) as seeds
        inner join intermediate.int_artists_described as mine on mine.artist_id = seeds.artist_id
        inner join intermediate.int_artist_pairs as pairs on pairs.number = mine.number
        inner join intermediate.int_artists_described as theirs on theirs.number = pairs.neighbour_number
        left join intermediate.int_quality_references as related
            on related.artist_id = seeds.artist_id and related.related_artist_id = theirs.artist_id
        left join (
            select one.number, other.number as neighbour_number,
                count(*) / (max(one.genre_count + other.genre_count) - count(*)) as jaccard
            from intermediate.int_artist_genres_weighted as one
            inner join intermediate.int_artist_genres_weighted as other using (genre)
            group by one.number, other.number
        ) as jaccard on jaccard.number = pairs.number and jaccard.neighbour_number = pairs.neighbour_number
        order by seeds.artist_id, theirs.artist_id"""
    ).fetchnumpy()
    seeds, first, owner = np.unique(rows["artist_id"].astype(str), return_index=True, return_inverse=True)
    values: Values = np.column_stack([np.ma.filled(np.ma.asarray(rows[name], dtype=float), np.nan) for name in SIGNALS])
    return Pairs(
        [str(one) for one in seeds],
        rows["relation_count"][first].astype(float),
        owner,
        standardised(owner, values),
        rows["related"].astype(float),
        rows["jaccard"].astype(float),
    )


def groups(seeds: list[str]) -> Iterator[tuple[str, Flags]]:
    """Sources, then families of genres, each with which of the artists it has."""
    with (DATA / "catalog" / "artists.csv").open(encoding="utf-8", newline="") as file:
        artists: dict[str, dict[str, Any]] = {row["artist_id"]: row for row in csv.DictReader(file)}
    sources = [set(artists[one]["sources"].split("|")) for one in seeds]
    genres = [json.loads(artists[one]["genres"] or "[]") for one in seeds]
    for source in sorted(set().union(*sources)):
        yield f"source {source}", np.array([source in own for own in sources])
    for family, words in FAMILIES.items():
        yield family, np.array([any(word in genre for genre in own for word in words) for own in genres])


def held_out(seeds: list[str]) -> Flags:
    """As macro is_held_out says."""
    return np.array([hashlib.md5(one.encode()).hexdigest()[0] in "01234" for one in seeds])


def report(pairs: Pairs, weights: Values) -> None:
    """Recall of tuned and held-out artists, and the lead over the baseline in every group that learning did without."""
    kept, blend, jaccard = held_out(pairs.seeds), pairs.recall(pairs.score(weights)), pairs.recall(pairs.jaccard)
    _print("weights: " + ", ".join(f"{name} {value:.3f}" for name, value in _named(weights)))
    _print(f"{'recall@20':40} artists  blend  genre Jaccard")
    for name, chosen in (("tuned", ~kept), ("held out", kept)):
        _print(f"{name:40} {chosen.sum():7d}  {blend[chosen].mean():.3f}  {jaccard[chosen].mean():.3f}")
    _print(f"\n{'left out of learning':40} artists  blend  genre Jaccard  lead")
    for name, chosen in groups(pairs.seeds):
        if chosen.sum() < LEAST or (~chosen).sum() < LEAST:
            continue
        ours = pairs.recall(pairs.score(pairs.learnt_from(~chosen)))[chosen].mean()
        theirs = jaccard[chosen].mean()
        _print(f"{name:40} {chosen.sum():7d}  {ours:.3f}  {theirs:.3f}          {ours - theirs:+.3f}")


@contextmanager
def catalogue(program: str, arguments: list[str], *selectors: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse that is named, or one of the real catalogue, built for the while; exit without either."""
    with tempfile.TemporaryDirectory(prefix="segue-weights-") as folder:
        if not arguments and not DATA.is_dir():
            raise SystemExit(f"{program}: needs the real catalogue in {DATA}")
        warehouse = arguments[0] if arguments else build.build_catalogue(Path(folder), DATA, *selectors)
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            yield connection


def main(arguments: list[str]) -> int:
    """Build the real catalogue, or read the warehouse that is named; learn, write, report."""
    with catalogue("learn_blend", arguments) as connection:
        pairs = read(connection)
    weights = pairs.learnt_from(~held_out(pairs.seeds)).round(3)
    lines = ["signal,weight", *(f"{name},{value:.3f}" for name, value in _named(weights))]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report(pairs, weights)
    return 0


def _named(weights: Values) -> list[tuple[str, float]]:
    return [(name, float(value)) for name, value in zip(("intercept", *SIGNALS), weights, strict=True)]


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
