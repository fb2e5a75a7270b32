"""A parquet file -> chunks; `line` is the row's number from 1."""

from collections.abc import Iterator

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ingest import tables
from ingest.catalogue_dump.chunks import CHUNK_ROWS, DATASET, Chunk, DumpFile, declared_name
from ingest.catalogue_dump.errors import WrongFile, expected


def check_parquet(file: DumpFile) -> None:
    """Raises WrongFile for what is not parquet or lacks the key columns."""
    try:
        names = pq.read_schema(file.path).names
    except (pa.ArrowException, OSError) as broken:
        raise WrongFile(file.path, f"it is not a parquet file ({broken})", expected(file.table)) from broken
    declared = [declared_name(name) for name in names]
    missing = [key for key in tables.key_columns(DATASET, file.table) if key not in declared]
    if missing:
        raise WrongFile(file.path, f"no column {', '.join(missing)} among {', '.join(names)}", expected(file.table))


def read_parquet(file: DumpFile) -> Iterator[Chunk]:
    """Yield chunks of at most CHUNK_ROWS rows. Raises WrongFile where the file is damaged."""
    done = 0
    known = tables.columns(DATASET, file.table)
    try:
        with pq.ParquetFile(file.path) as parquet:
            names = [name for name in parquet.schema_arrow.names if declared_name(name) in known]
            for batch in parquet.iter_batches(batch_size=CHUNK_ROWS, columns=names):
                yield _chunk(batch, done)
                done += batch.num_rows
    except (pa.ArrowException, OSError) as broken:
        raise WrongFile(file.path, f"damaged after row {done} ({broken})", expected(file.table)) from broken


def _chunk(batch: pa.RecordBatch, done: int) -> Chunk:
    names = batch.schema.names
    values = [column.to_pylist() for column in batch.columns]
    columns = {declared_name(name): column for name, column in zip(names, values, strict=True)}
    textual = frozenset(declared_name(field.name) for field in batch.schema if _is_text(field.type))
    lines = list(range(done + 1, done + 1 + batch.num_rows))
    return Chunk(columns, textual, lines, list(zip(*values, strict=True)), names, [])


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind))
