"""Small marts whose every row says which generation it belongs to, and a build that spares dbt's seconds."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg

from orchestration.publish.settings import Settings, read_settings
from orchestration.publish.warehouse import TABLES

ARTISTS = 40
SEED_COLUMNS = """
create schema marts;
create table marts.dim_artists as
    select 'a' || i as artist_id, {mark} || i as name, cast(null as varchar) as image_url,
        'https://x/' || i as spotify_url,
        '["pop"]' as genres, cast(i as bigint) as popularity, cast(null as bigint) as followers, {mark} as provider,
        'x' as features_provider, timestamp '2026-11-23 01:02:03.000004' as retrieved_at
    from range({n}) as r(i);
create table marts.dim_tracks as
    select 't' || i as track_id, 'Song ' || i as name, 'a' || i as artist_id, 'b' || i as album_id,
        't' || i as recording_key, false as is_explicit, cast(i as bigint) as popularity, 2020::bigint as release_year,
        0.5::double as danceability, 0.25::double as energy, -7.0::double as loudness, 0.1::double as speechiness,
        0.2::double as acousticness, 0.0::double as instrumentalness, 0.1::double as liveness, 0.6::double as valence,
        120.0::double as tempo, 'x' as features_provider, {mark} as provider from range({n}) as r(i);
create table marts.dim_genres as select 'pop' as genre, {n}::bigint as artist_count, 1.0::double as weight;
create table marts.artist_genres as select artist_id, 'pop' as genre, 1.0::double as weight from marts.dim_artists;
create table marts.artist_tracks as
    select 'a' || i as artist_id, 't' || i as track_id, 1::bigint as position,
        1::bigint as rank from range({n}) as r(i);
create table marts.artist_aliases as
    select artist_id, name as alias, 'Latin' as script, 'name' as source,
        1.0::double as confidence from marts.dim_artists;
create table marts.artist_similarity as
    select 'a' || i as artist_id, 'a' || ((i + 1) % {n}) as neighbour_artist_id, 'blend' as method, 1::bigint as rank,
        0.5::double as score, {mark} as reasons from range({n}) as r(i);
create table marts.track_similarity as
    select 't' || i as track_id, 't' || ((i + 1) % {n}) as neighbour_track_id, 'any_artist' as variant,
        1::bigint as rank,
        0.5::double as distance, {mark} as reasons from range({n}) as r(i);
create table marts.recommendation_quality as
    select 'run' as run_id, 'blend' as method, 'all' as seed_group, 'recall@20' as metric, 0.4::double as value,
        {n}::bigint as seed_count, timestamp '2026-11-23' as measured_at;
"""


def write_marts(folder: Path, url: str, run_id: str, artists: int = ARTISTS, extra: str = "") -> Settings:
    """Write marts marked with a run id, and give the settings that publish them; `extra` is SQL run on them."""
    file = folder / f"{run_id}.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in SEED_COLUMNS.format(mark=f"'g{run_id}'", n=artists).split(";"):
            if statement.strip():
                connection.execute(statement)
        for statement in filter(str.strip, extra.split(";")):
            connection.execute(statement)
    return read_settings(
        {
            **os.environ,
            "SEGUE_HOME": str(folder),
            "SEGUE_WAREHOUSE": str(file),
            "SEGUE_LAKE_URL": str(folder / "lake"),
            "SEGUE_POSTGRES_URL": url,
            "SEGUE_RUN_ID": run_id,
        }
    )


def unlike_the_marts(settings: Settings, url: str) -> list[str]:
    """The tables whose rows, as readers see them, are not exactly those of the marts."""
    unlike = []
    with duckdb.connect(str(settings.warehouse), read_only=True) as marts, psycopg.connect(url) as connection:
        (generation,) = connection.execute("select generation from serving.current").fetchone() or ("",)
        for table in TABLES:
            columns = ", ".join(f'"{row[0]}"' for row in marts.execute(f"describe marts.{table}").fetchall())
            expected = marts.execute(f"select {columns} from marts.{table}").fetchall()
            query = f"select {columns} from serving_{generation}.{table}"
            if sorted(map(repr, connection.execute(query.encode()).fetchall())) != sorted(map(repr, expected)):
                unlike.append(table)
    return unlike


class BuildBySql:
    """Stands in for building.Build where a test is not about dbt: the tables as they landed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self) -> None:
        name = self._settings.generation
        with psycopg.connect(self._settings.postgres_url) as connection:
            connection.execute(f"create schema serving_{name}".encode())
            for table in TABLES:
                connection.execute(f"create table serving_{name}.{table} as table landing_{name}.{table}".encode())


@contextmanager
def started_by_sql(settings: Settings) -> Iterator[BuildBySql]:
    yield BuildBySql(settings)
