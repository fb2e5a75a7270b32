"""Queries go through as they were written, but for what would mean something else to Trino."""

from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan, Refused, StatementType, TrinoStep

ONE_WRITER = {"task_max_writer_count": "1", "task_min_writer_count": "1"}
Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "SELECT '1.5', \"2.5\" -- 3.5",
        "select 1 /* 1.5 ; */",
        '-- /* {"app": "dbt"} */\nselect 1',
        "with t as (select 1) select * from t",
        "(select 1) union all (select 2)",
        "values 1, 2",
        'table "d"."h"',
        "select 1e5, 1.5E-3, decimal '1.5', interval '1.5' second",
        'select count(*) from "d"."i$snapshots"',
        "select * from awsdatacatalog.d.h, AwsDataCatalog.d.i",
        'select * from "AwsDataCatalog"."d"."h"',
        "select h.row.a from h",
        "select iceberg.s.f from i as iceberg",
        "select a, iceberg.s.f from i as iceberg",
        "select 1 from h where h.a is distinct from d.h.b",
        "select extract(year from d.h.ts), trim(both from d.h.b) from h",
        "select * from elsewhere.d.t",
        "select x -> x + 1, m => 2, a[1]",
        "select X'68 65', U&'\\0041', 0x1F, 0b11, 'a\\' as b",
        "select '{{ 1.5 }}' /* {% 1.5 %} */",
        "select 'it''s ? ; 0.5'",
    ],
)
def test_text_is_sent_as_it_is(sent: Sent, sql: str) -> None:
    assert sent(sql) == [sql]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1 / 0.0", "select 1 / 0.0E0"),
        ("select .5 + 1.", "select .5E0 + 1.E0"),
        ("select cast(1.10 as decimal(10,2)) -- 1.1", "select cast(1.10E0 as decimal(10,2)) -- 1.1"),
        ("/* a /* b */ select 1.5", "/* a /* b */ select 1.5E0"),
        ("select 1_000.5", "select 1_000.5E0"),
        ("select 1;", "select 1"),
        ("select 1 ;\n-- after", "select 1 \n-- after"),
        ("select 1;;", "select 1"),
    ],
)
def test_decimal_literals_are_double_and_the_closing_semicolon_goes(sent: Sent, sql: str, expected: str) -> None:
    assert sent(sql) == [expected]


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("select * from h where a < ?", ["10"], "select * from h where a < 10"),
        ("select '?', ? -- ?", ["'a ? b'"], "select '?', 'a ? b' -- ?"),
        ("select a-?", ["-1"], "select a-(-1)"),
        ("select ?, ?", ["DATE '2026-01-01'", "1.5"], "select DATE '2026-01-01', 1.5E0"),
        ("select ?", ["cast(1.5 as real)"], "select (cast(1.5E0 as real))"),
        ("insert into h values (?, ?, 'x', 1)", ["1", "NULL"], "insert into h values (1, NULL, 'x', 1)"),
    ],
)
def test_parameters_stand_where_the_marks_stood(sent: Sent, sql: str, parameters: list[str], expected: str) -> None:
    assert sent(sql, *parameters) == [expected]


@pytest.mark.parametrize(("sql", "parameters"), [("select ?", []), ("select 1", ["1"]), ("select ?, ?", ["1"])])
def test_too_few_or_too_many_parameters_are_refused(planned: Planner, sql: str, parameters: list[str]) -> None:
    with pytest.raises(Refused, match="INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters"):
        planned(sql, *parameters)


def test_a_parameter_can_not_be_two_statements(planned: Planner) -> None:
    with pytest.raises(Refused, match="is not an expression"):
        planned("select ?", "1; drop table h")


