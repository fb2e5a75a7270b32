"""Tables and views as dbt-athena makes them: replaced without a gap, of another type, documented, under contract."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from dbt.tests.util import run_dbt, run_dbt_and_capture

AVAILABLE = """
{{ config(materialized="table", ha=true, partitioned_by=["part"]) }}
select {{ var("run") }} as run, part from unnest(sequence({{ var("run") }}, 3)) as parts (part)
"""
REPLACED = """
{{ config(materialized="table", table_type="iceberg") }}
select {{ var("run") }} as run
"""
KINDS = """
{{ config(materialized=var("kind", "table"), table_type=var("table_type", "hive"), unique_key="run") }}
select {{ var("run") }} as run
"""


def glue_table(project: Any, name: str) -> Any:
    return boto3.client("glue").get_table(DatabaseName=project.test_schema, Name=name)["Table"]


def files(address: str) -> list[str]:
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    found = boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"{prefix.rstrip('/')}/")
    return [one["Key"] for one in found.get("Contents", [])]


class TestReplaced:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"available.sql": AVAILABLE, "replaced.sql": REPLACED}

    @pytest.fixture(scope="class", autouse=True)
    def before(self, project: Any) -> dict[str, Any]:
        """Run twice; return what Glue said between."""
        run_dbt(["run", "--vars", "run: 1"])
        tables = {name: glue_table(project, name) for name in ("available", "replaced")}
        run_dbt(["run", "--vars", "run: 2"])
        return tables

    def test_hive_table_is_swapped_and_never_dropped(self, project: Any, before: dict[str, Any]) -> None:
        after = glue_table(project, "available")
        assert after["CreateTime"] == before["available"]["CreateTime"]
        assert after["StorageDescriptor"]["Location"] != before["available"]["StorageDescriptor"]["Location"]
        assert project.run_sql("select run, part from {schema}.available order by part", fetch="all") == [
            (2, 2),
            (2, 3),
        ]

    def test_readers_of_the_old_files_can_finish(self, before: dict[str, Any]) -> None:
        assert files(before["available"]["StorageDescriptor"]["Location"])

    def test_iceberg_table_is_renamed_into_place(self, project: Any, before: dict[str, Any]) -> None:
        location = glue_table(project, "replaced")["StorageDescriptor"]["Location"]
        assert location != before["replaced"]["StorageDescriptor"]["Location"]
        assert project.run_sql("select run from {schema}.replaced", fetch="all") == [(2,)]
        assert files(before["replaced"]["StorageDescriptor"]["Location"]) == []

    def test_no_table_of_the_way_is_left(self, project: Any) -> None:
        tables = boto3.client("glue").get_tables(DatabaseName=project.test_schema)["TableList"]
        assert {one["Name"] for one in tables} == {"available", "replaced"}


class TestKinds:
    """A model that becomes a table of the other type, a view, an incremental one, and back."""

    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"changing.sql": KINDS}

    def test_a_table_becomes_whatever_the_model_says(self, project: Any) -> None:
        way = [
            ("table", "hive", None),
            ("table", "iceberg", "ICEBERG"),
            ("view", "hive", "view"),
            ("table", "iceberg", "ICEBERG"),
            ("table", "hive", None),
            ("view", "hive", "view"),
            ("incremental", "hive", None),
        ]
        for run, (kind, table_type, expected) in enumerate(way):
            run_dbt(["run", "--vars", f"{{run: {run}, kind: {kind}, table_type: {table_type}}}"])
            table = glue_table(project, "changing")
            found = "view" if table["TableType"] == "VIRTUAL_VIEW" else table["Parameters"].get("table_type")
            assert (run, found) == (run, expected)
            assert project.run_sql("select run from {schema}.changing", fetch="all") == [(run,)]


FORMATS = {
    "orc": 'format="orc", write_compression="zlib"',
    "avro": 'format="avro"',
    "json": 'format="json"',
    "text": 'format="textfile", field_delimiter="|"',
    "bucketed": 'bucketed_by=["id"], bucket_count=2',
    "hidden": 'table_type="iceberg", partitioned_by=["month(day)", "truncate(name, 1)", "bucket(id, 3)"]',
    "tuned": 'table_type="iceberg", table_properties={"optimize_rewrite_delete_file_threshold": "2"}',
}
ROWS = [(1, "Ann", "2026-01-31", 1.5), (2, None, "2026-02-01", None)]
FORMATTED = """
{{{{ config(materialized="table", {config}) }}}}
select * from (values
    (1, 'Ann', date '2026-01-31', 1.5e0), (2, cast(null as varchar), date '2026-02-01', cast(null as double))
) as people (id, name, day, score)
"""


class TestFormats:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {f"{name}.sql": FORMATTED.format(config=config) for name, config in FORMATS.items()}

    @pytest.fixture(scope="class", autouse=True)
    def made(self, project: Any) -> None:
        run_dbt(["run"])

    @pytest.mark.parametrize("name", FORMATS)
    def test_values_come_back(self, project: Any, name: str) -> None:
        sql = f"select id, name, cast(day as varchar), score from {{schema}}.{name} order by id"
        assert project.run_sql(sql, fetch="all") == ROWS

    def test_glue_knows_the_format(self, project: Any) -> None:
        found = {
            name: glue_table(project, name)["Parameters"].get("classification") for name in ("orc", "avro", "json")
        }
        assert found == {"orc": "orc", "avro": "avro", "json": "json"}

    def test_properties_are_the_tables(self, project: Any) -> None:
        rows = project.run_sql("show tblproperties {schema}.tuned", fetch="all")
        assert any("optimize_rewrite_delete_file_threshold" in str(row) for row in rows)


DOCUMENTED = """
models:
  - &documented
    name: documented
    description: What people paid
    config:
      materialized: table
      persist_docs: {relation: true, columns: true}
      meta: {owner: Ann}
    columns:
      - {name: id, description: The person}
      - {name: amount, description: "Euros, 'net'", config: {meta: {unit: EUR}}}
  - <<: *documented
    name: documented_iceberg
    config:
      materialized: table
      table_type: iceberg
      persist_docs: {relation: true, columns: true}
      meta: {owner: Ann}
  - <<: *documented
    name: documented_view
    config:
      materialized: view
      persist_docs: {relation: true, columns: true}
      meta: {owner: Ann}
