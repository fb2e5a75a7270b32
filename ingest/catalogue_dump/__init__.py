"""The dlt source of a catalogue dump: a folder of CSV, JSON lines or parquet files that a user owns.

One resource per file; a bad row goes to table `quarantine` from whichever file it is in.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import dlt
from dlt.extract import DltResource

from ingest import tables
from ingest.catalogue_dump.chunks import DATASET, DumpFile
from ingest.catalogue_dump.convert import convert, quarantine_table, track_artists_of
from ingest.catalogue_dump.files import read


@dlt.source(name="catalogue_dump", max_table_nesting=0)
def catalogue_dump(files: list[DumpFile], retrieved_at: datetime) -> Iterator[DltResource]:
    """Resources of the dump. Where it has no track_artists, they are derived from `tracks.artist_ids`."""
    derives = "track_artists" not in {file.table for file in files}
    for file in files:
        rows = _rows(file, retrieved_at, derives and file.table == "tracks")
        yield dlt.resource(rows, **tables.hints(DATASET, file.table))


def _rows(file: DumpFile, retrieved_at: datetime, derives: bool) -> Iterator[Any]:
    for chunk in read(file):
        good, bad = convert(file.table, chunk, retrieved_at)
        if good.num_rows:
            yield good
        if derives:
            yield _into("track_artists", track_artists_of(good))
        if bad:
            yield _into("quarantine", quarantine_table(file.path.name, bad, retrieved_at))


def _into(table: str, rows: Any) -> Any:
    """Send rows to another table than the resource's own."""
    hints = tables.hints(DATASET, table)
    marked = dlt.mark.make_hints(
        table_name=hints["name"],
        columns=hints["columns"],
        write_disposition=hints["write_disposition"],
        schema_contract=hints["schema_contract"],
    )
    return dlt.mark.with_hints(rows, marked, create_table_variant=True)
