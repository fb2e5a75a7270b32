"""The reading edge: marts of the warehouse as Arrow batches with declared columns, through DuckDB.

NUL characters, which Postgres cannot store, are removed on the way, and a log line says in how many rows.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publish.errors import WarehouseUnreadable

TABLES = (
    "dim_artists",
    "dim_tracks",
    "dim_genres",
    "artist_genres",
    "artist_tracks",
    "artist_aliases",
    "artist_similarity",
    "track_similarity",
)
"""The serving marts, in the order they are copied."""

BATCH_ROWS = 20_000

_TYPES = {"VARCHAR": "text", "BOOLEAN": "bool", "DATE": "date", "DOUBLE": "double", "FLOAT": "double"}
_TYPES |= dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "UINTEGER", "BIGINT"), "bigint")
_TYPES |= {"TIMESTAMP": "timestamp"}
_CASTS = {"text": "varchar", "bool": "boolean", "bigint": "bigint", "double": "double", "date": "date"}
_CASTS |= {"timestamp": "timestamp"}

logger = logging.getLogger(__name__)


class Warehouse:
    """One open warehouse; every read goes through here."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, place: Path | str, schema: str = "marts") -> None:
        self._connection, self._place, self._schema = connection, place, schema

    def columns(self, table: str) -> dict[str, str]:
        """Column names and dlt data types of one mart. Raises WarehouseUnreadable where there is none."""
        rows = self._rows(
            "select column_name, data_type from information_schema.columns "
            "where table_schema = ? and table_name = ? order by ordinal_position",
            [self._schema, table],
        )
        if not rows:
            raise WarehouseUnreadable(f"{self._place} has no table {self._schema}.{table}. Next: segue build")
        return {name: self._type(table, name, given) for name, given in rows}

    def count(self, table: str) -> int:
        """How many rows one mart has."""
        self.columns(table)
        return int(self._rows(f"select count(*) from marts.{table}")[0][0])

    def batches(self, table: str) -> Iterator[Any]:
        """Yield one mart as Arrow record batches of BATCH_ROWS rows; times are UTC without a zone."""
        columns = self.columns(table)
        texts = [f'contains("{name}", chr(0))' for name, kind in columns.items() if kind == "text"]
        if texts:
            dirty = self._rows(f"select count(*) from marts.{table} where {' or '.join(texts)}")[0][0]
            if dirty:
                logger.warning("publish: removed NUL characters from %d rows of %s", dirty, table)
        chosen = ", ".join(_expression(name, kind) for name, kind in columns.items())
        yield from self.query(f"select {chosen} from marts.{table}")

    def query(self, statement: str) -> Iterator[Any]:
        """Yield what any query answers as Arrow record batches."""
        # a cursor of its own: dlt reads several tables in turns
        with self._connection.cursor() as cursor:
            yield from cursor.sql(statement).to_arrow_reader(BATCH_ROWS)

    def export(self, table: str, columns: Sequence[str], file: Path) -> None:
        """Write columns of one table to a parquet file. Raises WarehouseUnreadable where there is no such table."""
        self.columns(table)
        place = str(file).replace("'", "''")
        self._connection.execute(
            f"copy (select {', '.join(columns)} from {self._schema}.{table}) to '{place}' (format parquet)"
        )

    def has(self, table: str) -> bool:
        """Tell whether there is such a mart."""
        return bool(
            self._rows(
                "select 1 from information_schema.tables where table_schema = 'marts' and table_name = ?", [table]
            )
        )

    def _rows(self, statement: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values or []).fetchall()

    def _type(self, table: str, column: str, given: str) -> str:
        kind = "double" if given.startswith("DECIMAL") else _TYPES.get(given)
        if kind is None:
            raise WarehouseUnreadable(
                f"marts.{table}.{column} is {given}; a published column is a scalar or JSON text. "
                "Next: cast it in the mart, then segue build"
            )
        return kind


@contextmanager
def open_warehouse(path: Path, schema: str = "marts") -> Iterator[Warehouse]:
    """Open a schema of the warehouse. Raises WarehouseUnreadable where it is missing, locked or no DuckDB file."""
    if not path.is_file():
        raise WarehouseUnreadable(f"Reading the marts: there is no warehouse at {path}. Next: segue build")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise WarehouseUnreadable(
            f"Reading the marts: {path} does not open ({error}). Next: wait until the build that writes it has ended, "
            "then do this again; or point SEGUE_WAREHOUSE to a DuckDB file."
        ) from error
    try:
        yield Warehouse(connection, path, schema)
    finally:
        connection.close()


def _expression(name: str, kind: str) -> str:
    if kind == "text":
        return f'replace("{name}", chr(0), \'\') as "{name}"'
    return f'cast("{name}" as {_CASTS[kind]}) as "{name}"'