"""
KINDS_DOCUMENTED = {"documented": "table", "documented_iceberg": "iceberg_table", "documented_view": "view"}


class TestDocumented:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        sql = "select 1 as id, cast(2.5 as decimal(9, 2)) as amount"
        return {"docs.yml": DOCUMENTED, **{f"{name}.sql": sql for name in KINDS_DOCUMENTED}}

    @pytest.fixture(scope="class", autouse=True)
    def catalog(self, project: Any) -> Any:
        """Build, write into the tables once more, generate the docs; return the catalog."""
        for _ in range(2):
            run_dbt(["run"])
        run_dbt(["docs", "generate"])
        return json.loads((Path(project.project_root) / "target" / "catalog.json").read_text(encoding="utf-8"))

    @pytest.mark.parametrize("name", KINDS_DOCUMENTED)
    def test_descriptions_are_in_glue(self, project: Any, name: str) -> None:
        table = glue_table(project, name)
        assert table["Description"] == table["Parameters"]["comment"] == "What people paid"
        assert table["Parameters"]["owner"] == "Ann"
        comments = {one["Name"]: one.get("Comment") for one in table["StorageDescriptor"]["Columns"]}
        assert comments == {"id": "The person", "amount": "Euros, 'net'"}
        assert table["StorageDescriptor"]["Columns"][1]["Parameters"]["unit"] == "EUR"

    @pytest.mark.parametrize("name", KINDS_DOCUMENTED)
    def test_the_catalog_says_what_is_there(self, project: Any, catalog: Any, name: str) -> None:
        node = catalog["nodes"][f"model.test.{name}"]
        assert (node["metadata"]["type"], node["metadata"]["comment"]) == (KINDS_DOCUMENTED[name], "What people paid")
        columns = {one["name"]: (one["index"], one["type"], one["comment"]) for one in node["columns"].values()}
        assert columns == {"id": (0, "int", "The person"), "amount": (1, "decimal(9,2)", "Euros, 'net'")}

    @pytest.mark.parametrize("name", KINDS_DOCUMENTED)
    def test_what_is_documented_can_be_read(self, project: Any, name: str) -> None:
        assert project.run_sql(f"select id from {{schema}}.{name}", fetch="all") == [(1,)]


CONTRACT = """
models:
  - name: kept
    config: {materialized: table, contract: {enforced: true}}
    columns: &columns
      - {name: id, data_type: integer, constraints: [{type: not_null}]}
      - {name: "from", data_type: varchar, quote: true}
      - {name: paid, data_type: "decimal(9,2)"}
  - name: kept_view
    config: {materialized: view, contract: {enforced: true}}
    columns: *columns
  - name: broken
    config: {materialized: table, contract: {enforced: true}}
    columns: *columns
