"""The steps for Glue and S3, carried out on moto: statements in, what stands in the catalogue out."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from orchestration.local.athena.translate import Context, Refused, TrinoStep, plan
from orchestration.local.athena.translate.glue_steps import Clients, carry_out, lookup
from orchestration.local.athena.translate.steps import Answer, ChangeTable, Deallocate, Prepare, Then, WriteManifest

Run = Callable[[str], Answer | None]
CREATE = "create external table {} (a int) partitioned by (dt string, n int) stored as parquet location 's3://lake/{}/'"


@pytest.fixture(scope="module")
def account() -> Iterator[Clients]:
    """Clients of an account in this process: made once, they take a second."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_GLUE", "AWS_ENDPOINT_URL_S3"):
            patch.delenv(name, raising=False)
        yield Clients(boto3.client("glue", region_name="us-east-1"), boto3.client("s3", region_name="us-east-1"))


@pytest.fixture
def clients(account: Clients) -> Clients:
    """The account, empty but for one bucket."""
    for service in ("glue", "s3"):
        for one in get_backend(service)[DEFAULT_ACCOUNT_ID].values():
            one.reset()
    account.s3.create_bucket(Bucket="lake")
    return account


@pytest.fixture
def run(clients: Clients) -> Run:
    """Return a function that carries out a statement of Glue in the database `d`; its answer is the last step's."""

    def carry(sql: str) -> Answer | None:
        answer = None
        context = Context("id", database="d", output_location="s3://lake/out/", lookup=lookup(clients))
        for step in plan(sql, context).steps:
            assert not isinstance(step, TrinoStep | Then | Prepare | Deallocate)
            answer = carry_out(step, clients)
        return answer

    return carry


@pytest.fixture
def table(run: Run) -> str:
    """A database `d` with the partitioned table `h`."""
    run("create database d")
    run(CREATE.format("h", "h"))
    return "h"


def put(clients: Clients, *keys: str) -> None:
    for key in keys:
        clients.s3.put_object(Bucket="lake", Key=key, Body=b"x")


def keys(clients: Clients) -> list[str]:
    return [one["Key"] for one in clients.s3.list_objects_v2(Bucket="lake").get("Contents", [])]


def texts(answer: Answer | None) -> list[str | None]:
    assert answer is not None
    return [row[0] for row in answer.rows]


def partitions(clients: Clients) -> dict[tuple[str, ...], str]:
    found = clients.glue.get_partitions(DatabaseName="d", TableName="h")["Partitions"]
    return {tuple(one["Values"]): one["StorageDescriptor"]["Location"] for one in found}


def test_databases_are_made_changed_and_dropped(run: Run, clients: Clients) -> None:
    run("create database d comment 'x' location 's3://lake/d/'")
    run("create database if not exists d")
    run("alter database d set dbproperties ('k'='v')")
    run("alter database d set dbproperties ('l'='w')")
    found = clients.glue.get_database(Name="d")["Database"]
    assert (found["Description"], found["LocationUri"], found["Parameters"]) == (
        "x",
        "s3://lake/d/",
        {"k": "v", "l": "w"},
    )
    assert texts(run("show databases")) == ["d"]
    run("drop database d")
    run("drop database if exists d")
    assert texts(run("show databases")) == []


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("create database d", "AlreadyExistsException(message:Database d already exists)"),
        ("drop database d", "InvalidOperationException(message:Database d is not empty. One or more tables exist.)"),
        ("drop database x", "FAILED: SemanticException [Error 10072]: Database does not exist: x"),
        ("alter database x set dbproperties ('a'='b')", "[Error 10072]: Database does not exist: x"),
        ("show tables in x", "[Error 10072]: Database does not exist: x"),
        (CREATE.format("h", "h"), "AlreadyExistsException(message:Table h already exists)"),
        (CREATE.format("x.h", "h"), "[Error 10072]: Database does not exist: x"),
        ("drop table x", "FAILED: SemanticException [Error 10001]: Table not found d.x"),
        ("describe x", "[Error 10001]: Table not found d.x"),
        ("show partitions x", "[Error 10001]: Table not found d.x"),
        ("msck repair table x", "[Error 10001]: Table not found d.x"),
        ("alter table h drop partition (dt='x')", "[Error 10006]: Partition not found (dt = x)"),
        ("alter table h add partition (dt='x')", "doesn't contain all (2) partition columns"),
        ("alter table h add partition (dt='x', a=1)", "Non-Partition column appears in the partition spec: a"),
        ("alter table h drop partition (a=1)", "Non-Partition column appears in the partition spec: a"),
        ("alter table h partition (dt='x', n=1) set location 's3://lake/x/'", "Partition not found (x, 1)"),
    ],
)
def test_what_is_not_there_or_there_already_is_told_in_hives_words(
    run: Run, clients: Clients, table: str, sql: str, message: str
) -> None:
    if "drop partition (a=1)" in sql:
        run("alter table h add partition (dt='x', n=1)")
    with pytest.raises(Refused) as refused:
        run(sql)
    assert message in str(refused.value)


