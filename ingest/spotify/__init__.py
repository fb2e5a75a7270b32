"""The dlt source of Spotify: rows as the collector yields them, each into its own table."""

from collections.abc import Callable, Iterator
from typing import Any

import dlt
from dlt.extract import DltResource

from ingest.loaded import Row, new_rows
from ingest.spotify.shapes import DATASET


@dlt.source(name="spotify", max_table_nesting=0)
def spotify(rows: Callable[[], Iterator[Row]], cache_id: str, lake_url: str) -> Iterator[DltResource]:
    """One resource that feeds all tables; rows a completed load holds are left out."""

    def resource() -> Iterator[Any]:
        yield from new_rows(DATASET, rows(), cache_id, lake_url)

    yield dlt.resource(resource, name="spotify_answers")
