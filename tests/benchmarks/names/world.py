"""The real catalogue, built and published as everybody's is, but without the artists that are held out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from tests.benchmarks.names.labels import is_held_out
from tests.dbt_project import build

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
_MARTS = ("dim_artists", "dim_tracks", "dim_genres", "artist_genres", "artist_tracks", "artist_aliases")
_EMPTY = """
create table marts.artist_similarity (
    artist_id varchar, neighbour_artist_id varchar, method varchar, rank bigint, score double, reasons varchar
);
create table marts.track_similarity (
    track_id varchar, neighbour_track_id varchar, variant varchar, rank bigint, distance double, reasons varchar
);
create table marts.recommendation_quality (
    run_id varchar, method varchar, seed_group varchar, metric varchar, value double, seed_count bigint,
    measured_at timestamp
);
"""


def build_marts(home: Path) -> Path:
    """Build the marts that names need from the data beside the checkout; similarity stays empty."""
    warehouse = build.build_catalogue(home, DATA, *(f"+{mart}" for mart in _MARTS))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(_EMPTY)
    return warehouse


def hold_out(warehouse: Path) -> int:
    """Remove the artists that are held out, with their songs; return how many."""
    with duckdb.connect(str(warehouse)) as connection:
        ids = [
            (artist,)
            for (artist,) in connection.execute("select artist_id from marts.dim_artists").fetchall()
            if is_held_out(artist)
        ]
        connection.execute("create table held_out (artist_id varchar)")
        connection.executemany("insert into held_out values (?)", ids)
        for mart in ("dim_artists", "artist_genres", "artist_aliases", "dim_tracks", "artist_tracks"):
            connection.execute(f"delete from marts.{mart} where artist_id in (from held_out)")
        connection.execute(
            "delete from marts.artist_tracks where track_id not in (select track_id from marts.dim_tracks)"
        )
    return len(ids)


def publish(warehouse: Path, variables: dict[str, str]) -> dict[str, Any]:
    """Publish, and return what the command says."""
    command = [sys.executable, "-m", "orchestration.publish", "publish", "--json"]
    environment = {
        **os.environ, **variables, "SEGUE_WAREHOUSE": str(warehouse), "SEGUE_HOME": str(warehouse.parent),
        "SEGUE_LAKE_URL": str(warehouse.parent / "written_back"),
    }  # fmt: skip
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