"""
KEPT = """select cast('Jeju' as varchar) as "from", 1 as id, cast(2.5 as decimal(9, 2)) as paid"""


class TestContract:
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        broken = KEPT.replace("1 as id", "'one' as id")
        return {"contract.yml": CONTRACT, "kept.sql": KEPT, "kept_view.sql": KEPT, "broken.sql": broken}

    def test_other_types_than_promised_fail_before_anything_is_made(self, project: Any) -> None:
        results, log = run_dbt_and_capture(["run"], expect_pass=False)
        assert {one.node.name: str(one.status) for one in results} == {
            "kept": "success",
            "kept_view": "success",
            "broken": "error",
        }
        assert "data type mismatch" in log
        tables = boto3.client("glue").get_tables(DatabaseName=project.test_schema)["TableList"]
        assert {one["Name"] for one in tables} == {"kept", "kept_view"}


SEED = """id,share,is_new,day,moment,words
1,1.5,true,2026-01-31,2026-01-31 12:30:00,"a ""quoted"", text"
2,,false,2026-02-01,,안녕
3,-2,,,2026-01-31 18:05:09,"it's"
"""
SEED_ROWS = [
    (1, 1.5, True, "2026-01-31", "2026-01-31 12:30:00.000", 'a "quoted", text'),
    (2, None, False, "2026-02-01", None, "안녕"),
    (3, -2.0, None, None, "2026-01-31 18:05:09.000", "it's"),
]


class TestSeeds:
    @pytest.fixture(scope="class")
    def seeds(self) -> dict[str, str]:
        return {"uploaded.csv": SEED, "inserted.csv": SEED, "iceberg.csv": "id,big\n1,2\n"}

    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        iceberg = {"+table_type": "iceberg", "+column_types": {"big": "bigint"}}
        return {"seeds": {"test": {"inserted": {"+seed_by_insert": True}, "iceberg": iceberg}}}

    @pytest.fixture(scope="class", autouse=True)
    def two_loads(self, project: Any) -> None:
        for _ in range(2):
            run_dbt(["seed"])

    @pytest.mark.parametrize("name", ["uploaded", "inserted"])
    def test_values_have_the_types_they_look_like(self, project: Any, name: str) -> None:
        rows = project.run_sql(
            "select id, share, is_new, cast(day as varchar), cast(moment as varchar), words "
            f"from {{schema}}.{name} order by id",
            fetch="all",
        )
        assert rows == SEED_ROWS

    def test_a_seed_may_be_an_iceberg_table_of_chosen_types(self, project: Any) -> None:
        table = glue_table(project, "iceberg")
        types = {one["Name"]: one["Type"] for one in table["StorageDescriptor"]["Columns"]}
        assert (table["Parameters"]["table_type"], types) == ("ICEBERG", {"id": "int", "big": "bigint"})

    def test_the_uploaded_file_is_gone(self, project: Any) -> None:
        tables = boto3.client("glue").get_tables(DatabaseName=project.test_schema)["TableList"]
        assert {one["Name"] for one in tables} == {"uploaded", "inserted", "iceberg"}
        locations = [one["StorageDescriptor"]["Location"] for one in tables]
        assert all(Path(key).suffix != ".csv" for location in locations for key in files(location))
