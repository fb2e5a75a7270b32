"""Work groups, and what belongs to one: prepared statements, named queries, tags."""

from typing import Any

import pytest

from tests.orchestration.local.athena.conftest import OUTPUT, Local, Serve, refused

ACCOUNT_ARN = "arn:aws:athena:ap-northeast-2:000000000000"


def test_new_account_has_the_primary_group(local: Local) -> None:
    group = local.athena.get_work_group(WorkGroup="primary")["WorkGroup"]
    assert (group["Name"], group["State"]) == ("primary", "ENABLED")
    configuration = group["Configuration"]
    assert configuration["ResultConfiguration"] == {}
    assert configuration["EnforceWorkGroupConfiguration"] is False
    assert configuration["EngineVersion"]["EffectiveEngineVersion"] == "Athena engine version 3"
    assert [one["Name"] for one in local.athena.list_work_groups()["WorkGroups"]] == ["primary"]


def test_group_lives_and_dies(local: Local) -> None:
    results = {"OutputLocation": "s3://results/group/"}
    local.athena.create_work_group(Name="g", Description="d", Configuration={"ResultConfiguration": results})
    assert local.athena.get_work_group(WorkGroup="g")["WorkGroup"]["Description"] == "d"
    assert [one["Name"] for one in local.athena.list_work_groups()["WorkGroups"]] == ["g", "primary"]
    assert refused(local.athena.create_work_group, Name="g")["Code"] == "InvalidRequestException"
    local.athena.delete_work_group(WorkGroup="g")
    error = refused(local.athena.get_work_group, WorkGroup="g")
    assert (error["Code"], error["Message"]) == ("InvalidRequestException", "WorkGroup g is not found.")
    assert refused(local.athena.delete_work_group, WorkGroup="primary")["Code"] == "InvalidRequestException"


def test_update_changes_only_what_it_names(local: Local) -> None:
    results = {"OutputLocation": "s3://results/group/"}
    configuration = {"ResultConfiguration": results, "BytesScannedCutoffPerQuery": 10_000_000}
    local.athena.create_work_group(Name="g", Configuration=configuration)
    updates = {"EnforceWorkGroupConfiguration": False, "RemoveBytesScannedCutoffPerQuery": True}
    local.athena.update_work_group(WorkGroup="g", Description="new", ConfigurationUpdates=updates)
    group = local.athena.get_work_group(WorkGroup="g")["WorkGroup"]
    assert group["Description"] == "new"
    assert group["Configuration"]["ResultConfiguration"] == results
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is False
    assert "BytesScannedCutoffPerQuery" not in group["Configuration"]
    removal = {"ResultConfigurationUpdates": {"RemoveOutputLocation": True}}
    local.athena.update_work_group(WorkGroup="g", ConfigurationUpdates=removal)
    assert local.athena.get_work_group(WorkGroup="g")["WorkGroup"]["Configuration"]["ResultConfiguration"] == {}


@pytest.mark.parametrize(
    ("enforced", "asked", "folder"),
    [
        (True, OUTPUT, "s3://results/group/"),
        (True, None, "s3://results/group/"),
        (False, OUTPUT, OUTPUT),
        (False, None, "s3://results/group/"),
    ],
)
def test_group_decides_where_results_go(local: Local, enforced: bool, asked: str | None, folder: str) -> None:
    configuration = {
        "ResultConfiguration": {"OutputLocation": "s3://results/group"},
        "EnforceWorkGroupConfiguration": enforced,
    }
    local.athena.create_work_group(Name="g", Configuration=configuration)
    given: dict[str, Any] = {"OutputLocation": asked} if asked else {}
    execution = local.run("select 1", WorkGroup="g", ResultConfiguration=given)
    address = f"{folder}{execution['QueryExecutionId']}.csv"
    assert execution["ResultConfiguration"]["OutputLocation"] == address
    assert local.read(address) == '"_col0"\n"1"\n'


def test_disabled_group_takes_no_queries(local: Local) -> None:
    local.athena.create_work_group(Name="g")
    local.athena.update_work_group(WorkGroup="g", State="DISABLED")
    given = {"QueryString": "select 1", "ResultConfiguration": {"OutputLocation": OUTPUT}}
    error = refused(local.athena.start_query_execution, WorkGroup="g", **given)
    assert (error["Code"], error["Message"]) == ("InvalidRequestException", "WorkGroup g is disabled.")
    assert refused(local.athena.start_query_execution, WorkGroup="x", **given)["Code"] == "InvalidRequestException"


def test_group_that_holds_something_is_deleted_only_on_purpose(local: Local) -> None:
    local.athena.create_work_group(Name="g")
    query_id = local.run("select 1", WorkGroup="g")["QueryExecutionId"]
    assert local.athena.list_query_executions(WorkGroup="g")["QueryExecutionIds"] == [query_id]
    assert "QueryExecutionIds" in local.athena.list_query_executions()
    assert query_id not in local.athena.list_query_executions()["QueryExecutionIds"]
    assert refused(local.athena.delete_work_group, WorkGroup="g")["Message"] == "WorkGroup g is not empty."
    local.athena.delete_work_group(WorkGroup="g", RecursiveDeleteOption=True)
    assert refused(local.athena.get_query_execution, QueryExecutionId=query_id)["Code"] == "InvalidRequestException"


