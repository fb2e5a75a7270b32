"""`alter table`: of Hive tables changes in Glue, of Iceberg tables statements for Trino."""

from collections.abc import Callable
from typing import Any

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan, Refused
from orchestration.local.athena.translate.steps import (
    AddPartitions,
    ChangePartition,
    ChangeTable,
    DropPartitions,
    PartitionFilter,
    PartitionSpec,
    Step,
)

Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]
SET = 'alter table "iceberg"."d"."i" set properties extra_properties ='
A, B = {"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string", "Comment": "bee"}


def changed(planned: Planner, tables: dict[tuple[str, str], Any], sql: str) -> dict[str, Any]:
    (step,) = planned(sql).steps
    assert isinstance(step, ChangeTable)
    assert (step.database, step.table) == ("d", "h")
    return step.change(tables["d", "h"])


@pytest.mark.parametrize(
    ("action", "columns"),
    [
        (
            "add columns (c struct<x:int>, e date comment 'day')",
            [A, B, {"Name": "c", "Type": "struct<x:int>"}, {"Name": "e", "Type": "date", "Comment": "day"}],
        ),
        ("replace columns (`c` bigint)", [{"Name": "c", "Type": "bigint"}]),
        ("change column a a bigint", [{"Name": "a", "Type": "bigint"}, B]),
        ("change a c bigint comment 'cee'", [{"Name": "c", "Type": "bigint", "Comment": "cee"}, B]),
        ("change column b b varchar(3)", [A, {"Name": "b", "Type": "varchar(3)", "Comment": "bee"}]),
        ("change column b b string first", [B, A]),
        ("change column a a int after b cascade", [B, A]),
    ],
)
def test_columns_of_a_hive_table(
    planned: Planner, tables: dict[tuple[str, str], Any], action: str, columns: list[dict[str, str]]
) -> None:
    assert changed(planned, tables, f"alter table `d`.`h` {action}")["StorageDescriptor"]["Columns"] == columns


def test_properties_of_a_hive_table(planned: Planner, tables: dict[tuple[str, str], Any]) -> None:
    new = changed(planned, tables, "alter table h set tblproperties ('classification'='parquet', 'x'='y')")
    assert new["Parameters"] == {"EXTERNAL": "TRUE", "classification": "parquet", "x": "y"}
    gone = changed(planned, tables, "alter table h unset tblproperties if exists ('classification', 'x')")
    assert gone["Parameters"] == {"EXTERNAL": "TRUE"}
    moved = changed(planned, tables, "alter table h set location 's3://b/new/'")
    assert moved["StorageDescriptor"] == {**tables["d", "h"]["StorageDescriptor"], "Location": "s3://b/new/"}


