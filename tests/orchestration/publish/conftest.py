"""A Postgres of this test run, and small marts whose every row says which generation it belongs to."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from orchestration.local.stack import lease
from orchestration.publish import building
from orchestration.publish.settings import Settings
from tests.orchestration.publish.small_marts import started_by_sql, write_marts

Publication = Callable[..., Settings]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with lease(tmp_path_factory.mktemp("local"), ["postgres"], {}) as environment:
        yield environment["SEGUE_POSTGRES_URL"]


@pytest.fixture
def database(server: str) -> str:
    """The same server without anything published."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(server, autocommit=True) as connection:
        found = connection.execute("select nspname from pg_namespace where nspname ~ '^(serving|landing)'").fetchall()
        for (name,) in found:
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(name)))
    return server


@pytest.fixture
def marts(database: str, tmp_path: Path) -> Publication:
    """Write marts marked with a run id, and give the settings that publish them; `extra` is SQL run on them."""
    return partial(write_marts, tmp_path, database)


@pytest.fixture
def without_dbt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without waiting for dbt."""
    monkeypatch.setattr(building, "started", started_by_sql)
