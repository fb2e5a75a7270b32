"""dbt's own test suites, run on the unmodified dbt-athena against the local Athena."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# As a plugin, they would be offered to all tests of the repository, with names like `models`.
from dbt.tests.fixtures.project import (  # noqa: F401
    adapter,
    analyses,
    clean_up_logging,
    dbt_profile_data,
    dbt_project_yml,
    dependencies,
    dependencies_yml,
    functions,
    initialization,
    macros,
    models,
    packages,
    packages_yml,
    prefix,
    profile_user,
    profiles_config_update,
    profiles_root,
    profiles_yml,
    project,
    project_config_update,
    project_files,
    project_root,
    project_setup,
    properties,
    seeds,
    selectors,
    selectors_yml,
    shared_data_dir,
    snapshots,
    test_config,
    test_data_dir,
    tests,
    unique_schema,
)

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs servers, and dbt warns of its own code."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture(scope="class")
def environment(athena: dict[str, str]) -> Iterator[dict[str, str]]:
    """The variables in the environment of this process, where dbt and boto3 look for them."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in athena.items():
            patch.setenv(name, value)
        yield athena


@pytest.fixture(scope="class")
def logs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A temporary folder, not one in the repository."""
    with pytest.MonkeyPatch.context() as patch:
        folder = str(tmp_path_factory.mktemp("dbt_logs"))
        patch.setenv("DBT_LOG_PATH", folder)
        yield folder


@pytest.fixture(scope="class")
def dbt_profile_target(environment: dict[str, str]) -> dict[str, Any]:
    """What a user of dbt-athena writes into profiles.yml; the polling of once a second would be most of the time."""
    return {
        "type": "athena",
        "database": "awsdatacatalog",
        "region_name": environment["AWS_REGION"],
        "s3_staging_dir": environment["AWS_ATHENA_S3_STAGING_DIR"],
        "poll_interval": 0.1,
        "num_retries": 1,
        "threads": 4,
    }