@pytest.mark.parametrize(
    ("action", "step"),
    [
        ("add partition (dt='x', n=1)", AddPartitions("d", "h", (PartitionSpec({"dt": "x", "n": "1"}),))),
        (
            "add if not exists partition (dt=date '2026-01-01', n=-1) location 's3://b/p/' partition (dt=null, n=2)",
            AddPartitions(
                "d",
                "h",
                (PartitionSpec({"dt": "2026-01-01", "n": "-1"}, "s3://b/p/"), PartitionSpec({"dt": None, "n": "2"})),
                if_not_exists=True,
            ),
        ),
        (
            "drop partition (dt='x', n=1)",
            DropPartitions("d", "h", ((PartitionFilter("dt", "=", "x"), PartitionFilter("n", "=", "1")),)),
        ),
        (
            "drop if exists partition (n >= 2), partition (dt <> 'x')",
            DropPartitions(
                "d", "h", ((PartitionFilter("n", ">=", "2"),), (PartitionFilter("dt", "<>", "x"),)), if_exists=True
            ),
        ),
        (
            "partition (dt='x', n=1) rename to partition (dt='y', n=2)",
            ChangePartition("d", "h", {"dt": "x", "n": "1"}, new_values={"dt": "y", "n": "2"}),
        ),
        (
            "partition (dt='x', n=1) set location 's3://b/p/'",
            ChangePartition("d", "h", {"dt": "x", "n": "1"}, new_location="s3://b/p/"),
        ),
    ],
)
def test_partitions(planned: Planner, action: str, step: Step) -> None:
    assert planned(f"alter table h {action}").steps == (step,)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (
            "add columns (`c` string, d timestamp comment 'x')",
            [
                'alter table "iceberg"."d"."i" add column "c" varchar',
                'alter table "iceberg"."d"."i" add column "d" timestamp(6) comment \'x\'',
            ],
        ),
        ("drop column `b`", ['alter table "iceberg"."d"."i" drop column "b"']),
        ("change column a a bigint", ['alter table "iceberg"."d"."i" alter column "a" set data type bigint']),
        ("change a c int", ['alter table "iceberg"."d"."i" rename column "a" to "c"']),
        ("change column b c string after a", ['alter table "iceberg"."d"."i" rename column "b" to "c"']),
        (
            "change column a c bigint comment 'it\\'s'",
            [
                'alter table "iceberg"."d"."i" alter column "a" set data type bigint',
                'comment on column "iceberg"."d"."i"."a" is \'it\'\'s\'',
                'alter table "iceberg"."d"."i" rename column "a" to "c"',
            ],
        ),
        ("rename to `d`.`j`", ['alter table "iceberg"."d"."i" rename to "iceberg"."d"."j"']),
        (
            "set tblproperties ('vacuum_max_snapshot_age_seconds'='60')",
            [f"{SET} MAP(ARRAY['vacuum_max_snapshot_age_seconds'], ARRAY['60'])"],
        ),
        ("set tblproperties ('format'='avro')", ['alter table "iceberg"."d"."i" set properties format = \'AVRO\'']),
        (
            "unset tblproperties ('optimize_rewrite_data_file_threshold')",
            [f"{SET} MAP(ARRAY['optimize_rewrite_data_file_threshold'], ARRAY['5'])"],
        ),
    ],
)
def test_iceberg_tables_are_altered_by_trino(sent: Sent, action: str, expected: list[str]) -> None:
    assert sent(f"alter table `d`.`i` {action}") == expected


def test_a_name_without_quotes_may_have_its_catalogue(sent: Sent) -> None:
    assert sent("alter table awsdatacatalog.d.i drop column b;") == ['alter table "iceberg"."d"."i" drop column "b"']


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("alter table nope add columns (a int)", "Table not found d.nope"),
        ("alter table v add columns (a int)", "To alter a view"),
        ("alter table h rename to g", "Table rename is not yet supported by Glue service"),
        ("alter table h drop column a", "only supported for table type ICEBERG"),
        ("alter table i replace columns (a int)", "not supported for table type ICEBERG"),
        ("alter table i change column b b string first", "Column 'b' can not be moved"),
        ("alter table i change column a a int after b", "Column 'a' can not be moved"),
        ("alter table i set tblproperties ('comment'='x')", "Unsupported table property key: comment"),
        ("alter table i unset tblproperties ('nope')", "Unsupported table property key: nope"),
        ("alter table i unset tblproperties ('format')", "can not be unset"),
        ("alter table i set tblproperties ('table_type'='HIVE')", "can not be changed"),
        ("alter table h set location '/tmp'", "Invalid location /tmp"),
    ],
)
def test_changes_that_can_not_be(planned: Planner, sql: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(sql)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("add columns (a int)", "Duplicate column name: a"),
        ("replace columns (dt int)", "Duplicate column name: dt"),
        ("change column nope x int", "Invalid column reference nope"),
        ("change column a a int after nope", "Invalid column reference nope"),
    ],
)
def test_columns_that_can_not_be(
    planned: Planner, tables: dict[tuple[str, str], Any], action: str, message: str
) -> None:
    with pytest.raises(Refused) as refused:
        changed(planned, tables, f"alter table h {action}")
    assert message in str(refused.value)


@pytest.mark.parametrize("sql", ["alter table i add partition (a=1)", "alter table i set location 's3://b/'"])
def test_iceberg_tables_have_no_hive_partitions(planned: Planner, sql: str) -> None:
    with pytest.raises(InvalidRequest, match="Queries of this type are not supported"):
        planned(sql)
