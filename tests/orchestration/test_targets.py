"""What a target means for the variables of children: none for DuckDB, places in S3 for Athena."""

from pathlib import Path

import pytest

from orchestration.errors import CalledWrongly
from orchestration.settings import Settings
from orchestration.targets import with_target

PRODUCTION = {
    "SEGUE_STACK": "production",
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "SEGUE_LAKE_URL": "s3://mine/lake",
    "SEGUE_ATHENA_DATA_DIR": "s3://mine/tables",
    "SEGUE_ATHENA_STAGING_DIR": "s3://mine/results/",
}


def variables(tmp_path: Path, target: str | None, **given: str) -> dict[str, str]:
    return dict(with_target(Settings(tmp_path, given), target).variables)


def test_duckdb_is_the_target_unless_something_says_otherwise(tmp_path: Path) -> None:
    duckdb = {"SEGUE_TARGET": "duckdb", "DBT_TARGET_PATH": str(tmp_path / "dbt" / "duckdb")}
    assert variables(tmp_path, None) == duckdb
    assert variables(tmp_path, None, SEGUE_TARGET="athena")["SEGUE_TARGET"] == "athena"
    assert variables(tmp_path, "duckdb", SEGUE_TARGET="athena") == duckdb


def test_a_local_athena_has_its_places_and_keeps_those_given(tmp_path: Path) -> None:
    found = variables(tmp_path, "athena", SEGUE_ATHENA_DATA_DIR="s3://segue-athena/mine", SEGUE_LAKE_URL="")
    assert found["SEGUE_LAKE_URL"] == "s3://segue-athena/lake"
    assert found["SEGUE_ATHENA_DATA_DIR"] == "s3://segue-athena/mine"
    assert float(found["SEGUE_ATHENA_POLL_SECONDS"]) < 1


def test_an_athena_of_ones_own_is_left_as_it_is_configured(tmp_path: Path) -> None:
    found = variables(tmp_path, "athena", **PRODUCTION)
    assert PRODUCTION.items() <= found.items()
    assert "SEGUE_ATHENA_POLL_SECONDS" not in found


def test_results_go_where_pyathena_puts_them(tmp_path: Path) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != "SEGUE_ATHENA_STAGING_DIR"}
    found = variables(tmp_path, "athena", **given, AWS_ATHENA_S3_STAGING_DIR="s3://theirs/")
    assert found["SEGUE_ATHENA_STAGING_DIR"] == "s3://theirs/"


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"SEGUE_STACK"}))
def test_an_athena_without_one_of_its_places_is_refused_by_name(tmp_path: Path, name: str) -> None:
    given = {other: value for other, value in PRODUCTION.items() if other != name}
    with pytest.raises(CalledWrongly, match=name):
        variables(tmp_path, "athena", **given)


def test_a_lake_that_athena_cannot_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalledWrongly, match="SEGUE_LAKE_URL is '/lake'"):
        variables(tmp_path, "athena", SEGUE_LAKE_URL="/lake")


def test_an_unknown_target_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalledWrongly, match=r"'presto'.*duckdb, athena"):
        variables(tmp_path, "presto")
