"""Incremental models by each of dbt-athena's strategies: what is in the table after a second run."""

import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

APPENDED = """
{{ config(materialized="incremental", incremental_strategy="append", table_type="hive") }}
select 1 as id, {% if is_incremental() %} 2 {% else %} 1 {% endif %} as run
"""
OVERWRITTEN = """
{{ config(materialized="incremental", incremental_strategy="insert_overwrite", partitioned_by=["day", "place", "n"]) }}
select run, cast(day as date) as day, place, n from (values
{% if is_incremental() %}
    (2, '2026-01-02', 'Jeju', 1), (2, '2026-01-03', 'Seoul', 2)
{% else %}
    (1, '2026-01-01', 'Seoul', 1), (1, '2026-01-02', 'Jeju', 1), (1, '2026-01-02', 'Jeju', 2)
{% endif %}
) as visits (run, day, place, n)
"""
NOT_PARTITIONED = """
{{ config(materialized="incremental", incremental_strategy="insert_overwrite") }}
select {% if is_incremental() %} 2 {% else %} 1 {% endif %} as run
"""
MERGED = """
{{ config(
    materialized="incremental", table_type="iceberg", incremental_strategy="merge", unique_key=["place", "id"],
    partitioned_by=["place", "bucket(id, 4)"]
) }}
select * from (values
{% if is_incremental() %}
    ('Seoul', 1, 2), ('Busan', 1, 2)
{% else %}
    ('Seoul', 1, 1), ('Seoul', 2, 1), ('Jeju', 1, 1)
{% endif %}
) as visits (place, id, run)
"""
ON_CONDITION = """
{{ config(
    materialized="incremental", table_type="iceberg", incremental_strategy="merge", unique_key="id",
    delete_condition="src.is_gone", update_condition="src.version > target.version", insert_condition="not src.is_gone"
) }}
select * from (values
{% if is_incremental() %}
    (1, 2, false), (2, 2, true), (3, 4, false), (4, 1, true), (5, 1, false)
{% else %}
    (1, 1, false), (2, 1, false), (3, 5, false)
{% endif %}
) as versions (id, version, is_gone)
"""
BY_RULES = """
{{ config(
    materialized="incremental", table_type="iceberg", incremental_strategy="merge", unique_key="id",
    merge_update_columns=["total", "tags", "nickname", "best"],
    merge_update_columns_rules={
        "total": "sum", "tags": "append_distinct", "nickname": "coalesce", "best": "greatest(_old_, _new_)"
    }
) }}
{% if is_incremental() %}
select 1 as id, 10 as total, array['b', 'c'] as tags, cast(null as varchar) as nickname, 3 as best, 2 as run
{% else %}
select 1 as id, 1 as total, array['a', 'b'] as tags, 'Bo' as nickname, 7 as best, 1 as run
{% endif %}
"""
WITHOUT_KEY = """
{{ config(materialized="incremental", table_type="iceberg", incremental_strategy="merge") }}
select 1 as id
"""
NOT_OF_HIVE = """
{{ config(materialized="incremental", incremental_strategy="merge", unique_key="id") }}
select 1 as id
"""
MODELS = {
    "appended.sql": APPENDED,
    "appended_iceberg.sql": APPENDED.replace("hive", "iceberg"),
    "overwritten.sql": OVERWRITTEN,
    "not_partitioned.sql": NOT_PARTITIONED,
    "merged.sql": MERGED,
    "on_condition.sql": ON_CONDITION,
    "by_rules.sql": BY_RULES,
}