def test_default_location_of_primary_is_an_option_of_the_server(serve_athena: Serve) -> None:
    with serve_athena(output_location="s3://results/default/") as local:
        execution = local.run("select 1", ResultConfiguration={})
        assert execution["ResultConfiguration"]["OutputLocation"].startswith("s3://results/default/")


def test_prepared_statement_lives_and_dies(local: Local) -> None:
    key = {"StatementName": "by_name", "WorkGroup": "primary"}
    local.athena.create_prepared_statement(**key, QueryStatement="select ?", Description="d")
    found = local.athena.get_prepared_statement(**key)["PreparedStatement"]
    assert (found["QueryStatement"], found["Description"], found["WorkGroupName"]) == ("select ?", "d", "primary")
    repeated = refused(local.athena.create_prepared_statement, **key, QueryStatement="select 2")
    assert repeated["Code"] == "InvalidRequestException"
    local.athena.update_prepared_statement(**key, QueryStatement="select ?, ?")
    batch = local.athena.batch_get_prepared_statement(PreparedStatementNames=["by_name", "other"], WorkGroup="primary")
    assert [one["QueryStatement"] for one in batch["PreparedStatements"]] == ["select ?, ?"]
    assert [one["StatementName"] for one in batch["UnprocessedPreparedStatementNames"]] == ["other"]
    listed = local.athena.list_prepared_statements(WorkGroup="primary")["PreparedStatements"]
    assert [sorted(one) for one in listed] == [["LastModifiedTime", "StatementName"]]
    local.athena.delete_prepared_statement(**key)
    for call in (local.athena.get_prepared_statement, local.athena.delete_prepared_statement):
        error = refused(call, **key)
        assert (error["Code"], error["ResourceName"]) == ("ResourceNotFoundException", "by_name")


def test_prepared_statements_are_the_groups_own(local: Local) -> None:
    local.athena.create_work_group(Name="g")
    local.athena.create_prepared_statement(StatementName="by_name", WorkGroup="g", QueryStatement="select 1")
    error = refused(local.athena.get_prepared_statement, StatementName="by_name", WorkGroup="primary")
    assert error["Code"] == "ResourceNotFoundException"


def test_named_query_lives_and_dies(local: Local) -> None:
    token = "n" * 32
    given = {"Name": "n", "Database": "default", "QueryString": "select 1", "ClientRequestToken": token}
    query_id = local.athena.create_named_query(**given)["NamedQueryId"]
    assert local.athena.create_named_query(**given)["NamedQueryId"] == query_id
    local.athena.update_named_query(NamedQueryId=query_id, Name="m", QueryString="select 2")
    found = local.athena.get_named_query(NamedQueryId=query_id)["NamedQuery"]
    assert (found["Name"], found["QueryString"], found["Database"], found["WorkGroup"]) == (
        "m",
        "select 2",
        "default",
        "primary",
    )
    batch = local.athena.batch_get_named_query(NamedQueryIds=[query_id, "nobody"])
    assert [one["NamedQueryId"] for one in batch["NamedQueries"]] == [query_id]
    assert [one["NamedQueryId"] for one in batch["UnprocessedNamedQueryIds"]] == ["nobody"]
    assert local.athena.list_named_queries()["NamedQueryIds"] == [query_id]
    local.athena.delete_named_query(NamedQueryId=query_id)
    assert refused(local.athena.get_named_query, NamedQueryId=query_id)["Code"] == "InvalidRequestException"
    assert local.athena.list_named_queries()["NamedQueryIds"] == []


def test_tags_are_kept(local: Local) -> None:
    local.athena.create_work_group(Name="g", Tags=[{"Key": "team", "Value": "music"}])
    resource = f"{ACCOUNT_ARN}:workgroup/g"
    local.athena.tag_resource(ResourceARN=resource, Tags=[{"Key": "cost", "Value": "1"}])
    tags = local.athena.list_tags_for_resource(ResourceARN=resource)["Tags"]
    assert tags == [{"Key": "cost", "Value": "1"}, {"Key": "team", "Value": "music"}]
    local.athena.untag_resource(ResourceARN=resource, TagKeys=["team"])
    assert local.athena.list_tags_for_resource(ResourceARN=resource)["Tags"] == [{"Key": "cost", "Value": "1"}]
    error = refused(local.athena.list_tags_for_resource, ResourceARN=f"{ACCOUNT_ARN}:workgroup/nobody")
    assert error["Code"] == "ResourceNotFoundException"


def test_engine_versions_are_listed(local: Local) -> None:
    versions = local.athena.list_engine_versions()["EngineVersions"]
    assert {one["EffectiveEngineVersion"] for one in versions} == {"Athena engine version 3"}
