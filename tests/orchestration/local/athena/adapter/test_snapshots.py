"""Snapshots of a source that changes, grows a column and loses a row: the history they leave."""

from typing import Any

import boto3
import pytest
from dbt.tests.util import run_dbt

PEOPLE = """
{{ config(materialized="view") }}
select id, name, cast(changed_at as timestamp(PRECISION)) as changed_at
{% if var("step") == 2 %}, 'KR' as country{% endif %}
from (values
{% if var("step") == 0 %}
    (1, 'Ann', timestamp '2026-01-01 00:00:00'), (2, 'Bob', timestamp '2026-01-01 00:00:00')
{% elif var("step") == 1 %}
    (1, 'Anna', timestamp '2026-01-02 00:00:00'), (2, 'Bob', timestamp '2026-01-02 00:00:00')
{% else %}
    (1, 'Anna', timestamp '2026-01-02 00:00:00'), (3, 'Cho', timestamp '2026-01-03 00:00:00')
{% endif %}
) as people (id, name, changed_at)
"""
SNAPSHOT = """
{{% snapshot {name} %}}
{{{{ config(
    target_schema=schema, unique_key="id", hard_deletes="invalidate", table_type="{table_type}", {strategy}
) }}}}
select * from {{{{ ref("{table_type}_people") }}}}
{{% endsnapshot %}}
"""
STRATEGIES = {
    "by_check": 'strategy="check", check_cols=["name"]',
    "by_time": 'strategy="timestamp", updated_at="changed_at"',
}
HISTORY = {
    "by_check": [
        (1, "Ann", False, None),
        (1, "Anna", True, None),
        (2, "Bob", False, None),
        (3, "Cho", True, "KR"),
    ],
    "by_time": [
        (1, "Ann", False, None),
        (1, "Anna", True, None),
        (2, "Bob", False, None),
        (2, "Bob", False, None),
        (3, "Cho", True, "KR"),
    ],
}
"""Id, name, whether the row is still valid, and the column that came later. Bob's second row differs by its time."""
TABLE_TYPES = {"hive": "3", "iceberg": "6"}
"""The precision of their timestamps."""


class TestSnapshots:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {f"{kind}_people.sql": PEOPLE.replace("PRECISION", digits) for kind, digits in TABLE_TYPES.items()}

    @pytest.fixture(scope="class")
    def snapshots(self) -> dict[str, str]:
        return {
            f"{table_type}_{name}.sql": SNAPSHOT.format(
                name=f"{table_type}_{name}", table_type=table_type, strategy=strategy
            )
            for name, strategy in STRATEGIES.items()
            for table_type in TABLE_TYPES
        }

    @pytest.fixture(scope="class", autouse=True)
    def three_builds(self, project: Any) -> None:
        for step in range(3):
            run_dbt(["build", "--vars", f"step: {step}"])

    @pytest.mark.parametrize("table_type", TABLE_TYPES)
    @pytest.mark.parametrize("name", STRATEGIES)
    def test_history(self, project: Any, table_type: str, name: str) -> None:
        rows = project.run_sql(
            f"select id, name, dbt_valid_to is null, country from {{schema}}.{table_type}_{name} "
            "order by id, dbt_valid_from",
            fetch="all",
        )
        assert rows == HISTORY[name]

    @pytest.mark.parametrize("table_type", TABLE_TYPES)
    def test_a_row_is_valid_until_the_next(self, project: Any, table_type: str) -> None:
        row = project.run_sql(
            "select count(*), count(distinct dbt_scd_id), max(cast(dbt_valid_to as varchar)) "
            f"from {{schema}}.{table_type}_by_time where id = 1",
            fetch="one",
        )
        assert row == (2, 2, f"2026-01-02 00:00:00.{int(TABLE_TYPES[table_type]) * '0'}")

    def test_tables_are_of_the_type_asked_and_nothing_else_is_left(self, project: Any) -> None:
        tables = boto3.client("glue").get_tables(DatabaseName=project.test_schema)["TableList"]
        found = {one["Name"]: one["Parameters"].get("table_type") for one in tables if "ViewOriginalText" not in one}
        assert found == {
            f"{table_type}_{name}": "ICEBERG" if table_type == "iceberg" else None
            for table_type in TABLE_TYPES
            for name in STRATEGIES
        }
