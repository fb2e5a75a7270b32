"""dbt builds for tests: each in its own folder, so that several can run at once."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from . import build, catalog, lake
from .build import UNTESTED, RunDbt


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunDbt]:
    """Run dbt on a state folder, without waiting each time until it has started and read the project."""
    with build.warm_dbt(tmp_path_factory.mktemp("dbt")) as run:
        yield run


@pytest.fixture(scope="session")
def catalogue_warehouse(
    tmp_path_factory: pytest.TempPathFactory, shared_data: Path, dbt: RunDbt
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The marts of the real catalogue, built once for all tests that read them."""
    home = tmp_path_factory.mktemp("catalogue")
    catalog.write_catalog(home / "lake", shared_data)
    dbt(home, "build", *UNTESTED)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder with a declared, empty lake."""
    lake.declare(tmp_path / "lake")
    return tmp_path
