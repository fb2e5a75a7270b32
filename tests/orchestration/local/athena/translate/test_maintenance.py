"""`optimize`, `vacuum`, `unload`, `explain`, prepared statements."""

from collections.abc import Callable
from typing import Any

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan, Refused, StatementType, TrinoStep
from orchestration.local.athena.translate.steps import Deallocate, Prepare, Then, WriteManifest

Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("optimize i rewrite data using bin_pack", 'alter table "iceberg"."d"."i" execute optimize'),
        ("OPTIMIZE awsdatacatalog.d.i REWRITE DATA USING BIN_PACK;", 'alter table "iceberg"."d"."i" execute optimize'),
        (
            'optimize "d"."i" rewrite data using bin_pack\nwhere a = 1.5 -- c',
            'alter table "iceberg"."d"."i" execute optimize\nwhere a = 1.5E0 -- c',
        ),
    ],
)
def test_optimize(sent: Sent, sql: str, expected: str) -> None:
    assert sent(sql) == [expected]


def test_a_place_in_the_condition_of_optimize_is_the_users(planned: Planner) -> None:
    (step,) = planned("optimize i rewrite data using bin_pack where nope = 1").steps
    assert isinstance(step, TrinoStep)
    place = step.sql.index("nope") + 1
    assert step.in_users_words(f"line 1:{place}: Column 'nope'") == "line 1:46: Column 'nope'"


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("optimize h rewrite data using bin_pack", "NOT_SUPPORTED: OPTIMIZE is only supported for table type ICEBERG"),
        ("vacuum h", "NOT_SUPPORTED: VACUUM is only supported for table type ICEBERG"),
        ("optimize i rewrite data using sort", "mismatched input 'sort'. Expecting: 'BIN_PACK'"),
        ("optimize i rewrite data using bin_pack limit 1", "mismatched input 'limit'. Expecting: 'WHERE'"),
    ],
)
def test_maintenance_that_can_not_be(planned: Planner, sql: str, message: str) -> None:
    with pytest.raises((Refused, InvalidRequest)) as refused:
        planned(sql)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "seconds"),
    [
        ([["snapshot", "10"]], 432000),
        ([["vacuum_max_snapshot_age_seconds", "60"], ["snapshot", "100"], ["snapshot", "10"]], 60),
        (
            [
                ["vacuum_max_snapshot_age_seconds", "60"],
                ["vacuum_min_snapshots_to_keep", "2"],
                ["snapshot", "300"],
                ["snapshot", "100"],
                ["snapshot", "200"],
            ],
            201,
        ),
        ([["vacuum_max_snapshot_age_seconds", "60"], ["vacuum_min_snapshots_to_keep", "9"], ["snapshot", "300"]], 301),
    ],
)
def test_vacuum_keeps_what_the_tables_properties_say(planned: Planner, rows: list[list[str]], seconds: int) -> None:
    query, then = planned("vacuum d.i").steps
    assert isinstance(query, TrinoStep)
    assert '"iceberg"."d"."i$properties"' in query.sql
    assert isinstance(then, Then)
    assert [step.sql for step in then.make(rows) if isinstance(step, TrinoStep)] == [
        f'alter table "iceberg"."d"."i" execute expire_snapshots(retention_threshold => \'{seconds}s\')',
        f'alter table "iceberg"."d"."i" execute remove_orphan_files(retention_threshold => \'{seconds}s\')',
    ]


def test_unload_writes_files_and_no_table_stays(planned: Planner) -> None:
    made = planned("UNLOAD (\n select a, 1.5 as x from h where a = ?)\n TO 's3://b/u' WITH (format = 'PARQUET');", "1")
    schema, query, drop, manifest = made.steps
    assert isinstance(query, TrinoStep)
    assert query.sql == (
        "create table unload.unload.\"id\" with (format = 'PARQUET', external_location = 's3://b/u/') as (\n"
        " select a, 1.5E0 as x from h where a = 1)"
    )
    assert query.session == {"unload.compression_codec": "GZIP"}
    assert schema == TrinoStep("create schema if not exists unload.unload", "unload")
    assert drop == TrinoStep('drop table unload.unload."id"', "unload")
    assert manifest == WriteManifest("s3://b/u/", "s3://out/id-manifest.csv")
    assert (made.statement_type, made.substatement_type, made.output, made.answer) == (
        StatementType.DML,
        "UNLOAD",
        "unload",
        1,
    )


