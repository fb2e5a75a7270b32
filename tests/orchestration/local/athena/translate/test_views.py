"""Views are Trino's; their columns in Glue are the query's own, as clients expect them there."""

import base64
import json
from collections.abc import Callable

import pytest

from orchestration.local.athena.translate import InvalidRequest, Plan, StatementType, TrinoStep
from orchestration.local.athena.translate.steps import ChangeTable
from orchestration.local.athena.translate.view_columns import in_glue, with_columns

Planner = Callable[..., Plan]
Sent = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("create view v as select 1.5 as x", "create view v as select 1.5E0 as x"),
        (
            'create or replace view\n  "awsdatacatalog"."d"."v"\n as\n select 1 as x;',
            'create or replace view\n  "awsdatacatalog"."d"."v"\n as\n select 1 as x',
        ),
    ],
)
def test_the_text_stays_and_glue_is_told_the_columns(planned: Planner, sql: str, expected: str) -> None:
    made = planned(sql)
    query, change = made.steps
    assert isinstance(query, TrinoStep)
    assert query.sql == expected
    assert change == ChangeTable("d", "v", with_columns)
    assert (made.statement_type, made.substatement_type, made.answer) == (StatementType.DDL, "CREATE_VIEW", None)


@pytest.mark.parametrize("clause", ["comment 'x'", "security invoker"])
def test_clauses_athena_does_not_have(planned: Planner, clause: str) -> None:
    with pytest.raises(InvalidRequest, match="Expecting: 'AS'"):
        planned(f"create view v {clause} as select 1 as x")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('drop view if exists "awsdatacatalog"."d"."v"', 'drop view if exists "awsdatacatalog"."d"."v"'),
        ("drop view v", 'drop view "awsdatacatalog"."d"."v"'),
        ("drop view `s`.`v`", 'drop view "awsdatacatalog"."s"."v"'),
    ],
)
def test_drop_view(sent: Sent, sql: str, expected: str) -> None:
    assert sent(sql) == [expected]


@pytest.mark.parametrize(
    ("trino", "glue"),
    [
        ("integer", "int"),
        ("real", "float"),
        ("varchar", "string"),
        ("varchar(3)", "varchar(3)"),
        ("varbinary", "binary"),
        ("timestamp(3)", "timestamp"),
        ("timestamp(6) with time zone", "timestamp with time zone"),
        ("decimal(10,2)", "decimal(10,2)"),
        ('array(map(varchar, row(a integer, "B c" array(real))))', "array<map<string,struct<a:int,b c:array<float>>>>"),
        ("json", "json"),
    ],
)
def test_trinos_types_in_glue(trino: str, glue: str) -> None:
    assert in_glue(trino) == glue


def test_the_placeholder_gives_way_to_the_columns() -> None:
    body = json.dumps({"originalSql": "SELECT 1", "columns": [{"name": "x", "type": "bigint"}]})
    table = {
        "Name": "v",
        "StorageDescriptor": {"Columns": [{"Name": "dummy", "Type": "string"}], "Location": ""},
        "ViewOriginalText": f"/* Presto View: {base64.b64encode(body.encode()).decode()} */",
    }
    assert with_columns(table) == {
        **table,
        "StorageDescriptor": {"Columns": [{"Name": "x", "Type": "bigint"}], "Location": ""},
    }
