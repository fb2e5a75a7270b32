"""The published generation: pointer and tables in one repeatable-read, read-only transaction.

A snapshot is bound to one generation: a publish or a rollback in the middle of an answer never shows in it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from chalicelib.errors import CatalogueUnavailable, NothingPublished
from chalicelib.snapshot import Connection, Snapshot

_CONNECT_SECONDS = 5
_OPTIONS = "-c statement_timeout=8000 -c idle_in_transaction_session_timeout=15000"


class Catalogue:
    """Opens snapshots. `connections` gives a connection for one transaction: a pool's, or a fresh one."""

    def __init__(self, connections: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._connections = connections

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read the pointer and hold its generation until the block ends; raises what errors.py says."""
        try:
            with self._connections() as connection:
                _make_read_only(connection)
                yield Snapshot(connection, _current_generation(connection))
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise CatalogueUnavailable(
                f"Reading the catalogue: Postgres does not answer ({_first_line(error)}). "
                "Next: see that SEGUE_POSTGRES_URL points to a running server, or start one: segue up"
            ) from None
        except psycopg.Error as error:  # by its name only: the message could repeat what somebody typed
            raise CatalogueUnavailable(
                f"Reading the catalogue: Postgres refused a query ({type(error).__name__}, SQLSTATE {error.sqlstate}). "
                "Next: publish again with this version of segue: segue publish"
            ) from None


def single_connections(url: str) -> Callable[[], AbstractContextManager[Connection]]:
    """A fresh connection for each snapshot: for a command that asks once, and fails at once."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        with psycopg.connect(
            url, connect_timeout=_CONNECT_SECONDS, options=_OPTIONS, row_factory=dict_row
        ) as connection:
            yield connection

    return connect


def open_pool(url: str, size: int = 4) -> ConnectionPool[Connection]:
    """A small pool whose connections are tested before use, as a frozen Lambda leaves dead ones behind."""
    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[DictRow],
        kwargs={"connect_timeout": _CONNECT_SECONDS, "options": _OPTIONS, "row_factory": dict_row},
        min_size=0,
        max_size=size,
        timeout=_CONNECT_SECONDS,
        check=ConnectionPool.check_connection,
        open=True,
    )


def _make_read_only(connection: Connection) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _current_generation(connection: Connection) -> str:
    next_step = "Next: segue run, or segue publish"
    try:
        row = connection.execute("select generation from serving.current").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise NothingPublished(
            f"This Postgres has no table serving.current: nothing was ever published. {next_step}"
        ) from None
    if row is None:
        raise NothingPublished(f"serving.current is empty: nothing is published. {next_step}")
    return str(row["generation"])


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
