"""The dlt source of one export of the bot's table: its items by kind, quarantine, and the export itself as a row.

That row is the ledger: it comes with the same load as the items, so an export is loaded whole, and once.
"""

from collections.abc import Iterator
from typing import Any

import dlt
from dlt.extract import DltResource

from ingest.dynamodb.data_files import lines
from ingest.dynamodb.forgotten import Forgotten
from ingest.dynamodb.items import DATASET, PROVIDER, rows_of
from ingest.dynamodb.manifest import Export
from ingest.loaded import CHUNK_ROWS, into

CHUNK_CHARACTERS = 32 << 20
"""Items may have 400 KB each: a chunk is full when its lines are as long as this, too."""


@dlt.source(name="dynamodb", max_table_nesting=0)
def dynamodb(export: Export, forgotten: Forgotten) -> Iterator[DltResource]:
    """One resource; raises ExportDamaged behind the last line of a file that is not what the manifest says."""

    def chunks() -> Iterator[Any]:
        yield from _chunks(export, forgotten)

    yield dlt.resource(chunks, name="dynamodb_export")


def _chunks(export: Export, forgotten: Forgotten) -> Iterator[Any]:
    buffers: dict[str, list[dict[str, Any]]] = {}
    held = 0
    for line in lines(export):
        row = forgotten.without(rows_of(line, export))
        if row is None:
            continue
        buffer = buffers.setdefault(row.table, [])
        buffer.append(row.values)
        held += len(line.text)
        if len(buffer) >= CHUNK_ROWS or held >= CHUNK_CHARACTERS:
            yield from _emptied(buffers)
            held = 0
    yield from _emptied(buffers)
    yield into(DATASET, "exports", [_ledger_row(export)])


def _emptied(buffers: dict[str, list[dict[str, Any]]]) -> Iterator[Any]:
    for table in list(buffers):
        yield into(DATASET, table, buffers.pop(table))


def _ledger_row(export: Export) -> dict[str, Any]:
    return {
        "provider": PROVIDER,
        "retrieved_at": export.to_time,
        "export_arn": export.arn,
        "kind": export.kind,
        "table_name": export.table,
        "from_time": export.from_time,
        "to_time": export.to_time,
        "to_micros": export.to_micros,
        "item_count": export.items,
        "files": len(export.files),
    }
