"""How well artists are served of whom no genre is known: `python tests/benchmarks/bench_without_genres.py [folds]`.

In the reference nobody lacks genres. So the genres of a fifth of its artists, told by a hash of their id, are left
out of the catalogue, which is built without them; then those of the next fifth. What these artists find is measured by
the project's own models, beside what they find with their genres, and beside two lists that know audiences alone.
"""

import csv
import hashlib
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.dbt_project import build, catalog

DATA = ROOT.parent / "shared" / "data"
FOLDS = 5
MEASURED = """
select measured.artist_id, measured.method, measured.recall
from intermediate.int_quality_measured as measured
where measured.artist_id in (select artist_id from intermediate.int_quality_references)
union all
select artist_id, ranking, count(*) filter (place <= 20 and is_related) / max(relation_count)
from (
    select seeds.artist_id, seeds.relation_count, ranking, related.artist_id is not null as is_related,
        row_number() over (
            partition by seeds.artist_id, ranking
            order by case ranking when 'most popular' then -artists.popularity else
                abs(ln(1 + artists.followers) - ln(1 + mine.followers)) end, artists.artist_id
        ) as place
    from (select distinct artist_id, relation_count from intermediate.int_quality_references) as seeds
    inner join marts.dim_artists as mine on mine.artist_id = seeds.artist_id
    inner join marts.dim_artists as artists on artists.artist_id <> seeds.artist_id
    cross join (values ('most popular'), ('nearest in followers')) as rankings (ranking)
    left join intermediate.int_quality_references as related
        on related.artist_id = seeds.artist_id and related.related_artist_id = artists.artist_id
)
group by artist_id, ranking"""
SEEDS = "select distinct artist_id from intermediate.int_quality_references"
METHODS = ("blend", "audio", "nearest in followers", "most popular")

Recalls = dict[tuple[str, str], float]
"""recall@20 of an artist by a method or a baseline."""


def digest(artist_id: str) -> str:
    """Hexadecimal; its first digit tells who is held out of tuning (macro is_held_out), the rest the fifth."""
    return hashlib.md5(artist_id.encode()).hexdigest()


def fold(artist_id: str) -> int:
    return int(digest(artist_id)[1:], 16) % FOLDS


def copy_without_genres(folder: Path, hidden: set[str]) -> Path:
    """The real catalogue in `folder`, less the genres of the hidden artists."""
    (folder / "catalog").mkdir(parents=True)
    (folder / "ground_truth").symlink_to(DATA / "ground_truth")
    for file in (DATA / "catalog").glob("*.csv"):
        if file.name != "artists.csv":
            (folder / "catalog" / file.name).symlink_to(file)
    with (
        (DATA / "catalog" / "artists.csv").open(encoding="utf-8-sig", newline="") as given,
        (folder / "catalog" / "artists.csv").open("w", encoding="utf-8", newline="") as written,
    ):
        rows = csv.DictReader(given)
        writer = csv.DictWriter(written, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows({**row, "genres": ""} if row["artist_id"] in hidden else row for row in rows)
    return folder


def recalls(run: build.RunDbt, home: Path, hidden: set[str]) -> tuple[Recalls, set[str]]:
    """Build the catalogue less these genres; give what every artist of the reference finds, and who these are."""
    catalog.write_catalog(home / "lake", copy_without_genres(home / "data", hidden))
    run(home, "build", *build.UNTESTED, "--select", "+int_quality_measured")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(MEASURED).fetchall()
        seeds = {artist_id for (artist_id,) in connection.execute(SEEDS).fetchall()}
    return {(artist_id, method): value for artist_id, method, value in found}, seeds


def report(whole: Recalls, without: Recalls, seeds: set[str]) -> None:
    """Print the mean recall@20 of artists tuned on, held out, and all."""
    groups = {
        "tuned": {one for one in seeds if digest(one)[0] not in "01234"},
        "held out": {one for one in seeds if digest(one)[0] in "01234"},
        "all": seeds,
    }
    _print(f"{'recall@20':40}" + "".join(f"{name + f' ({len(chosen)})':>16}" for name, chosen in groups.items()))
    rows = [("blend, genres known", whole, "blend"), ("genre Jaccard, genres known", whole, "genre_jaccard")]
    rows += [(f"{method}, genres hidden", without, method) for method in METHODS]
    for name, values, method in rows:
        means = (sum(values[one, method] for one in chosen) / len(chosen) for chosen in groups.values())
        _print(f"{name:40}" + "".join(f"{mean:16.3f}" for mean in means))


def main() -> None:
    """Build the catalogue as it is, then once for each fifth whose genres are hidden; print recall@20 of either."""
    folds = int(sys.argv[1]) if sys.argv[1:] else FOLDS
    without: Recalls = {}
    with tempfile.TemporaryDirectory(prefix="segue-genres-") as name, build.warm_dbt(Path(name)) as run:
        whole, seeds = recalls(run, Path(name) / "whole", set())
        for number in range(folds):
            hidden = {one for one in seeds if fold(one) == number}
            found, _ = recalls(run, Path(name) / str(number), hidden)
            without |= {key: value for key, value in found.items() if key[0] in hidden}
    report(whole, without, {artist_id for artist_id, _ in without})


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
