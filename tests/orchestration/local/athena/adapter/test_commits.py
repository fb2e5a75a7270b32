"""Commits to one Iceberg table at the same time: dbt-athena tries again what another has overtaken."""

from typing import Any

import pytest
from dbt.tests.util import run_dbt

COUNTER = """
{{ config(materialized="table", table_type="iceberg") }}
select 0 as n
"""
COUNTING = """
{{ config(materialized="view", pre_hook="update {{ target.schema }}.counter set n = n + 1") }}
select n from {{ ref("counter") }}
"""
WRITERS = 4


class TestCommits:
    @pytest.fixture(scope="class")
    def dbt_profile_target(self, dbt_profile_target: dict[str, Any]) -> dict[str, Any]:
        return {**dbt_profile_target, "threads": WRITERS, "num_iceberg_retries": 10 * WRITERS}

    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"counter.sql": COUNTER, **{f"counting_{number}.sql": COUNTING for number in range(WRITERS)}}

    def test_every_update_counts(self, project: Any) -> None:
        results = run_dbt(["run"])
        assert [str(one.status) for one in results] == ["success"] * (1 + WRITERS)
        assert project.run_sql("select n from {schema}.counter", fetch="one") == (WRITERS,)