class TestSecondRun:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return MODELS

    @pytest.fixture(scope="class", autouse=True)
    def two_runs(self, project: Any) -> None:
        run_dbt(["run"])
        run_dbt(["run"])

    def test_append_adds_and_changes_nothing(self, project: Any) -> None:
        for table in ("appended", "appended_iceberg"):
            rows = project.run_sql(f"select id, run from {{schema}}.{table} order by run", fetch="all")
            assert rows == [(1, 1), (1, 2)]

    def test_insert_overwrite_replaces_the_partitions_that_the_rows_are_in(self, project: Any) -> None:
        rows = project.run_sql(
            "select cast(day as varchar), place, n, run from {schema}.overwritten order by 1, 2, 3", fetch="all"
        )
        assert rows == [
            ("2026-01-01", "Seoul", 1, 1),
            ("2026-01-02", "Jeju", 1, 2),
            ("2026-01-02", "Jeju", 2, 1),
            ("2026-01-03", "Seoul", 2, 2),
        ]

    def test_insert_overwrite_without_partitions_appends(self, project: Any) -> None:
        rows = project.run_sql("select run from {schema}.not_partitioned order by run", fetch="all")
        assert rows == [(1,), (2,)]

    def test_merge_updates_by_all_columns_of_the_key(self, project: Any) -> None:
        rows = project.run_sql("select place, id, run from {schema}.merged order by place, id", fetch="all")
        assert rows == [("Busan", 1, 2), ("Jeju", 1, 1), ("Seoul", 1, 2), ("Seoul", 2, 1)]

    def test_merge_deletes_updates_and_inserts_on_condition(self, project: Any) -> None:
        rows = project.run_sql("select id, version from {schema}.on_condition order by id", fetch="all")
        assert rows == [(1, 2), (3, 5), (5, 1)]

    def test_merge_updates_the_chosen_columns_by_their_rules(self, project: Any) -> None:
        row = project.run_sql(
            "select total, array_join(array_sort(tags), ','), nickname, best, run from {schema}.by_rules", fetch="one"
        )
        assert row == (11, "a,b,c", "Bo", 7, 1)

    def test_no_temporary_table_is_left(self, project: Any) -> None:
        tables = boto3.client("glue").get_tables(DatabaseName=project.test_schema)["TableList"]
        assert {one["Name"] for one in tables} == {name.removesuffix(".sql") for name in MODELS}


class TestRefused:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"without_key.sql": WITHOUT_KEY, "not_of_hive.sql": NOT_OF_HIVE}

    def test_merge_needs_an_iceberg_table_and_a_key(self, project: Any) -> None:
        run_dbt(["run"], expect_pass=False)
        messages = {one.node.name: one.message for one in run_dbt(["run"], expect_pass=False)}
        assert "unique_key" in messages["without_key"]
        assert "insert_overwrite" in messages["not_of_hive"]


CHANGED = """
{{{{ config(
    materialized="incremental", table_type="{table_type}", incremental_strategy="append", on_schema_change="{answer}"
) }}}}
{{% if is_incremental() %}}
select 2 as id, 'new' as added{kept}
{{% else %}}
select 1 as id, 'old' as removed
{{% endif %}}
"""
RETYPED = """
{{ config(
    materialized="incremental", table_type="iceberg", incremental_strategy="append", on_schema_change="sync_all_columns"
) }}
select {% if is_incremental() %} 2 as id, 'two' as n {% else %} 1 as id, 1 as n {% endif %}
"""
ANSWERS = {
    "ignore": (["id", "removed"], [(1, "old"), (2, "now")]),
    "append_new_columns": (["id", "removed", "added"], [(1, "old", None), (2, None, "new")]),
    "sync_all_columns": (["id", "added"], [(1, None), (2, "new")]),
    "fail": (["id", "removed"], [(1, "old")]),
}
"""What dbt's documentation says becomes of the columns and the rows."""


class TestOnSchemaChange:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        changed = {
            f"{table_type}_{answer}.sql": CHANGED.format(
                table_type=table_type, answer=answer, kept=", 'now' as removed" if answer == "ignore" else ""
            )
            for answer in ANSWERS
            for table_type in ("hive", "iceberg")
        }
        return {**changed, "retyped.sql": RETYPED}

    @pytest.fixture(scope="class", autouse=True)
    def failed(self, project: Any) -> set[str]:
        run_dbt(["run"])
        return {one.node.name for one in run_dbt(["run"], expect_pass=False) if one.status == "error"}

    @pytest.mark.parametrize("table_type", ["hive", "iceberg"])
    @pytest.mark.parametrize("answer", ANSWERS)
    def test_columns_and_rows(self, project: Any, table_type: str, answer: str) -> None:
        columns, rows = ANSWERS[answer]
        table = f"{{schema}}.{table_type}_{answer}"
        assert project.run_sql(f"select {', '.join(columns)} from {table} order by id", fetch="all") == rows
        with project.adapter.connection_named("columns"):
            found = project.adapter.get_columns_in_relation(
                project.adapter.Relation.create(
                    database=project.database, schema=project.test_schema, identifier=f"{table_type}_{answer}"
                )
            )
        assert [one.name for one in found] == columns

    def test_only_the_answer_fail_fails(self, failed: set[str]) -> None:
        assert failed == {"hive_fail", "iceberg_fail"}

    def test_a_column_of_another_type_keeps_its_values(self, project: Any) -> None:
        rows = project.run_sql("select id, n from {schema}.retyped order by id", fetch="all")
        assert rows == [(1, "1"), (2, "two")]


