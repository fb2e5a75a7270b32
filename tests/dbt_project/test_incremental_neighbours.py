"""A build after some tracks came, went or changed has the rows of a search anew for all, with the same fit."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .build import RunDbt, query

pytestmark = pytest.mark.slow

_STEPS = ("int_track_scales", "int_tracks_standardised", "int_track_centroids")
_SEARCHES = ("int_track_vectors", "int_track_pairs", "int_track_neighbours")
_FOUND = "number, neighbour_number, distance, any_artist_rank, other_artists_rank"
_PART = "hash(track_id) % 100"
"""Spreads tracks evenly over 0 to 99."""


@pytest.fixture(scope="module")
def built(
    catalogue_warehouse: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, dbt: RunDbt
) -> tuple[Path, Path]:
    """The marts that neighbours are made of, as files, and a state folder where 99 of 100 tracks were searched."""
    marts, home = tmp_path_factory.mktemp("marts"), tmp_path_factory.mktemp("home")
    for mart in ("dim_tracks", "artist_tracks"):
        catalogue_warehouse.execute(f"copy marts.{mart} to '{marts / mart}.parquet'")
    _give(home, marts, f"select * from tracks where {_PART} <> 0")
    dbt(home, "run", "--select", *_STEPS, *_SEARCHES)
    return marts, home


@pytest.fixture
def home(built: tuple[Path, Path], tmp_path: Path) -> Path:
    shutil.copy(built[1] / "warehouse.duckdb", tmp_path)
    return tmp_path


def _give(home: Path, marts: Path, tracks: str, credits: str = "select * from credits") -> None:
    """Make the marts hold what two queries give of the files' `tracks` and `credits`."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute("create schema if not exists marts")
        for name, mart, chosen in (("tracks", "dim_tracks", tracks), ("credits", "artist_tracks", credits)):
            rows = f"with {name} as (from '{marts / mart}.parquet') {chosen}"
            connection.execute(f"create or replace table marts.{mart} as {rows}")


def _found(home: Path) -> list[tuple[Any, ...]]:
    return query(home, f"select {_FOUND} from intermediate.int_track_neighbours order by all")


def _searched_anew(home: Path, dbt: RunDbt) -> list[tuple[Any, ...]]:
    dbt(home, "run", "--full-refresh", "--select", *_SEARCHES)
    return _found(home)


def _fits(home: Path) -> list[tuple[Any, ...]]:
    return query(home, "select distinct fitted_at from intermediate.int_track_centroids")


def _share_worked_on(home: Path, model: str) -> float:
    ((share,),) = query(
        home,
        f"select avg(case when changed_at = latest then 1.0 else 0.0 end) from intermediate.{model}"
        f" cross join (select max(changed_at) as latest from intermediate.{model})",
    )
    return float(share)


def test_new_tracks_join_what_is_there(built: tuple[Path, Path], home: Path, dbt: RunDbt) -> None:
    fits, before = _fits(home), set(_found(home))
    _give(home, built[0], "select * from tracks")
    dbt(home, "run", "--select", *_STEPS, *_SEARCHES)
    found = _found(home)
    assert _fits(home) == fits
    assert _share_worked_on(home, "int_track_vectors") < 0.02
    assert _share_worked_on(home, "int_track_pairs") < 0.04
    assert len(set(found) - before) > 10_000, "nothing came"
    assert found == _searched_anew(home, dbt)


def test_what_is_gone_or_changed_leaves_no_trace(built: tuple[Path, Path], home: Path, dbt: RunDbt) -> None:
    """Of 400 tracks each: gone; louder; of another main artist; another recording of one song; with one credit more."""
    fits = _fits(home)
    _give(
        home,
        built[0],
        f"""select * replace (
            case when {_PART} = 2 then loudness - 1.0 else loudness end as loudness,
            case when {_PART} = 3 then first_value(artist_id) over (order by artist_id) else artist_id end as artist_id,
            case when {_PART} = 4 then 'one song' else recording_key end as recording_key
        ) from tracks where {_PART} not in (0, 1)""",
        f"""select * from credits union all
        select * replace ('x' as artist_id) from credits where {_PART} = 5 and position = 1""",
    )
    dbt(home, "run", "--select", *_STEPS, *_SEARCHES)
    found = _found(home)
    assert _fits(home) == fits
    assert found == _searched_anew(home, dbt)
    gone = query(home, "select count(*) from intermediate.int_tracks_standardised")[0][0]
    assert len({row[0] for row in found} | {row[1] for row in found}) == gone


@pytest.mark.parametrize(
    "tracks",
    [
        f"select * from tracks where {_PART} < 85",
        f"select * replace (case when {_PART} < 60 then tempo + 10.0 else tempo end as tempo) from tracks",
    ],
    ids=["shrunk", "drifted"],
)
def test_beyond_a_tenth_all_is_fitted_anew(
    built: tuple[Path, Path], home: Path, dbt: RunDbt, tmp_path: Path, tracks: str
) -> None:
    fits = _fits(home)
    _give(home, built[0], tracks)
    dbt(home, "run", "--select", *_STEPS, *_SEARCHES)
    assert _fits(home) > fits and len(_fits(home)) == 1
    found = _found(home)
    dbt(home, "run", "--full-refresh", "--select", *_STEPS, *_SEARCHES)
    assert found == _found(home)


def test_a_provider_that_is_gone_is_a_reason_to_fit_anew(built: tuple[Path, Path], home: Path, dbt: RunDbt) -> None:
    of_two = f"case when {_PART} = 9 then 'other' else features_provider end as features_provider"
    _give(home, built[0], f"select * replace ({of_two}) from tracks where {_PART} < 10")
    dbt(home, "run", "--full-refresh", "--select", *_STEPS)
    fits = _fits(home)
    _give(home, built[0], f"select * from tracks where {_PART} < 9")
    dbt(home, "run", "--select", *_STEPS)
    assert _fits(home) > fits


def test_a_clock_behind_the_build_before_hides_nothing(built: tuple[Path, Path], home: Path, dbt: RunDbt) -> None:
    times = {model: ["fitted_at"] for model in ("int_track_scales", "int_track_centroids")}
    times |= {"int_tracks_standardised": ["changed_at", "fitted_at"]} | {model: ["changed_at"] for model in _SEARCHES}
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        for model, columns in times.items():
            later = ", ".join(f"{column} = {column} + 3600000" for column in columns)
            connection.execute(f"update intermediate.{model} set {later}")
    _give(home, built[0], "select * from tracks")
    dbt(home, "run", "--select", *_STEPS, *_SEARCHES)
    found = _found(home)
    dbt(home, "run", "--full-refresh", "--select", *_STEPS, *_SEARCHES)
    assert found == _found(home)
