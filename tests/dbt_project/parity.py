"""Compare the marts of two warehouses row by row, and name the first difference."""

from pathlib import Path
from typing import Any

import boto3
import duckdb

KEYS = {
    "dim_artists": ("artist_id",),
    "dim_tracks": ("track_id",),
    "dim_genres": ("genre",),
    "artist_genres": ("artist_id", "genre"),
    "artist_tracks": ("artist_id", "track_id"),
    "artist_aliases": ("artist_id", "alias"),
    "artist_similarity": ("artist_id", "method", "neighbour_artist_id"),
    "track_similarity": ("track_id", "variant", "neighbour_track_id"),
    "fct_artist_popularity_daily": ("artist_id", "day"),
    "fct_track_popularity_daily": ("track_id", "day"),
    "recommendation_quality": ("method", "seed_group", "metric"),
    "bot_demand": ("day", "search_key", "subject", "outcome"),
    "bot_engagement": ("day", "subject", "neighbour"),
}
"""Every mart, with what tells its rows apart."""

OF_THE_BUILD = ("run_id", "measured_at")
"""Columns that say which build it was, and differ between two builds of the same rows."""

TOLERANCE = 1e-9
_FLOATING = ("DOUBLE", "FLOAT")
_GLUE = {"string": "varchar", "int": "integer", "float": "real"}


def attach_athena(connection: duckdb.DuckDBPyConnection, folder: Path, database: str = "segue_marts") -> None:
    """Make the marts of Athena views in schema `athena`, over copies of the files that Glue says they consist of."""
    glue, s3 = boto3.client("glue"), boto3.client("s3")
    connection.execute("create schema athena")
    for mart in KEYS:
        storage = glue.get_table(DatabaseName=database, Name=mart)["Table"]["StorageDescriptor"]
        bucket, _, prefix = storage["Location"].removeprefix("s3://").rstrip("/").partition("/")
        files = []
        for number, found in enumerate(s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/").get("Contents", [])):
            files.append(str(folder / f"{mart}-{number}.parquet"))
            s3.download_file(bucket, found["Key"], files[-1])
        columns = ", ".join(
            f"cast({column['Name'] if files else 'null'} as {_duckdb_type(column['Type'])}) as {column['Name']}"
            for column in storage["Columns"]
        )
        source = f"from read_parquet({files})" if files else "where false"
        connection.execute(f"create view athena.{mart} as select {columns} {source}")


def _duckdb_type(glue_type: str) -> str:
    return _GLUE.get(glue_type, glue_type)


def first_difference(connection: duckdb.DuckDBPyConnection, mart: str, left: str, right: str) -> str | None:
    """Say where one mart first differs between two schemas; None where columns and rows are the same.

    Numbers with a fraction may differ by TOLERANCE, anything else by nothing. Columns OF_THE_BUILD do not count.
    """
    columns = _columns(connection, left, mart)
    if (others := _columns(connection, right, mart)) != columns:
        return f"{mart}: {left} has the columns {columns}, {right} has {others}"
    keys = KEYS[mart]
    compared = [name for name in columns if name not in (*keys, *OF_THE_BUILD)]
    differs = " or ".join(_differs(name, columns[name]) for name in compared) or "false"
    chosen = [f"coalesce(l.{key}, r.{key})" for key in keys] + [f"l.{keys[0]} is null", f"r.{keys[0]} is null"]
    chosen += [f"{side}.{name}" for name in compared for side in "lr"]
    row = connection.execute(
        f"select {', '.join(chosen)} from {left}.{mart} as l full join {right}.{mart} as r using ({', '.join(keys)}) "
        f"where l.{keys[0]} is null or r.{keys[0]} is null or {differs} "
        f"order by {', '.join(str(place + 1) for place in range(len(keys)))} limit 1"
    ).fetchone()
    if row is not None:
        return f"{mart}: {_told(row, keys, compared, left, right)}"
    counts = [connection.execute(f"select count(*) from {schema}.{mart}").fetchall()[0][0] for schema in (left, right)]
    return None if counts[0] == counts[1] else f"{mart}: a row is doubled: {left} has {counts[0]}, {right} {counts[1]}"


def _differs(name: str, kind: str) -> str:
    if kind in _FLOATING:
        return f"((l.{name} is null) <> (r.{name} is null) or abs(l.{name} - r.{name}) > {TOLERANCE})"
    return f"l.{name} is distinct from r.{name}"


def _told(row: tuple[Any, ...], keys: tuple[str, ...], compared: list[str], left: str, right: str) -> str:
    place = ", ".join(f"{key} {value}" for key, value in zip(keys, row, strict=False))
    left_lacks, right_lacks, *values = row[len(keys) :]
    if left_lacks or right_lacks:
        return f"{place} is only in {right if left_lacks else left}"
    pairs = zip(compared, values[::2], values[1::2], strict=True)
    told = [f"{name} is {mine!r} in {left}, {theirs!r} in {right}" for name, mine, theirs in pairs if mine != theirs]
    return f"{place}: {'; '.join(told)}"


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, mart: str) -> dict[str, str]:
    rows = connection.execute(f"describe {schema}.{mart}").fetchall()
    return {name: kind for name, kind, *_ in rows}
