"""`python -m ingest catalogue_dump FOLDER`."""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from ingest import tables
from ingest.pipelines import Summary, load
from ingest.settings import Settings

HELP = "a folder of CSV, JSON lines or parquet files named artists, tracks, track_artists, audio_features, ..."
DATASET = "raw_catalogue_dump"
RENAMES = {"explicit": "is_explicit", "spotify_id": "artist_id", "ambiguous": "is_ambiguous"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this source."""
    parser.add_argument("folder", type=Path, help="the dump")
    parser.add_argument("--related", type=Path, metavar="FILE", help="a related-artists table beside the dump")


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Load the dump."""

    def resources() -> Iterator[DltResource]:
        files = {path.stem: path for path in sorted(arguments.folder.glob("*.csv"))}
        if arguments.related:
            files["related_artists"] = arguments.related
        for name in tables.tables(DATASET):
            if name in files:
                yield dlt.resource(_rows(files[name], name, settings), **tables.hints(DATASET, name))

    return load("catalogue_dump", dlt.source(resources, name="catalogue_dump", max_table_nesting=0)(), settings)


def _rows(path: Path, table: str, settings: Settings) -> Iterator[pa.Table]:
    columns = tables.columns(DATASET, table)
    types = {"text": pa.string(), "bigint": pa.int64(), "double": pa.float64(), "bool": pa.bool_()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        batch: list[dict[str, Any]] = []
        for row in csv.DictReader(file):
            batch.append({RENAMES.get(key, key): value or None for key, value in row.items()})
            if len(batch) == 5000:
                yield _table(batch, columns, types, settings)
                batch = []
        if batch:
            yield _table(batch, columns, types, settings)


def _table(batch: list[dict[str, Any]], columns: Any, types: Any, settings: Settings) -> pa.Table:
    arrays: dict[str, pa.Array] = {}
    for name, column in columns.items():
        if name == "provider":
            arrays[name] = pa.array([row.get(name) or "catalogue_dump" for row in batch])
        elif name == "retrieved_at":
            arrays[name] = pa.array([settings.started_at] * len(batch), pa.timestamp("us", "UTC"))
        else:
            arrays[name] = pa.array([row.get(name) for row in batch], pa.string()).cast(types[column["data_type"]])
    fields = [pa.field(name, array.type, columns[name]["nullable"]) for name, array in arrays.items()]
    return pa.table(list(arrays.values()), schema=pa.schema(fields))
