"""What a local Athena holds outlives a kill of all its processes, and `segue down`: tables, history, and the rest."""

import shlex
import signal
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchestration.local import stack
from orchestration.local.aws import BUCKET
from tests.orchestration.local.athena.conftest import Local, served
from tests.segue_command import segue_in

pytestmark = pytest.mark.slow

KEPT = f"s3://{BUCKET}/kept"
STATEMENTS = (
    f"create database kept location '{KEPT}/'",
    f"""create table kept.songs with (external_location = '{KEPT}/songs/', partitioned_by = array['day'])
    as select 1 as song_id, 'Hey Jude' as title, '2026-03-01' as day
    union all select 2, 'Yesterday', '2026-03-02'""",
    f"""create table kept.plays with (table_type = 'iceberg', is_external = false, location = '{KEPT}/plays/')
    as select 1 as song_id, 10 as plays""",
    "update kept.plays set plays = 11",
    "create view kept.titles as select title, plays from kept.songs join kept.plays using (song_id)",
)
ROWS = {
    "select song_id, title, day from kept.songs order by 1": [
        ["1", "Hey Jude", "2026-03-01"],
        ["2", "Yesterday", "2026-03-02"],
    ],
    "select title, plays from kept.titles": [["Hey Jude", "11"]],
    'select count(*) from kept."plays$snapshots"': [["2"]],
    "execute by_day using '2026-03-02'": [["Yesterday"]],
}
"""What is read, and what has to come."""


def fill(local: Local) -> list[str]:
    """Make one of everything; returns the ids of queries that ended well, badly, and because they were stopped."""
    local.s3.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    local.s3.put_object(Bucket="mine", Key="a b/에스파.txt", Body="에스파".encode())
    local.athena.create_work_group(
        Name="kept",
        Description="a group",
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"{KEPT}/results/"},
            "EnforceWorkGroupConfiguration": False,
        },
        Tags=[{"Key": "team", "Value": "music"}],
    )
    done = [local.run(sql, WorkGroup="kept") for sql in STATEMENTS]
    assert [one["Status"]["State"] for one in done] == ["SUCCEEDED"] * len(STATEMENTS), done
    by_day = "select title from kept.songs where day = ?"
    for group in ("kept", "primary"):
        local.athena.create_prepared_statement(WorkGroup=group, StatementName="by_day", QueryStatement=by_day)
    local.athena.create_named_query(Name="titles", Database="kept", QueryString="select 1", WorkGroup="kept")
    failed = local.run("select nope from kept.songs")["QueryExecutionId"]
    stopped = local.start("select count(*) from unnest(sequence(1, 9000)) a(x), unnest(sequence(1, 9000)) b(y)")
    local.athena.stop_query_execution(QueryExecutionId=stopped)
    local.ended(stopped)
    return [*(one["QueryExecutionId"] for one in done), failed, stopped]


def see(local: Local, queries: list[str]) -> dict[str, Any]:
    """Everything that was made, as the APIs show it."""
    athena, glue, s3 = local.athena, local.glue, local.s3
    named = athena.list_named_queries(WorkGroup="kept")["NamedQueryIds"]
    arn = "arn:aws:athena:ap-northeast-2:000000000000:workgroup/kept"
    return {
        "buckets": [one["Name"] for one in s3.list_buckets()["Buckets"]],
        "object": s3.get_object(Bucket="mine", Key="a b/에스파.txt")["Body"].read().decode(),
        "databases": glue.get_databases()["DatabaseList"],
        "tables": glue.get_tables(DatabaseName="kept")["TableList"],
        "partitions": glue.get_partitions(DatabaseName="kept", TableName="songs")["Partitions"],
        "history": [local.execution(one) for one in queries],
        "listed": athena.list_query_executions(WorkGroup="kept")["QueryExecutionIds"],
        "group": athena.get_work_group(WorkGroup="kept")["WorkGroup"],
        "tags": athena.list_tags_for_resource(ResourceARN=arn)["Tags"],
        "named": [athena.get_named_query(NamedQueryId=one)["NamedQuery"] for one in named],
        "prepared": athena.get_prepared_statement(WorkGroup="kept", StatementName="by_day")["PreparedStatement"],
    }


def exported(said: str) -> dict[str, str]:
    """The variables of `export NAME=value` lines."""
    words = [shlex.split(line) for line in said.splitlines()]
    assert all(len(word) == 2 and word[0] == "export" for word in words), said
    return dict(word[1].split("=", 1) for word in words)


def test_everything_is_there_after_a_kill_of_all_and_after_down(tmp_path: Path) -> None:
    with segue_in(tmp_path / "state") as segue:
        variables = stack.up(segue.home, ["athena"])
        queries = fill(served(variables))
        before = see(served(variables), queries)
        assert [one["Status"]["State"] for one in before["history"][-2:]] == ["FAILED", "CANCELLED"]
        assert set(before["listed"]) == set(queries[:-2]) and before["partitions"] and len(before["named"]) == 1

        kill_all(segue.home)
        with segue.started("athena") as process:
            assert process.stdout and process.stderr
            lines = "".join(process.stdout.readline() for _ in variables)
            assert exported(lines) == variables, "the same addresses as before"
            check(variables, queries, before)
            assert segue.run("down").stdout == "Stopped: athena, trino, aws\n"
            assert process.wait(timeout=60) == 0
            assert "stopped by another command" in process.stderr.read()
        running = [" ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])]
        assert [command for command in running if str(segue.home) in command] == []

        assert stack.up(segue.home, ["athena"]) == variables
        check(variables, queries, before)
        stack.down(segue.home)


def kill_all(home: Path) -> None:
    found = [psutil.Process(one.pid) for one in stack.status(home) if one.pid]
    assert len(found) == len(stack.ATHENA)
    for one in found:
        one.send_signal(signal.SIGKILL)
    psutil.wait_procs(found, timeout=30)
    assert {one.state for one in stack.status(home) if one.name in stack.ATHENA} == {"died"}


def check(variables: dict[str, str], queries: list[str], before: dict[str, Any]) -> None:
    """Nothing is lost, nothing has changed, and everything can be read and written on."""
    local = served(variables)
    assert see(local, queries) == before
    for sql, rows in ROWS.items():
        assert local.rows(sql)[1:] == rows, sql
    assert local.run("insert into kept.plays select 9, 9 where false")["Status"]["State"] == "SUCCEEDED"
