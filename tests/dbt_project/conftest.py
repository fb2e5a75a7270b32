"""dbt builds for tests: each in its own folder, so that several can run at once."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from . import build, catalog, lake


@pytest.fixture(scope="session")
def catalogue_warehouse(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the real catalogue, built once for all tests that read them."""
    home = tmp_path_factory.mktemp("catalogue")
    catalog.write_catalog(home / "lake", shared_data)
    build.run_dbt(home, "build", "--exclude", "test_type:data")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder with a declared, empty lake."""
    lake.declare(tmp_path / "lake")
    return tmp_path
