"""The demo catalogue as rows and as a folder, made once."""

from pathlib import Path

import pytest

from orchestration.local.demo import DemoCatalogue, export, load


@pytest.fixture(scope="session")
def demo() -> DemoCatalogue:
    return load()


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "made" / "if missing"
    export(folder)
    return folder
