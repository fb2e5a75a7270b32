"""A real Postgres with a hand-written catalogue, and the bot's catalogue reading it."""

from collections.abc import Iterator

import psycopg
import pytest
from chalicelib.catalogue import Catalogue, single_connections

from orchestration.local.stack import lease
from tests.chalice_bot import rows

GENERATION = "g20261123t013000z_abc123"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Postgres of this test run with one generation published."""
    with lease(tmp_path_factory.mktemp("local"), ["postgres"], {}) as environment:
        url = environment["SEGUE_POSTGRES_URL"]
        with psycopg.connect(url) as connection:
            rows.install(connection)
            rows.publish(connection, GENERATION)
        yield url


@pytest.fixture
def catalogue(postgres_url: str) -> Catalogue:
    return Catalogue(single_connections(postgres_url))
