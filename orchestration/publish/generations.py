"""Generations in Postgres: list them, move the pointer, repoint views, drop what nobody needs.

Every statement that waits for a lock waits briefly and is tried again, so that no queue of readers forms behind it.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql

from orchestration.publish.database import Connection, connect, first_line
from orchestration.publish.errors import PostgresUnavailable, SwitchBlocked
from orchestration.publish.warehouse import TABLES

KEPT = 3
_ATTEMPTS = 30
_LOCK_MILLISECONDS = 50
_READER_SECONDS = 1.0
_VACUUM_YIELDS = 5000
"""Milliseconds: autovacuum on a table that nobody reads gives way after one second."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generation:
    """One published generation; `row_counts` is by table."""

    name: str
    run_id: str
    published_at: datetime
    row_counts: Mapping[str, int]
    is_current: bool


def published(connection: Connection) -> list[Generation]:
    """Return the generations one can switch to, newest first; none where nothing was ever published."""
    if connection.execute("select to_regclass('serving.generations') is null").fetchone() == (True,):
        return []
    rows = connection.execute(
        """
        select generation, run_id, published_at, row_counts, generation = (select generation from serving.current)
        from serving.generations as generations
        where exists (select 1 from pg_namespace where nspname = 'serving_' || generation)
        order by published_at desc, generation desc
        """
    ).fetchall()
    return [Generation(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def current(connection: Connection) -> str | None:
    """Return the generation readers see."""
    row = connection.execute("select generation from serving.current").fetchone()
    return str(row[0]) if row else None


def switch(connection: Connection, url: str, generation: str, run_id: str, row_counts: Mapping[str, int]) -> None:
    """Move the pointer in one short transaction. Raises SwitchBlocked, PostgresUnavailable.

    Where the answer to the commit is lost, a new connection tells whether it was applied.
    """
    for attempt in range(_ATTEMPTS):
        try:
            _switch_once(connection, generation, run_id, row_counts)
            return
        except psycopg.errors.LockNotAvailable:
            time.sleep(min(0.05 * 2**attempt, 1.0))
        except psycopg.OperationalError as error:
            with connect(url) as again:
                if current(again) == generation:
                    logger.warning("publish: the answer to the commit was lost, but %s is current", generation)
                    return
            raise PostgresUnavailable(
                f"Switching to {generation}: the connection broke ({first_line(error)}) and the pointer did not move. "
                "Next: publish again."
            ) from error
    raise SwitchBlocked(
        f"Switching to {generation}: somebody holds a lock on serving.current; gave up after {_ATTEMPTS} attempts. "
        "Readers keep what they had. Next: find the session in pg_locks, end it, and try again."
    )


def _switch_once(connection: Connection, generation: str, run_id: str, row_counts: Mapping[str, int]) -> None:
    with connection.transaction():
        _limit_waiting(connection)
        connection.execute(
            "update serving.generations set left_at = clock_timestamp() "
            "where generation in (select generation from serving.current) and generation <> %s",
            (generation,),
        )
        connection.execute(
            "insert into serving.generations (generation, run_id, row_counts) values (%s, %s, %s) "
            "on conflict (generation) do update set left_at = null",
            (generation, run_id, json.dumps(dict(row_counts))),
        )
        # the index expression of the one-row table: there is one pointer, and it is replaced in place
        connection.execute(
            "insert into serving.current (generation, run_id, published_at) values (%s, %s, clock_timestamp()) "
            "on conflict ((true)) do update set generation = excluded.generation, run_id = excluded.run_id, "
            "published_at = excluded.published_at",
            (generation, run_id),
        )


def is_written_back(connection: Connection, generation: str) -> bool:
    """Tell whether what was published has reached the lake."""
    row = connection.execute(
        "select written_back_at is not null from serving.generations where generation = %s", (generation,)
    ).fetchone()
    return bool(row and row[0])


def note_written_back(connection: Connection, generation: str) -> None:
    """Note that it has."""
    connection.execute(
        "update serving.generations set written_back_at = clock_timestamp() where generation = %s", (generation,)
    )


def repoint_views(connection: Connection, generation: str) -> bool:
    """Point the views `serving.<table>` to a generation, each in its own short transaction; False if one is locked."""
    moved = [_repoint(connection, generation, table) for table in TABLES]  # all are tried, whichever fails
    return all(moved)


def _repoint(connection: Connection, generation: str, table: str) -> bool:
    view = sql.Identifier("serving", table)
    source = sql.Identifier(f"serving_{generation}", table)
    replace = sql.SQL("create or replace view {} as select * from {}").format(view, source)
    for attempt in range(5):
        try:
            with connection.transaction():
                _limit_waiting(connection)
                try:
                    with connection.transaction():
                        connection.execute(replace)
                except psycopg.errors.InvalidTableDefinition:  # columns changed
                    connection.execute(sql.SQL("drop view {}").format(view))
                    connection.execute(replace)
            return True
        except psycopg.errors.LockNotAvailable:
            time.sleep(0.05 * 2**attempt)
        except psycopg.errors.DependentObjectsStillExist as error:
            logger.warning("publish: view serving.%s stays as it was: %s", table, first_line(error))
            return False
    logger.warning("publish: view serving.%s stays as it was: somebody holds a lock on it", table)
    return False


def drop_orphans(connection: Connection) -> list[str]:
    """Drop landing schemas and serving schemas that readers were never switched to; return their names."""
    rows = connection.execute(
        r"""
        select nspname from pg_namespace
        where nspname like 'landing\_g%'
            or (nspname like 'serving\_g%'
                and substr(nspname, 9) not in (select generation from serving.generations)
                and substr(nspname, 9) not in (select generation from serving.current))
        order by nspname
        """
    ).fetchall()
    return [name for (name,) in rows if _drop(connection, name, _VACUUM_YIELDS)]


def drop_old(connection: Connection) -> list[str]:
    """Drop generations older than the newest KEPT that nobody can be reading; return their names."""
    known = published(connection)
    dropped = []
    for old in known[KEPT:]:
        if old.is_current or _may_be_read(connection, old.name):
            continue
        if _drop(connection, f"serving_{old.name}", _LOCK_MILLISECONDS):
            dropped.append(old.name)
    connection.execute(
        "delete from serving.generations where generation <> all(%s)", ([one.name for one in published(connection)],)
    )
    return dropped


def _may_be_read(connection: Connection, generation: str) -> bool:
    """Tell whether a transaction is open that may have read the pointer while it named this generation.

    Transactions are known by the lock that each holds on its own number, which every role may see. One that began
    later than a minute after the switch is no matter; others are given a second to end.
    """
    deadline = time.monotonic() + _READER_SECONDS
    suspects = _open_transactions(connection, generation)
    while suspects and time.monotonic() < deadline:
        time.sleep(0.05)
        suspects &= _open_transactions(connection, generation)
    return bool(suspects)


def _open_transactions(connection: Connection, generation: str) -> set[str]:
    rows = connection.execute(
        """
        select locks.virtualtransaction
        from pg_locks as locks
        inner join pg_stat_activity as sessions on locks.pid = sessions.pid
        inner join serving.generations as generations on generations.generation = %s
        where locks.locktype = 'virtualxid' and sessions.datname = current_database()
            and sessions.pid <> pg_backend_pid()
            and coalesce(sessions.backend_type, 'client backend') = 'client backend'
            and (sessions.xact_start is null or generations.left_at is null
                or sessions.xact_start <= generations.left_at + interval '1 minute')
        """,
        (generation,),
    ).fetchall()
    return {number for (number,) in rows}


def _drop(connection: Connection, schema: str, patience: int) -> bool:
    """Drop one schema, waiting at most `patience` ms for a lock: who reads it keeps it until the next publish."""
    relations = connection.execute(
        "select relname, relkind from pg_class where relnamespace = to_regnamespace(%s) and relkind in ('r', 'v')",
        (f'"{schema}"',),
    ).fetchall()
    tables: Sequence[sql.Identifier] = [sql.Identifier(schema, name) for name, kind in relations if kind == "r"]
    try:
        with connection.transaction():
            _limit_waiting(connection, patience)
            if tables:
                connection.execute(sql.SQL("drop table {}").format(sql.SQL(", ").join(tables)))
            connection.execute(sql.SQL("drop schema {}").format(sql.Identifier(schema)))
        return True
    except (
        psycopg.errors.LockNotAvailable,
        psycopg.errors.DependentObjectsStillExist,
        psycopg.errors.UndefinedTable,
        psycopg.errors.InsufficientPrivilege,
    ) as error:
        logger.info("publish: %s stays until the next publish: %s", schema, first_line(error))
        return False


def _limit_waiting(connection: Connection, milliseconds: int = _LOCK_MILLISECONDS) -> None:
    connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(f"{milliseconds}ms")))