@pytest.mark.parametrize(
    ("given", "written", "codec"),
    [
        ("format='ORC', compression='zlib'", "format = 'ORC', external_location = 's3://b/u/'", "GZIP"),
        ("format='PARQUET', compression='SNAPPY'", "format = 'PARQUET', external_location = 's3://b/u/'", "SNAPPY"),
        (
            "format='TEXTFILE', field_delimiter=',', partitioned_by=ARRAY['b']",
            (
                "format = 'TEXTFILE', textfile_field_separator = ',', external_location = 's3://b/u/', "
                "partitioned_by = ARRAY['b']"
            ),
            "GZIP",
        ),
    ],
)
def test_properties_of_unload(planned: Planner, given: str, written: str, codec: str) -> None:
    step = planned(f"unload (select a, b from h) to 's3://b/u/' with ({given})").steps[1]
    assert isinstance(step, TrinoStep)
    assert f"with ({written}) as (select" in step.sql
    assert step.session["unload.compression_codec"] == codec
    assert ("task_max_writer_count" in step.session) is ("partitioned_by" in given)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("unload (select 1) to 's3://b/u/'", "'format'"),
        ("unload (select 1) to 's3://b/u/' with (format='CSV')", "'format': [CSV]"),
        ("unload (select 1) to '/tmp' with (format='ORC')", "is not an address in Amazon S3"),
        ("unload (select 1) to 's3://b/u/' with (format='ORC', nope=1)", "Unload property 'nope' does not exist"),
        ("unload (select 1) to 's3://b/u/' with (format='ORC', write_compression='ZSTD')", "'write_compression'"),
        ("unload (select 1 to 's3://b/u/' with (format='ORC')", "mismatched input"),
        ("unload select 1 to 's3://b/u/'", "mismatched input 'select'"),
    ],
)
def test_unloads_that_can_not_be(planned: Planner, sql: str, message: str) -> None:
    with pytest.raises((Refused, InvalidRequest)) as refused:
        planned(sql)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("explain select 1.5;", "explain select 1.5E0"),
        ("EXPLAIN (FORMAT JSON, TYPE LOGICAL) SELECT 1", "EXPLAIN (FORMAT JSON, TYPE LOGICAL) SELECT 1"),
        ("explain analyze verbose select 1", "explain analyze verbose select 1"),
        ("-- c\nexplain (select 1)", "-- c\nexplain (select 1)"),
        ("explain insert into h select 1", "explain insert into h select 1"),
        (
            "explain create table t with (format='ORC') as select 1",
            (
                'explain create table "awsdatacatalog"."d"."t" '
                "WITH (external_location = 's3://out/tables/id/', format = 'ORC') as select 1"
            ),
        ),
    ],
)
def test_explain(planned: Planner, sql: str, expected: str) -> None:
    made = planned(sql)
    (step,) = made.steps
    assert isinstance(step, TrinoStep)
    assert step.sql == expected
    assert (made.statement_type, made.substatement_type, made.has_header) == (StatementType.UTILITY, "EXPLAIN", True)


def test_a_place_behind_explain_is_the_users(planned: Planner) -> None:
    (step,) = planned("explain select 1.5, nope").steps
    assert isinstance(step, TrinoStep)
    assert step.in_users_words("line 1:23: Column 'nope'") == "line 1:21: Column 'nope'"


def test_prepare_and_deallocate_are_the_work_groups(planned: Planner) -> None:
    assert planned("PREPARE p FROM select ? -- c\n;").steps == (Prepare("p", "select ?"),)
    assert planned("deallocate prepare p").steps == (Deallocate("p"),)


@pytest.mark.parametrize(
    ("sql", "parameters", "expected"),
    [
        ("execute p using 1, 'a, b'", (), "select 1, 'a, b'"),
        ("EXECUTE p USING cast(1 as real), ARRAY[1, 2];", (), "select (cast(1 as real)), (ARRAY[1, 2])"),
        ("execute p", ("1", "2"), "select 1, 2"),
    ],
)
def test_execute_fills_the_prepared_statement(
    planned: Planner, sql: str, parameters: tuple[str, ...], expected: str
) -> None:
    prepared: dict[str, Any] = {"p": "select ?, ?"}
    made = planned(sql, *parameters, prepared=prepared.get)
    (step,) = made.steps
    assert isinstance(step, TrinoStep)
    assert step.sql == expected
    assert made.substatement_type == "SELECT"


def test_an_unknown_prepared_statement_is_not_found(planned: Planner) -> None:
    with pytest.raises(Refused, match="NOT_FOUND: Prepared statement not found: p"):
        planned("execute p using 1")


@pytest.mark.parametrize("sql", ["execute p using", "execute p using 1,", "prepare p from", "prepare from select 1"])
def test_prepared_statements_that_do_not_parse(planned: Planner, sql: str) -> None:
    with pytest.raises(InvalidRequest, match="mismatched input"):
        planned(sql, prepared={"p": "select ?"}.get)
