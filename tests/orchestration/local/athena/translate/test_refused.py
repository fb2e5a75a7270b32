"""What Athena does not run is refused at once, in its words, whatever Trino or Hive would do with it."""

from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan

Planner = Callable[..., Plan]


@pytest.mark.parametrize(
    "sql",
    [
        "call iceberg.system.register_table('a', 'b', 'c')",
        "set session awsdatacatalog.compression_codec = 'SNAPPY'",
        "set time zone 'UTC'",
        "reset session x",
        "alter table i execute optimize",
        "alter table i set properties format = 'ORC'",
        "alter table h set serdeproperties ('a' = 'b')",
        "alter table h partition (dt = 'x', n = 1) compact 'major'",
        "alter table h partition (dt = 'x', n = 1) concatenate",
        "alter table h touch",
        "alter table h clustered by (a) into 4 buckets",
        "alter view v as select 1",
        "grant select on h to user x",
        "revoke select on h from user x",
        "deny select on h to user x",
        "create role r",
        "drop role r",
        "set role r",
        "create function f() returns int return 1",
        "drop function f",
        "with function f() returns int return 1 select f()",
        "start transaction",
        "commit",
        "rollback",
        "use d",
        "analyze h",
        "comment on table h is 'x'",
        "create materialized view m as select 1",
        "refresh materialized view m",
        "truncate table i",
        "create catalog c using tpch",
        "create index x on h (a)",
        "create temporary table t (a int)",
        "create or replace table t as select 1",
        "create table t like h",
        "create external table t like h location 's3://a/b/'",
        "show functions",
        "show catalogs",
        "show session",
        "show roles",
        "show grants",
        "show stats for h",
        "show create schema d",
        "describe database d",
        "describe input p",
        "describe output p",
        "export table h to 's3://a/b'",
        "load data inpath 's3://a' into table h",
        "lock table h shared",
        "explain show tables",
        "explain drop table h",
        "explain unload (select 1) to 's3://a/b/' with (format = 'ORC')",
    ],
)
def test_known_statements_that_athena_does_not_run(planned: Planner, sql: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        planned(sql)
    assert str(refused.value) == "Queries of this type are not supported"


@pytest.mark.parametrize(
    ("sql", "start"),
    [
        ("", "line 1:1: mismatched input '<EOF>'. Expecting: 'ALTER', 'ANALYZE'"),
        ("  -- nothing", "line 1:13: mismatched input '<EOF>'. Expecting: 'ALTER'"),
        ("selec 1", "line 1:1: mismatched input 'selec'. Expecting: 'ALTER'"),
        ("\n  /* a */ blah_blah", "line 2:11: mismatched input 'blah_blah'. Expecting"),
        (";", "line 1:1: mismatched input ';'. Expecting"),
        ("create external tabel t (a int)", "line 1:8: mismatched input 'external'"),
        ("show tables from", "line 1:17: mismatched input '<EOF>'. Expecting: <identifier>"),
        ("drop table d.h purge", "line 1:16: mismatched input 'purge'. Expecting: <EOF>"),
        ('drop table "d"."h"', "line 1:12: mismatched input '\"d\"'. Expecting: <identifier>"),
        ("create database a.b.c", "line 1:22: mismatched input '<EOF>'"),
        ("select 1,\n 'open", "line 2:7: a quote or a comment is not closed"),
        ("show tables /* open", "line 1:20: a quote or a comment is not closed"),
        (
            'create table "d"."t" as show tables',
            "line 1:25: mismatched input 'show'. Expecting: '(', 'SELECT', 'TABLE'",
        ),
        ("create table t with (format='ORC') as", "line 1:38: mismatched input '<EOF>'. Expecting: '('"),
    ],
)
def test_what_does_not_parse_is_an_invalid_request(planned: Planner, sql: str, start: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        planned(sql)
    assert str(refused.value).startswith(start)


@pytest.mark.parametrize(
    "sql", ["select 1; select 2", "create database a; create database b", "drop table `h`; select 1"]
)
def test_two_statements_are_one_too_many(planned: Planner, sql: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        planned(sql)
    assert str(refused.value) == f"Only one sql statement is allowed. Got: {sql}"