def test_cascade_takes_the_tables_and_the_files_of_iceberg_tables(run: Run, clients: Clients, table: str) -> None:
    put(clients, "h/1", "ice/data/1", "ice/metadata/0", "icebox/1")
    iceberg = {"Name": "i", "StorageDescriptor": {"Location": "s3://lake/ice"}, "Parameters": {"table_type": "ICEBERG"}}
    clients.glue.create_table(DatabaseName="d", TableInput=iceberg)
    run("drop database d cascade")
    assert texts(run("show databases")) == []
    assert keys(clients) == ["h/1", "icebox/1"]


def test_a_hive_table_is_dropped_and_its_files_stay(run: Run, clients: Clients, table: str) -> None:
    put(clients, "h/1")
    run("create external table if not exists h (other int) location 's3://lake/other/'")
    run("drop table `d`.`h`")
    run("drop table if exists h")
    assert texts(run("show tables")) == []
    assert keys(clients) == ["h/1"]


def test_columns_and_properties_are_changed_and_the_rest_stays(run: Run, clients: Clients, table: str) -> None:
    before = clients.glue.get_table(DatabaseName="d", Name="h")["Table"]
    run("alter table h add columns (b string)")
    run("alter table h set tblproperties ('k'='v')")
    after = clients.glue.get_table(DatabaseName="d", Name="h")["Table"]
    assert after["StorageDescriptor"]["Columns"] == [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}]
    assert after["Parameters"] == {**before["Parameters"], "k": "v"}
    for name in ("PartitionKeys", "TableType", "Owner"):
        assert after[name] == before[name]


def test_partitions_are_added_renamed_moved_and_dropped(run: Run, clients: Clients, table: str) -> None:
    run("alter table h add partition (n=1, dt='a/b') partition (dt='x', n=2) location 's3://lake/else/'")
    assert partitions(clients) == {("a/b", "1"): "s3://lake/h/dt=a%2Fb/n=1", ("x", "2"): "s3://lake/else/"}
    with pytest.raises(Refused, match=r"Partition already exists: dt=x/n=2"):
        run("alter table h add partition (dt='x', n=2)")
    run("alter table h add if not exists partition (dt='x', n=2) partition (dt='x', n=10)")
    run("alter table h partition (dt='x', n=10) set location 's3://lake/ten/'")
    run("alter table h partition (dt='a/b', n=1) rename to partition (dt='y', n=1)")
    assert partitions(clients) == {
        ("y", "1"): "s3://lake/h/dt=a%2Fb/n=1",
        ("x", "2"): "s3://lake/else/",
        ("x", "10"): "s3://lake/ten/",
    }
    run("alter table h drop partition (n > 9), partition (dt='y')")
    run("alter table h drop if exists partition (dt='nope')")
    assert list(partitions(clients)) == [("x", "2")]
    assert texts(run("show partitions h")) == ["dt=x/n=2"]


