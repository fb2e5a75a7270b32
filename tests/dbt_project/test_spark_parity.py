"""Spark's neighbours of the real catalogue are the warehouse's, row for row."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from spark.jobs.neighbours import CREDITS, VECTORS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]

_EXPECTED = """
select mine.track_id, theirs.track_id as neighbour_track_id, distance, any_artist_rank, other_artists_rank
from intermediate.int_track_neighbours as neighbours
inner join intermediate.int_tracks_standardised as mine on neighbours.number = mine.number
inner join intermediate.int_tracks_standardised as theirs on neighbours.neighbour_number = theirs.number
"""


def test_spark_finds_the_rows_of_the_warehouse(catalogue_warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for name, query in {
        "vectors": f"select {', '.join(VECTORS)} from intermediate.int_tracks_standardised",
        "credits": f"select {', '.join(CREDITS)} from marts.artist_tracks",
    }.items():
        catalogue_warehouse.execute(f"copy ({query}) to '{tmp_path / name}.parquet'")
    places = {name: str(tmp_path / f"{name}.parquet") for name in ("vectors", "credits")}
    words = ["--vectors", places["vectors"], "--credits", places["credits"], "--lake", str(tmp_path)]
    # A process of its own: the Java that a session of this one starts would stay, and without what S3 needs.
    command = [sys.executable, "-m", "spark", "neighbours", *words, "--conf", "spark.sql.shuffle.partitions=4"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    both = f"""from ({_EXPECTED}) as warehouse full join '{tmp_path}/raw_spark/track_neighbours/*/*.parquet' as spark
        using (track_id, neighbour_track_id)"""
    differences = catalogue_warehouse.execute(
        f"""select track_id, neighbour_track_id, warehouse.distance, spark.distance {both}
        where warehouse.track_id is null or spark.track_id is null or abs(warehouse.distance - spark.distance) > 1e-6
            or warehouse.any_artist_rank is distinct from spark.any_artist_rank
            or warehouse.other_artists_rank is distinct from spark.other_artists_rank
        order by all limit 5"""
    ).fetchall()
    assert differences == []
    ((rows,),) = catalogue_warehouse.execute(f"select count(*) {both}").fetchall()
    assert rows > 600_000, "nothing was compared"
