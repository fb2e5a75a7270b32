"""`show` and `describe` in Athena's output form. The expected lines are Hive's own, written out by hand."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestration.local.athena.translate import Plan, Refused, StatementType, TrinoStep
from orchestration.local.athena.translate.show import databases, matches, partitions, repaired
from orchestration.local.athena.translate.show import tables as shown_tables
from orchestration.local.athena.translate.steps import (
    Answer,
    DescribePartition,
    RepairPartitions,
    Reply,
    ShowDatabases,
    ShowPartitions,
    ShowTable,
    ShowTables,
    Step,
    Then,
)

Planner = Callable[..., Plan]
Tables = dict[tuple[str, str], dict[str, Any]]
BLANK = " " * 20


def lines(answer: Answer) -> list[str | None]:
    return [row[0] for row in answer.rows]


def shown(planned: Planner, tables: Tables, sql: str) -> Answer:
    """The answer of a plan that shows one table of Glue."""
    (step,) = planned(sql).steps
    assert isinstance(step, ShowTable)
    return step.show(tables[step.database, step.table])


def asked(plan: Plan, *answers: list[list[str]]) -> Answer:
    """The answer of a plan that asks Trino, which answers with these rows."""
    left, steps = list(answers), list(plan.steps)
    while True:
        query, then = steps
        assert isinstance(query, TrinoStep)
        assert isinstance(then, Then)
        steps = list(then.make(left.pop(0)))
        if isinstance(steps[0], Reply):
            return steps[0].answer


@pytest.mark.parametrize(
    ("sql", "step"),
    [
        ("show databases", ShowDatabases()),
        ("show schemas like 'a*'", ShowDatabases("a*")),
        ("show tables", ShowTables("d")),
        ("SHOW TABLES IN `other`", ShowTables("other")),
        ("show tables in other '*x*|y'", ShowTables("other", "*x*|y")),
        ("show views in d like 'v*';", ShowTables("d", "v*", views_only=True)),
        ("show partitions d.h", ShowPartitions("d", "h")),
        ("describe h partition (dt='x', n=1)", DescribePartition("d", "h", {"dt": "x", "n": "1"}, None)),  # type: ignore[arg-type]
        ("msck repair table `d`.`h`", RepairPartitions("d", "h")),
    ],
)
def test_what_is_asked_of_glue(planned: Planner, sql: str, step: Step) -> None:
    (made,) = planned(sql).steps
    if isinstance(step, DescribePartition):
        assert isinstance(made, DescribePartition)
        assert (made.database, made.table, made.values) == (step.database, step.table, step.values)
    else:
        assert made == step


def test_show_is_utility_and_text_without_a_header(planned: Planner) -> None:
    made = planned("show tables")
    assert (made.statement_type, made.substatement_type) == (StatementType.UTILITY, "SHOW_TABLES")
    assert (made.output, made.has_header) == ("txt", False)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [(None, True), ("sales", True), ("sal*", True), ("*ALE*", True), ("x|s.*", True), ("sale", False), ("x*", False)],
)
def test_patterns(pattern: str | None, fits: bool) -> None:
    assert matches("sales", pattern) is fits


def test_names_come_sorted_in_athenas_columns(tables: Tables) -> None:
    assert databases(["b", "a", "c"], "a|b") == Answer((("database_name", "string"),), (("a",), ("b",)))
    every = list(tables.values())
    assert shown_tables(every, None, views_only=False) == Answer((("tab_name", "string"),), (("h",), ("i",), ("v",)))
    assert shown_tables(every, None, views_only=True) == Answer((("views", "string"),), (("v",),))


def test_partitions_by_name(tables: Tables) -> None:
    values = [["2026-01-02", "2"], ["2026/01", "10"]]
    expected = (("dt=2026%2F01/n=10",), ("dt=2026-01-02/n=2",))
    assert partitions(tables["d", "h"], values) == Answer((("partition", "string"),), expected)
    with pytest.raises(Refused, match="Table i is not a partitioned table"):
        partitions(tables["d", "i"], [])


def test_repair_says_what_was_added(tables: Tables) -> None:
    assert lines(repaired(tables["d", "h"], [["x", "1"], ["y", "2"]])) == [
        "Partitions not in metastore:\th:dt=x/n=1\th:dt=y/n=2",
        "Repair: Added partition to metastore h:dt=x/n=1",
        "Repair: Added partition to metastore h:dt=y/n=2",
    ]
    assert lines(repaired(tables["d", "h"], [])) == []


@pytest.mark.parametrize("sql", ["show columns in h", "show columns from d.h", "show columns in `h` from d"])
def test_columns_are_padded(planned: Planner, tables: Tables, sql: str) -> None:
    answer = shown(planned, tables, sql)
    assert answer.columns == (("field", "string"),)
    assert lines(answer) == [name.ljust(20) for name in ("a", "b", "dt", "n")]


def test_properties(planned: Planner, tables: Tables) -> None:
    answer = shown(planned, tables, "show tblproperties h")
    assert [name for name, _ in answer.columns] == ["prpt_name", "prpt_value"]
    assert lines(answer) == ["EXTERNAL\tTRUE", "classification\tcsv"]
    assert lines(shown(planned, tables, "show tblproperties h('classification')")) == ["csv"]
    assert lines(shown(planned, tables, "show tblproperties h('x')")) == ["Table d.h does not have property: x"]


def test_create_table_of_a_hive_table(planned: Planner, tables: Tables) -> None:
    storage = tables["d", "h"]["StorageDescriptor"]
    serde = {"SerializationLibrary": "s.OrcSerde", "Parameters": {"field.delim": "\t", "serialization.format": "\t"}}
    tables["d", "h"] = {
        **tables["d", "h"],
        "StorageDescriptor": {**storage, "SerdeInfo": serde, "BucketColumns": ["a"], "NumberOfBuckets": 4},
        "Parameters": {"EXTERNAL": "TRUE", "comment": "it's", "x": "y"},
    }
    answer = shown(planned, tables, "show create table d.h")
    assert answer.columns == (("createtab_stmt", "string"),)
    assert lines(answer) == [
        "CREATE EXTERNAL TABLE `d.h`(",
        "  `a` int, ",
        "  `b` string COMMENT 'bee')",
        "COMMENT 'it\\'s'",
        "PARTITIONED BY ( ",
        "  `dt` string, ",
        "  `n` int)",
        "CLUSTERED BY ( ",
        "  a) ",
        "INTO 4 BUCKETS",
        "ROW FORMAT SERDE ",
        "  's.OrcSerde' ",
        "WITH SERDEPROPERTIES ( ",
        "  'field.delim'='\\t', ",
        "  'serialization.format'='\\t') ",
        "STORED AS INPUTFORMAT ",
        "  'in' ",
        "OUTPUTFORMAT ",
        "  'out'",
        "LOCATION",
        "  's3://lake/h/'",
        "TBLPROPERTIES (",
        "  'x'='y')",
    ]


def view(sql: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """A view as Trino writes it into Glue."""
    body = {"originalSql": sql, "columns": [{"name": name, "type": kind} for name, kind in columns.items()]}
    text = base64.b64encode(json.dumps(body).encode()).decode()
    return {
        "Name": "v",
        "DatabaseName": "d",
        "TableType": "VIRTUAL_VIEW",
        "StorageDescriptor": {"Columns": [{"Name": "dummy", "Type": "string"}], "Location": ""},
        "ViewOriginalText": f"/* Presto View: {text} */",
    }


@pytest.mark.parametrize("sql", ['SHOW CREATE VIEW "d"."v";', "show create view v", "show create view `d`.`v`"])
def test_create_view(planned: Planner, tables: Tables, sql: str) -> None:
    tables["d", "v"] = view("SELECT\n  a\nFROM\n  h\n", {"a": "integer"})
    answer = shown(planned, tables, sql)
    assert answer.columns == (("Create View", "string"),)
    assert lines(answer) == ["CREATE VIEW d.v AS ", "SELECT", "  a", "FROM", "  h"]


def test_a_table_is_no_view(planned: Planner, tables: Tables) -> None:
    with pytest.raises(Refused, match="h is not a view"):
        shown(planned, tables, "show create view h")


def test_describe(planned: Planner, tables: Tables) -> None:
    answer = shown(planned, tables, "describe h")
    assert [name for name, _ in answer.columns] == ["col_name", "data_type", "comment"]
    assert lines(answer) == [
        f"a                   \tint                 \t{BLANK}",
        "b                   \tstring              \tbee                 ",
        f"dt                  \tstring              \t{BLANK}",
        f"n                   \tint                 \t{BLANK}",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name            \tdata_type           \tcomment             ",
        "\t \t ",
        f"dt                  \tstring              \t{BLANK}",
        f"n                   \tint                 \t{BLANK}",
    ]
    assert lines(shown(planned, tables, "desc d.h b")) == [
        "b                   \tstring              \tbee                 "
    ]
    with pytest.raises(Refused, match="cannot find field nope"):
        shown(planned, tables, "describe h nope")


def test_describe_formatted(planned: Planner, tables: Tables) -> None:
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    tables["d", "h"] = {**tables["d", "h"], "CreateTime": made, "Owner": "hadoop"}
    found = lines(shown(planned, tables, "describe formatted h"))
    assert found[:10] == lines(shown(planned, tables, "describe h"))
    assert found[found.index("# Detailed Table Information\t \t ") + 1 :][:3] == [
        "Database:           \td                   \t ",
        "Owner:              \thadoop              \t ",
        "CreateTime:         \tFri Jan 02 03:04:05 UTC 2026\t ",
    ]
    assert "Location:           \ts3://lake/h/        \t " in found
    assert found[found.index("Table Parameters:\t \t ") + 1 :][:2] == [
        "\tEXTERNAL            \tTRUE                ",
        "\tclassification      \tcsv                 ",
    ]
    assert "SerDe Library:      \tlazy.LazySimpleSerDe\t " in found
    assert found[-1] == "\tserialization.format\t1                   "


def test_describe_extended_ends_with_all_that_glue_knows(planned: Planner, tables: Tables) -> None:
    found = lines(shown(planned, tables, "describe extended h"))
    assert found[:-2] == lines(shown(planned, tables, "describe h"))
    last = str(found[-1])
    assert last.startswith("Detailed Table Information\tTable(tableName:h, dbName:d, owner:null, createTime:0, ")
    assert "sd:StorageDescriptor(cols:[FieldSchema(name:a, type:int, comment:null), FieldSchema(name:b, " in last
    assert (
        "serdeInfo:SerDeInfo(name:null, serializationLib:lazy.LazySimpleSerDe, parameters:{serialization.format=1})"
        in last
    )
    assert last.endswith("viewOriginalText:null, viewExpandedText:null, tableType:EXTERNAL_TABLE)\t ")


def test_a_serde_that_tells_the_columns_itself_tells_no_comments(planned: Planner, tables: Tables) -> None:
    storage = tables["d", "h"]["StorageDescriptor"]
    serde = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe", "Parameters": {}}
    tables["d", "h"] = {**tables["d", "h"], "StorageDescriptor": {**storage, "SerdeInfo": serde}}
    found = lines(shown(planned, tables, "describe h"))
    assert found[0] == "a                   \tint                 \tfrom deserializer   "
    assert found[2] == f"dt                  \tstring              \t{BLANK}"
    assert "  `a` int COMMENT 'from deserializer', " in lines(shown(planned, tables, "show create table h"))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("s", "s                   \tstruct<x:array<map<string,int>>>\t                    "),
        ("s.x", "x                   \tarray<map<string,int>>\tfrom deserializer   "),
        ("s.x.'$elem$'", "$elem$              \tmap<string,int>     \tfrom deserializer   "),
        ("s.x.'$elem$'.'$value$'", "$value$             \tint                 \tfrom deserializer   "),
        ("dt", f"dt                  \tstring              \t{BLANK}"),
    ],
)
def test_describe_goes_into_columns(planned: Planner, tables: Tables, path: str, line: str) -> None:
    storage = tables["d", "h"]["StorageDescriptor"]
    columns = [{"Name": "s", "Type": "struct<x:array<map<string,int>>>"}]
    tables["d", "h"] = {**tables["d", "h"], "StorageDescriptor": {**storage, "Columns": columns}}
    assert lines(shown(planned, tables, f"describe h {path}")) == [line]
    with pytest.raises(Refused, match=r"cannot find field nope from \["):
        shown(planned, tables, f"describe h {path}.nope")


def test_describe_a_partition(planned: Planner, tables: Tables) -> None:
    (step,) = planned("describe formatted h partition (dt='x', n=1)").steps
    assert isinstance(step, DescribePartition)
    one = {"Values": ["x", "1"], "StorageDescriptor": {"Location": "s3://lake/h/dt=x/n=1"}, "Parameters": {"k": "v"}}
    found = lines(step.show(tables["d", "h"], one))
    assert "Partition Value:    \t[x, 1]              \t " in found
    assert "Location:           \ts3://lake/h/dt=x/n=1\t " in found
    assert "\tk                   \tv                   " in found


DEFINITION = (
    "CREATE TABLE iceberg.d.i (\n   a integer,\n   b varchar\n)\nWITH (\n   format = 'PARQUET',\n"
    "   format_version = 2,\n   location = 's3://lake/i',\n   partitioning = ARRAY['a','bucket(b, 4)','day(ts)']\n)"
)
PROPERTIES = [
    ["format", "iceberg/PARQUET"],
    ["write.format.default", "PARQUET"],
    ["write.parquet.compression-codec", "zstd"],
    ["vacuum_min_snapshots_to_keep", "3"],
    ["current-snapshot-id", "1"],
]


def test_an_iceberg_table_is_described_with_its_partition_fields(planned: Planner) -> None:
    assert lines(asked(planned("describe i"), [[DEFINITION]])) == [
        "# Table schema:\t\t",
        "# col_name\tdata_type\tcomment",
        "a\tint\t",
        "b\tstring\t",
        "\t\t",
        "# Partition spec:\t\t",
        "# field_name\tfield_transform\tcolumn_name",
        "a\tidentity\ta",
        "b_bucket\tbucket[4]\tb",
        "ts_day\tday\tts",
    ]


def test_an_iceberg_table_is_shown_as_athena_would_create_it(planned: Planner) -> None:
    assert lines(asked(planned("show create table i"), [[DEFINITION]], PROPERTIES)) == [
        "CREATE TABLE d.i (",
        "  a int,",
        "  b string)",
        "PARTITIONED BY (`a`, bucket(4, `b`), day(`ts`))",
        "LOCATION 's3://lake/i'",
        "TBLPROPERTIES (",
        "  'format'='parquet',",
        "  'table_type'='iceberg',",
        "  'vacuum_min_snapshots_to_keep'='3',",
        "  'write_compression'='zstd'",
        ")",
    ]


def test_the_properties_of_an_iceberg_table_are_athenas(planned: Planner) -> None:
    assert lines(asked(planned("show tblproperties i"), PROPERTIES)) == [
        "format\tparquet",
        "table_type\tICEBERG",
        "vacuum_min_snapshots_to_keep\t3",
        "write_compression\tzstd",
    ]
    assert lines(asked(planned("show tblproperties i('format')"), PROPERTIES)) == ["parquet"]


@pytest.mark.parametrize("sql", ["show partitions i", "msck repair table i"])
def test_hive_partitions_of_an_iceberg_table_are_refused(planned: Planner, sql: str) -> None:
    with pytest.raises(Refused, match="not supported for table type ICEBERG"):
        planned(sql)