CAUGHT = """
{{ config(materialized="table", partitioned_by=["n"]) }}
select n % 3 as remainder, n from unnest(sequence(1, 120)) as numbers (n)
"""
FORCED = """
{{ config(
    materialized="incremental", table_type="iceberg", incremental_strategy="merge", unique_key="n",
    partitioned_by=["n"], force_batch=true
) }}
select n from unnest(sequence(1, 120)) as numbers (n)
"""
BY_DATE = """
{{ config(materialized="incremental", incremental_strategy="insert_overwrite", partitioned_by=["day"], ID) }}
select 1 as n, date '2026-01-01' as day
"""


class TestOver100Partitions:
    """Athena opens 100 in one statement."""

    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"caught.sql": CAUGHT, "merged.sql": FORCED}

    def test_a_table_is_made_in_batches_once_athena_refuses(self, project: Any) -> None:
        _, log = run_dbt_and_capture(["--debug", "run", "--select", "caught"])
        assert "COMPILED CODE RESULT: TOO_MANY_OPEN_PARTITIONS" in log
        assert "BATCHES TO PROCESS: 2" in log
        assert project.run_sql("select count(*), sum(n) from {schema}.caught", fetch="one") == (120, 7260)
        pages = (
            boto3.client("glue")
            .get_paginator("get_partitions")
            .paginate(DatabaseName=project.test_schema, TableName="caught")
        )
        assert len([one for page in pages for one in page["Partitions"]]) == 120

    def test_force_batch_does_not_ask_first(self, project: Any) -> None:
        for _ in range(2):
            _, log = run_dbt_and_capture(["--debug", "run", "--select", "merged"])
            assert "TOO_MANY_OPEN_PARTITIONS" not in log
            assert "BATCHES TO PROCESS: 2" in log
        assert project.run_sql("select count(*), sum(n) from {schema}.merged", fetch="one") == (120, 7260)


class TestTemporaryTables:
    @pytest.fixture(scope="class")
    def models(self, unique_schema: str) -> dict[str, str]:
        return {
            "elsewhere.sql": BY_DATE.replace("ID", f'temp_schema="{unique_schema}_elsewhere"'),
            "unique.sql": BY_DATE.replace("ID", "unique_tmp_table_suffix=true"),
        }

    @pytest.fixture(scope="class")
    def created(self, project: Any) -> Iterator[set[tuple[str, str]]]:
        run_dbt(["run"])
        _, log = run_dbt_and_capture(["--debug", "run"])
        yield set(re.findall(r'create table "awsdatacatalog"\."(\w+)"\."(\w+)"', log))
        project.run_sql(f"drop schema if exists `{project.test_schema}_elsewhere` cascade")

    def test_are_made_in_the_schema_for_them(self, project: Any, created: set[tuple[str, str]]) -> None:
        elsewhere = f"{project.test_schema}_elsewhere"
        assert (elsewhere, "elsewhere__dbt_tmp") in created
        assert boto3.client("glue").get_tables(DatabaseName=elsewhere)["TableList"] == []
        assert project.run_sql("select n from {schema}.elsewhere", fetch="all") == [(1,)]

    def test_have_a_name_of_their_own(self, project: Any, created: set[tuple[str, str]]) -> None:
        names = [name for schema, name in created if schema == project.test_schema]
        assert len(names) == 1
        assert re.fullmatch(r"unique__dbt_tmp_[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}", names[0])
        assert project.run_sql("select n from {schema}.unique", fetch="all") == [(1,)]
