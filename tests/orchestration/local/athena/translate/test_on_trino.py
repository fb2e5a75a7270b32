"""Plans hold on the real Trino: statements in through the API, rows, files and Glue's entries out."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

pytestmark = pytest.mark.slow
BUCKET = "segue-athena"
Rows = list[list[str | None]]
Run = Callable[..., Rows]
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class Failed(Exception):
    """A query ended FAILED; the text is why."""


@pytest.fixture(scope="module")
def clients(athena: dict[str, str]) -> dict[str, Any]:
    """boto3's clients of the local Athena, Glue and S3."""
    return {
        name: boto3.client(
            name,  # type: ignore[call-overload]
            endpoint_url=athena[f"AWS_ENDPOINT_URL_{name.upper()}"],
            aws_access_key_id=athena["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=athena["AWS_SECRET_ACCESS_KEY"],
            region_name=athena["AWS_REGION"],
        )
        for name in ("athena", "glue", "s3")
    }


@pytest.fixture(scope="module")
def run(clients: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Return a function that runs a statement in a database of this module and returns its rows without the header.

    `{here}` in a statement is a folder of S3 of its own.
    """
    database = f"translate_{tmp_path_factory.mktemp('x').parent.name}".replace("-", "_").lower()
    client = clients["athena"]

    def one(sql: str, *parameters: str) -> Rows:
        given: dict[str, Any] = {"ExecutionParameters": list(parameters)} if parameters else {}
        query = client.start_query_execution(
            QueryString=sql.replace("{here}", f"s3://{BUCKET}/{database}"),
            QueryExecutionContext={"Database": database},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/{database}/results/"},
            **given,
        )["QueryExecutionId"]
        while (found := client.get_query_execution(QueryExecutionId=query)["QueryExecution"])["Status"][
            "State"
        ] not in ENDED:
            pass
        if found["Status"]["State"] != "SUCCEEDED":
            raise Failed(found["Status"]["StateChangeReason"])
        page = client.get_query_results(QueryExecutionId=query)
        rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
        return rows[1:] if found["SubstatementType"] == "SELECT" else rows

    one(f"drop database if exists {database} cascade")
    one(f"create database {database}")
    yield one
    one(f"drop database {database} cascade")


@pytest.mark.parametrize("form", ["parquet", "orc", "avro", "textfile", "rcfile", "sequencefile"])
def test_formats_are_written_and_read(run: Run, form: str) -> None:
    run(
        f"create external table f_{form} (a int, b string, ts timestamp, d decimal(5,2), "
        f"s struct<x:int,y:array<string>>) partitioned by (dt date) stored as {form} location '{{here}}/f_{form}/'"
    )
    run(
        f"insert into f_{form} select 1, 'x', timestamp '2026-01-01 00:00:00.123', decimal '1.50', "
        "cast(row(1, array['p', 'q']) as row(x integer, y array(varchar))), date '2026-01-02'"
    )
    expected = ["1", "x", "2026-01-01 00:00:00.123", "1.50", "{x=1, y=[p, q]}", "2026-01-02"]
    assert run(f"select * from f_{form}") == [expected]
    assert run(f"show partitions f_{form}") == [["dt=2026-01-02"]]


@pytest.mark.parametrize(
    ("name", "definition", "text", "expected"),
    [
        (
            "csv",
            (
                "(a string, b string) row format serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde' location '{at}' "
                "tblproperties ('skip.header.line.count'='1')"
            ),
            'a,b\n1,"x,y"\n2,"q""q"\n',
            [["1", "x,y"], ["2", 'q"q']],
        ),
        (
            "openx",
            "(a int, b struct<c:array<int>>) row format serde 'org.openx.data.jsonserde.JsonSerDe' location '{at}'",
            '{"a": 1, "b": {"c": [1, 2]}}\n{"a": 2}\n',
            [["1", "{c=[1, 2]}"], ["2", None]],
        ),
        (
            "json",
            "(a int) row format serde 'org.apache.hive.hcatalog.data.JsonSerDe' location '{at}'",
            '{"a": 1, "other": 2}\n',
            [["1"]],
        ),
        (
            "regex",
            (
                "(a string, b string) row format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' "
                "with serdeproperties ('input.regex'='(\\\\w) (\\\\d+)') location '{at}'"
            ),
            "x 12\nbad\n",
            [["x", "12"], [None, None]],
        ),
        (
            "lazy",
            (
                "(a array<int>, m map<string,int>, s string) row format delimited fields terminated by '\\t' "
                "collection items terminated by '|' map keys terminated by ':' null defined as 'NIL' location '{at}'"
            ),
            "1|2\tk:1\tNIL\n",
            [["[1, 2]", "{k=1}", None]],
        ),
    ],
)
def test_serdes_read_what_lies_there(
    run: Run, clients: dict[str, Any], name: str, definition: str, text: str, expected: Rows
) -> None:
    run(f"create external table s_{name} {definition.replace('{at}', '{here}/s_' + name + '/')}")
    folder = run(f"show create table s_{name}")
    location = next(str(line[0]).strip(" '") for line in folder if str(line[0]).startswith("  's3://"))
    clients["s3"].put_object(Bucket=BUCKET, Key=location.removeprefix(f"s3://{BUCKET}/") + "rows", Body=text.encode())
    assert sorted(run(f"select * from s_{name}"), key=str) == sorted(expected, key=str)


def test_a_hive_ctas_with_partitions_buckets_and_a_delimiter(run: Run) -> None:
    run(
        "create table c with (format='TEXTFILE', field_delimiter=',', write_compression='NONE', "
        "partitioned_by=array['dt'], bucketed_by=array['a'], bucket_count=2, external_location='{here}/c') "
        "as select 1 as a, 1.5 as b, 'x' as dt"
    )
    assert run("select a, b, dt from c") == [["1", "1.5", "x"]]
    assert ["  'field.delim'=',', "] in run("show create table c")


@pytest.mark.parametrize("table_type", ["hive", "iceberg"])
def test_a_hundred_partitions_and_no_more(run: Run, table_type: str) -> None:
    by = "partitioned_by" if table_type == "hive" else "partitioning"
    make = (
        f"create table n_{table_type}_{{0}} with (table_type='{table_type}', {by}=array['dt']) as "
        "select x as a, cast(x as varchar) as dt from unnest(sequence(1, {0})) as t(x)"
    )
    run(make.format(100))
    with pytest.raises(Failed, match="TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions"):
        run(make.format(101))
    with pytest.raises(Failed, match="TOO_MANY_OPEN_PARTITIONS"):
        run(f"insert into n_{table_type}_100 select 1, cast(x as varchar) from unnest(sequence(1, 101)) as t(x)")


def test_an_iceberg_table_lives(run: Run) -> None:
    run(
        "create table i (id bigint, ts timestamp, s struct<a:int>) partitioned by (day(ts), bucket(4, id)) "
        "location '{here}/i' tblproperties ('table_type'='iceberg', 'vacuum_max_snapshot_age_seconds'='1')"
    )
    run("insert into i select 1, timestamp '2026-01-01 00:00:00', cast(row(1) as row(a integer))")
    run("alter table i add columns (note string, gone int)")
    run("alter table i drop column gone")
    run("alter table i change column note remark string")
    run(
        "merge into i using (values (1, 'one'), (2, 'two')) as n(id, word) on i.id = n.id "
        "when matched then update set remark = n.word when not matched then insert (id, remark) values (n.id, n.word)"
    )
    run("update i set remark = upper(remark) where id = 2")
    assert run("select id, remark from i order by id") == [["1", "one"], ["2", "TWO"]]
    run("delete from i where id = 1")
    run("optimize i rewrite data using bin_pack")
    assert int(str(run('select count(*) from "i$snapshots"')[0][0])) > 3
    run("alter table i set tblproperties ('vacuum_max_snapshot_age_seconds'='0')")
    run("vacuum i")
    assert run('select count(*) from "i$snapshots"') == [["1"]]
    assert ["PARTITIONED BY (day(`ts`), bucket(4, `id`))"] in run("show create table i")
    run("alter table i rename to j")
    assert run("select id, remark from j") == [["2", "TWO"]]
    run("drop table j")
    with pytest.raises(Failed, match=r"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog\.\w+\.j' does not exist"):
        run("select * from j")


def test_a_view_has_its_columns_in_glue(run: Run) -> None:
    run("create or replace view v as select 1 as a, 'x' as b, cast(row(1) as row(c real)) as d, array[1.5] as e")
    assert run("describe v") == [
        [line.ljust(62)]
        for line in (
            "a                   \tint                 \t",
            "b                   \tvarchar(1)          \t",
            "d                   \tstruct<c:float>     \t",
            "e                   \tarray<double>       \t",
        )
    ]
    assert run("select a from v") == [["1"]]
    run("drop view v")


def test_unload_writes_files_that_can_be_read(run: Run) -> None:
    run("unload (select 1 as a, 'x' as b) to '{here}/u' with (format='JSON')")
    run(
        "create external table u (a int, b string) row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        "location '{here}/u'"
    )
    assert run("select * from u") == [["1", "x"]]
    with pytest.raises(Failed, match="HIVE_PATH_ALREADY_EXISTS"):
        run("unload (select 1 as a) to '{here}/u' with (format='JSON')")
    with pytest.raises(Failed, match="Column name not specified at position 1"):
        run("unload (select 1) to '{here}/nameless' with (format='JSON')")


def test_decimals_are_double_and_places_the_users_own(run: Run) -> None:
    assert run("select 1 / 0.0, -1 / 0.0, 0.0 / 0.0, typeof(1.5);") == [["Infinity", "-Infinity", "NaN", "double"]]
    with pytest.raises(Failed, match="COLUMN_NOT_FOUND: line 2:21: Column 'nope' cannot be resolved"):
        run("-- 0.5\nselect 1.5 as a,    nope")


def test_parameters_and_prepared_statements(run: Run) -> None:
    assert run("select ? as a, ? as b -- ?", "'it''s'", "-1") == [["it's", "-1"]]
    run("prepare translate_p from select ? + 1")
    assert run("execute translate_p using 41") == [["42"]]
    run("deallocate prepare translate_p")
    with pytest.raises(Failed, match="translate_p"):
        run("execute translate_p using 41")


def test_explain_shows_a_plan(run: Run) -> None:
    assert any("Output" in str(line[0]) for line in run("explain select 1.5 as x"))
    assert any("Values" in str(line[0]) for line in run("explain analyze select 1 as x"))
