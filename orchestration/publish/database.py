"""Connections to Postgres: rights checked first, one publisher at a time, schema `serving` laid out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from orchestration.publish.errors import AlreadyPublishing, NoRights, PostgresUnavailable

Connection = psycopg.Connection[tuple[Any, ...]]

_LOCK = 0x5E69E  # the advisory lock of publishing; any constant that nobody else uses
_LAYOUT = Path(__file__).with_name("schema.sql")


def connect(url: str) -> Connection:
    """Open an autocommit connection. Raises PostgresUnavailable."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10, application_name="segue publish")
    except psycopg.OperationalError as error:
        raise PostgresUnavailable(
            f"Connecting to Postgres (SEGUE_POSTGRES_URL): {first_line(error)}. Readers keep what they had. "
            "Next: see that it runs and that address, user and password are right; `segue status` shows the local one."
        ) from None


@contextmanager
def publisher(url: str) -> Iterator[Connection]:
    """Yield a connection that is the only publisher; schema `serving` is there, and the role may do the work."""
    with connect(url) as connection:
        try:
            taken = connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
            if not taken or not taken[0]:
                raise AlreadyPublishing(
                    "Another publish or rollback is at work on this database. Next: wait for it, then try again."
                )
            _check_rights(connection)
            _lay_out(connection)
            yield connection
        except psycopg.OperationalError as error:
            if isinstance(error, psycopg.errors.LockNotAvailable):
                raise
            raise PostgresUnavailable(
                f"Postgres was lost while publishing: {first_line(error)}. Readers see one whole generation. "
                "Next: `segue publish` again; it cleans up what is left over."
            ) from error


def first_line(error: Exception) -> str:
    """Return the first line of what Postgres said."""
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _check_rights(connection: Connection) -> None:
    row = connection.execute(
        """
        select
            current_user,
            current_database(),
            has_database_privilege(current_database(), 'create'),
            coalesce((
                select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'serving'
            ), true),
            exists (select 1 from pg_extension where extname = 'pg_trgm')
                or coalesce((
                    select bool_or(not superuser or trusted or current_setting('is_superuser') = 'on')
                    from pg_available_extension_versions where name = 'pg_trgm'
                ), false),
            pg_is_in_recovery(),
            getdatabaseencoding() = 'UTF8' and current_setting('server_version_num')::int >= 170000
        """
    ).fetchone()
    assert row is not None
    role, database, may_create, owns, has_trigrams, is_replica, is_fit = row
    grant = f"grant create on database {database} to {role}"
    faults = [
        (not may_create, f"role {role} may not create schemas in database {database} ({grant})"),
        (not owns, f"schema serving belongs to another role (alter schema serving owner to {role})"),
        (
            not has_trigrams,
            "the extension pg_trgm is neither there nor may this role make it (create extension pg_trgm)",
        ),
        (is_replica, "this server is a read-only replica (use the primary)"),
        (not is_fit, "it needs Postgres 17 or newer and a database in UTF8"),
    ]
    if found := [fault for is_so, fault in faults if is_so]:
        raise NoRights(f"Publishing cannot start, nothing was written: {'; '.join(found)}.")


def _lay_out(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("set local lock_timeout = '2s'")
        connection.execute("set local client_min_messages = 'warning'")
        connection.execute(_LAYOUT.read_bytes())