def test_repair_finds_folders_of_partitions(run: Run, clients: Clients, table: str) -> None:
    put(clients, "h/dt=a%2Fb/n=1/f", "h/dt=x/n=2/deep/f", "h/dt=x/f", "h/n=1/dt=x/f", "h/f", "hh/dt=y/n=1/f")
    run("alter table h add partition (dt='x', n=2)")
    assert texts(run("msck repair table h")) == [
        "Partitions not in metastore:\th:dt=a%2Fb/n=1",
        "Repair: Added partition to metastore h:dt=a%2Fb/n=1",
    ]
    assert partitions(clients) == {("a/b", "1"): "s3://lake/h/dt=a%2Fb/n=1", ("x", "2"): "s3://lake/h/dt=x/n=2"}
    assert texts(run("msck repair table h")) == []


def test_more_partitions_than_one_call_takes(run: Run, clients: Clients, table: str) -> None:
    put(clients, *(f"h/dt=x/n={number}/f" for number in range(101)))
    run("msck repair table h")
    assert len(texts(run("show partitions h"))) == 101
    run("alter table h drop partition (n >= 75)")
    assert len(texts(run("show partitions h"))) == 75


def test_describe_and_show_read_glue(run: Run, clients: Clients, table: str) -> None:
    run("alter table h add partition (dt='x', n=2)")
    assert texts(run("show columns in h")) == ["a".ljust(20), "dt".ljust(20), "n".ljust(20)]
    assert "Partition Value:    \t[x, 2]              \t " in texts(run("describe h partition (dt='x', n=2)"))
    assert texts(run("show create table h"))[0] == "CREATE EXTERNAL TABLE `d.h`("


def test_a_change_of_a_table_keeps_all_it_does_not_name(clients: Clients) -> None:
    clients.glue.create_database(DatabaseInput={"Name": "d"})
    given = {
        "Name": "v",
        "Description": "words",
        "Owner": "me",
        "Retention": 3,
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": "/* Presto View: e30= */",
        "ViewExpandedText": "/* Presto View */",
        "PartitionKeys": [],
        "Parameters": {"presto_view": "true"},
        "StorageDescriptor": {"Columns": [{"Name": "dummy", "Type": "string"}]},
    }
    clients.glue.create_table(DatabaseName="d", TableInput=given)
    carry_out(ChangeTable("d", "v", lambda table: {**table, "Owner": "you"}), clients)
    found = clients.glue.get_table(DatabaseName="d", Name="v")["Table"]
    assert {name: found[name] for name in given} == {**given, "Owner": "you"}


def test_a_manifest_lists_the_files_of_a_folder(clients: Clients) -> None:
    put(clients, "u/2", "u/1", "uu/1")
    carry_out(WriteManifest("s3://lake/u/", "s3://lake/out/id-manifest.csv"), clients)
    body = clients.s3.get_object(Bucket="lake", Key="out/id-manifest.csv")["Body"].read()
    assert body == b"s3://lake/u/1\ns3://lake/u/2\n"


def test_a_manifest_in_the_same_folder_lists_neither_itself_nor_the_description(clients: Clients) -> None:
    put(clients, "u/1", "u/id.metadata", "u/other.metadata")
    for _ in range(2):
        carry_out(WriteManifest("s3://lake/u/", "s3://lake/u/id-manifest.csv"), clients)
    body = clients.s3.get_object(Bucket="lake", Key="u/id-manifest.csv")["Body"].read()
    assert body == b"s3://lake/u/1\ns3://lake/u/other.metadata\n"


def test_lookup_knows_what_is_missing(clients: Clients, table: str) -> None:
    find = lookup(clients)
    found: Any = find("d", "h")
    assert found["Name"] == "h"
    assert find("d", "x") is None
    assert find("x", "h") is None
