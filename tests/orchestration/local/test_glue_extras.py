"""Column statistics of tables and partitions, and updates of a table that somebody else has changed."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from orchestration.local import glue_extras
from orchestration.local.aws_client import DUMMIES, REGION, TRINO_KEY

OF_A = {"ColumnName": "a", "ColumnType": "bigint", "AnalyzedTime": 1.0} | {
    "StatisticsData": {"Type": "LONG", "LongColumnStatisticsData": {"NumberOfNulls": 1, "NumberOfDistinctValues": 2}}
}


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Glue with one partitioned table."""
    for name, value in DUMMIES.items():
        monkeypatch.setenv(name, value)
    glue_extras.install()
    with mock_aws():
        glue = boto3.client("glue", region_name=REGION)
        glue.create_database(DatabaseInput={"Name": "raw"})
        make_table(glue)
        yield glue


def make_table(glue: Any) -> None:
    glue.create_table(
        DatabaseName="raw", TableInput={"Name": "t", "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    )
    glue.create_partition(DatabaseName="raw", TableName="t", PartitionInput={"Values": ["1"]})


OF_TABLE = {"DatabaseName": "raw", "TableName": "t"}
OF_PARTITION = {**OF_TABLE, "PartitionValues": ["1"]}


@pytest.mark.parametrize(("kind", "where"), [("table", OF_TABLE), ("partition", OF_PARTITION)])
def test_statistics_are_kept_by_column(glue: Any, kind: str, where: dict[str, Any]) -> None:
    update, get, delete = (
        getattr(glue, f"{verb}_column_statistics_for_{kind}") for verb in ("update", "get", "delete")
    )
    assert get(**where, ColumnNames=["a"])["ColumnStatisticsList"] == []
    update(**where, ColumnStatisticsList=[OF_A])
    found = get(**where, ColumnNames=["a", "b"])["ColumnStatisticsList"]
    assert [one["StatisticsData"] for one in found] == [OF_A["StatisticsData"]]
    delete(**where, ColumnName="a")
    assert get(**where, ColumnNames=["a"])["ColumnStatisticsList"] == []
    delete(**where, ColumnName="a")


def test_text_without_a_value_has_an_average_length_as_glue_requires(glue: Any) -> None:
    text = {"MaximumLength": 0, "NumberOfNulls": 7, "NumberOfDistinctValues": 0}
    data = {"Type": "STRING", "StringColumnStatisticsData": text}
    unchecked: Any = boto3.client("glue", region_name=REGION, config=Config(parameter_validation=False))
    unchecked.update_column_statistics_for_table(**OF_TABLE, ColumnStatisticsList=[{**OF_A, "StatisticsData": data}])
    (found,) = glue.get_column_statistics_for_table(**OF_TABLE, ColumnNames=["a"])["ColumnStatisticsList"]
    assert found["StatisticsData"]["StringColumnStatisticsData"] == {**text, "AverageLength": 0.0}


def test_statistics_of_table_and_partition_are_apart_and_end_with_the_table(glue: Any) -> None:
    glue.update_column_statistics_for_table(**OF_TABLE, ColumnStatisticsList=[OF_A])
    of_partition = glue.get_column_statistics_for_partition(**OF_PARTITION, ColumnNames=["a"])
    assert of_partition["ColumnStatisticsList"] == []
    glue.delete_table(DatabaseName="raw", Name="t")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_column_statistics_for_table(**OF_TABLE, ColumnNames=["a"])
    make_table(glue)
    assert glue.get_column_statistics_for_table(**OF_TABLE, ColumnNames=["a"])["ColumnStatisticsList"] == []


def test_a_table_is_not_updated_over_a_version_that_was_not_seen(glue: Any) -> None:
    seen = glue.get_table(DatabaseName="raw", Name="t")["Table"]["VersionId"]
    glue.update_table(DatabaseName="raw", TableInput={"Name": "t", "Description": "first"}, VersionId=seen)
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        glue.update_table(DatabaseName="raw", TableInput={"Name": "t", "Description": "second"}, VersionId=seen)
    table = glue.get_table(DatabaseName="raw", Name="t")["Table"]
    assert table["Description"] == "first"


def test_an_update_that_skips_the_archive_leaves_no_old_version(glue: Any) -> None:
    glue.update_table(DatabaseName="raw", TableInput={"Name": "t"})
    glue.update_table(DatabaseName="raw", TableInput={"Name": "t"}, SkipArchive=True)
    versions = [one["VersionId"] for one in glue.get_table_versions(DatabaseName="raw", TableName="t")["TableVersions"]]
    assert sorted(versions) == ["1", "3"]


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("varchar(5)", "k = '12'"),
        ("char(2)", "k like '1%'"),
        ("decimal(4,1)", "k > 9"),
        ("string", "k in ('12', '13')"),
    ],
)
def test_partitions_are_found_by_keys_of_every_length(glue: Any, kind: str, expression: str) -> None:
    key = [{"Name": "k", "Type": kind}]
    glue.create_table(DatabaseName="raw", TableInput={"Name": "p", "PartitionKeys": key})
    for value in ("12", "7"):
        glue.create_partition(DatabaseName="raw", TableName="p", PartitionInput={"Values": [value]})
    found = glue.get_partitions(DatabaseName="raw", TableName="p", Expression=expression)["Partitions"]
    assert [one["Values"] for one in found] == [["12"]]


@pytest.mark.parametrize(("kind", "marked"), [("ICEBERG", True), ("iceberg", True), ("hive", False)])
def test_columns_of_an_iceberg_table_are_current(glue: Any, kind: str, marked: bool) -> None:
    old = {"Name": "old", "Type": "int", "Parameters": {"iceberg.field.current": "false", "trino_type_id": "integer"}}
    columns = [{"Name": "new", "Type": "int"}, old]
    table = {"Name": "i", "Parameters": {"table_type": kind}, "StorageDescriptor": {"Columns": columns}}
    for write in (glue.create_table, glue.update_table):
        write(DatabaseName="raw", TableInput=table)
        found = glue.get_table(DatabaseName="raw", Name="i")["Table"]["StorageDescriptor"]["Columns"]
        assert found[0].get("Parameters", {}).get("iceberg.field.current") == ("true" if marked else None)
        assert found[1]["Parameters"]["iceberg.field.current"] == "false"
        assert found[1]["Parameters"]["trino_type_id"] == "integer"


def test_trino_knows_a_view_whatever_a_client_made_of_its_comment(glue: Any) -> None:
    trino = boto3.client("glue", region_name=REGION, aws_access_key_id=TRINO_KEY, aws_secret_access_key="any")
    documented = {"Description": "said", "Parameters": {"comment": "said", "a": "b"}}
    view = {"Name": "v", "ViewOriginalText": "/* Presto View: e30= */"}
    glue.create_table(DatabaseName="raw", TableInput={**view, **documented})
    glue.update_table(DatabaseName="raw", TableInput={"Name": "t", **documented})
    as_written = (None, {"comment": "Presto View", "a": "b"})
    as_documented = ("said", {"comment": "said", "a": "b"})
    for client, of_view in ((trino, as_written), (glue, as_documented)):
        found = {one["Name"]: seen(one) for one in client.get_tables(DatabaseName="raw")["TableList"]}
        assert found == {"v": of_view, "t": as_documented}
        assert seen(client.get_table(DatabaseName="raw", Name="v")["Table"]) == of_view


def seen(table: Any) -> tuple[str | None, dict[str, str]]:
    return table.get("Description"), table["Parameters"]