@pytest.mark.parametrize(
    ("sql", "place", "catalog"),
    [
        ("select * from iceberg.d.i", "1:15", "iceberg"),
        ("select *\n  from system.runtime.nodes", "2:8", "system"),
        ("select * from h, iceberg.d.i", "1:18", "iceberg"),
        ("select * from Iceberg.d.i as iceberg", "1:15", "iceberg"),
        ('select * from "ICEBERG"."d"."i"', "1:15", "iceberg"),
        ("insert into tpch.tiny.x select 1", "1:13", "tpch"),
        ('select * from h join "unload"."unload"."x" on true', "1:22", "unload"),
        ("select * from table(iceberg.system.query('x'))", "1:21", "iceberg"),
        ("delete from mysql.d.t where true", "1:13", "mysql"),
        ("update other.d.t set a = 1", "1:8", "other"),
        ("merge into other.d.t as t using h on true when matched then delete", "1:12", "other"),
        ("create table other.d.t as select 1", "1:14", "other"),
        ("create view other.d.v as select 1", "1:13", "other"),
        ("drop table other.d.t", "1:12", "other"),
        ("describe `other`.`d`.`t`", "1:10", "other"),
    ],
)
def test_other_catalogues_are_not_found(planned: Planner, sql: str, place: str, catalog: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(sql)
    assert str(refused.value) == f"CATALOG_NOT_FOUND: line {place}: Catalog '{catalog}' not found"


@pytest.mark.parametrize(
    ("sql", "kind", "has_header"),
    [
        ("select 1", "SELECT", True),
        ("with a as (select 1) select * from a", "SELECT", True),
        ("insert into h select 1, 'x', 'y', 2", "INSERT", False),
        ("merge into i as t using h as s on t.a = s.a when matched then delete", "MERGE", False),
        ("update i set a = 1", "UPDATE", False),
        ("delete from i where a = 1", "DELETE", False),
    ],
)
def test_queries_and_changes_of_rows_are_dml(planned: Planner, sql: str, kind: str, has_header: bool) -> None:
    made = planned(sql)
    assert (made.statement_type, made.substatement_type) == (StatementType.DML, kind)
    assert (made.output, made.has_header, made.answer) == ("csv", has_header, 0)


def test_an_insert_writes_with_the_compression_of_the_table(
    planned: Planner, tables: dict[tuple[str, str], dict[str, object]]
) -> None:
    tables["d", "h"] = {**tables["d", "h"], "Parameters": {"parquet.compress": "snappy"}, "PartitionKeys": []}
    (step,) = planned("insert into d.h select 1").steps
    assert isinstance(step, TrinoStep)
    assert step.session == {"awsdatacatalog.compression_codec": "SNAPPY"}


@pytest.mark.parametrize(
    ("sql", "session"),
    [
        ("insert into h select 1", ONE_WRITER),
        ("insert into i select 1", ONE_WRITER),
        ("merge into i using h on true when matched then delete", ONE_WRITER),
        ("update i set a = 1", ONE_WRITER),
        ("insert into other select 1", {}),
        ("select 1", {}),
    ],
)
def test_one_writer_counts_the_partitions_of_a_statement(planned: Planner, sql: str, session: dict[str, str]) -> None:
    (step,) = planned(sql).steps
    assert isinstance(step, TrinoStep)
    assert step.session == session


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("line 1:8: x", "line 1:8: x"),
        ("line 1:23: Column 'z'", "line 1:21: Column 'z'"),
        ("line 2:1: y and line 1:1: z", "line 2:1: y and line 1:1: z"),
        ("Table 'iceberg.d.t' does not exist", "Table 'awsdatacatalog.d.t' does not exist"),
        ("s3://lake/iceberg.d/x", "s3://lake/iceberg.d/x"),
        ("set 'iceberg.unique-table-location=true'", "set 'iceberg.unique-table-location=true'"),
        ("TableScan[table = iceberg:d.t]", "TableScan[table = awsdatacatalog:d.t]"),
        ("Catalog 'iceberg' table property", "Catalog 'awsdatacatalog' table property"),
    ],
)
def test_errors_name_the_users_own_places_and_catalogue(planned: Planner, message: str, expected: str) -> None:
    (step,) = planned("select 1.5 as a,    z\nfrom t").steps
    assert isinstance(step, TrinoStep)
    assert step.in_users_words(message) == expected


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("insert overwrite h select 1", "line 1:8: mismatched input 'overwrite'. Expecting: 'INTO'"),
        ("delete h", "line 1:8: mismatched input 'h'. Expecting: 'FROM'"),
        ("merge h", "line 1:7: mismatched input 'h'. Expecting: 'INTO'"),
    ],
)
def test_a_word_that_does_not_fit_is_named_with_its_place(planned: Planner, sql: str, message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        planned(sql)
    assert str(refused.value) == message
