"""Data catalogues, databases and tables, as Athena shows what Glue holds."""

from typing import Any

import pytest

from tests.orchestration.local.athena.conftest import Local, refused

TABLE: dict[str, Any] = {
    "Name": "tracks",
    "TableType": "EXTERNAL_TABLE",
    "Parameters": {"classification": "parquet"},
    "PartitionKeys": [{"Name": "day", "Type": "date"}],
    "StorageDescriptor": {
        "Columns": [{"Name": "id", "Type": "string", "Comment": "Spotify's"}],
        "Location": "s3://results/tracks",
        "InputFormat": "in",
        "OutputFormat": "out",
        "SerdeInfo": {"SerializationLibrary": "serde", "Parameters": {"field.delim": ","}},
    },
}


def test_default_database_is_there_from_the_start(local: Local) -> None:
    found = local.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="default")
    assert found["Database"]["Name"] == "default"


def test_databases_are_listed_in_pages(local: Local) -> None:
    for name in ("page_a", "page_b", "page_c"):
        local.glue.create_database(DatabaseInput={"Name": name, "Parameters": {"a": "b"}})
    names: list[str] = []
    more: dict[str, str] = {}
    while True:
        page = local.athena.list_databases(CatalogName="awsdatacatalog", MaxResults=2, **more)
        assert len(page["DatabaseList"]) <= 2
        names += [one["Name"] for one in page["DatabaseList"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert names == sorted(names)
    assert {"default", "page_a", "page_b", "page_c"} <= set(names)
    found = local.athena.get_database(CatalogName="AwsDataCatalog", DatabaseName="PAGE_A")["Database"]
    assert found == {"Name": "page_a", "Parameters": {"a": "b"}}


def test_table_is_described(local: Local) -> None:
    local.glue.create_database(DatabaseInput={"Name": "music"})
    local.glue.create_table(DatabaseName="music", TableInput=TABLE)
    asked = {"CatalogName": "AwsDataCatalog", "DatabaseName": "music"}
    found = local.athena.get_table_metadata(**asked, TableName="Tracks")["TableMetadata"]
    assert (found["Name"], found["TableType"]) == ("tracks", "EXTERNAL_TABLE")
    assert found["Columns"] == [{"Name": "id", "Type": "string", "Comment": "Spotify's"}]
    assert found["PartitionKeys"] == [{"Name": "day", "Type": "date"}]
    assert found["Parameters"] == {
        "classification": "parquet",
        "location": "s3://results/tracks",
        "inputformat": "in",
        "outputformat": "out",
        "serde.serialization.lib": "serde",
        "serde.param.field.delim": ",",
    }
    local.glue.create_table(DatabaseName="music", TableInput={**TABLE, "Name": "artists"})
    local.glue.create_table(DatabaseName="music", TableInput={**TABLE, "Name": "art"})
    listed = local.athena.list_table_metadata(**asked)["TableMetadataList"]
    assert [one["Name"] for one in listed] == ["art", "artists", "tracks"]
    matching = local.athena.list_table_metadata(**asked, Expression="art.*", MaxResults=1)
    assert [one["Name"] for one in matching["TableMetadataList"]] == ["art"]
    rest = local.athena.list_table_metadata(**asked, Expression="art.*", NextToken=matching["NextToken"])
    assert [one["Name"] for one in rest["TableMetadataList"]] == ["artists"]
    whole = local.athena.list_table_metadata(**asked, Expression="art")["TableMetadataList"]
    assert [one["Name"] for one in whole] == ["art"]
    assert len(local.athena.list_table_metadata(**asked, Expression="*")["TableMetadataList"]) == 3


@pytest.mark.parametrize(
    ("operation", "asked"),
    [
        ("get_database", {"CatalogName": "AwsDataCatalog", "DatabaseName": "nope"}),
        ("list_table_metadata", {"CatalogName": "AwsDataCatalog", "DatabaseName": "nope"}),
        ("get_table_metadata", {"CatalogName": "AwsDataCatalog", "DatabaseName": "default", "TableName": "nope"}),
        ("get_database", {"CatalogName": "nope", "DatabaseName": "default"}),
    ],
)
def test_missing_metadata_is_a_metadata_exception(local: Local, operation: str, asked: dict[str, str]) -> None:
    error = refused(getattr(local.athena, operation), **asked)
    assert error["Code"] == "MetadataException"
    assert "EntityNotFoundException" in error["Message"]


def test_catalogues(local: Local) -> None:
    assert local.athena.get_data_catalog(Name="awsdatacatalog")["DataCatalog"]["Type"] == "GLUE"
    given = {"Name": "mine", "Type": "GLUE", "Parameters": {"catalog-id": "000000000000"}}
    local.athena.create_data_catalog(**given)
    assert local.athena.get_data_catalog(Name="mine")["DataCatalog"]["Parameters"] == given["Parameters"]
    listed = local.athena.list_data_catalogs()["DataCatalogsSummary"]
    assert [(one["CatalogName"], one["Type"]) for one in listed] == [("AwsDataCatalog", "GLUE"), ("mine", "GLUE")]
    local.athena.delete_data_catalog(Name="mine")
    assert refused(local.athena.get_data_catalog, Name="mine")["Code"] == "InvalidRequestException"
    assert refused(local.athena.delete_data_catalog, Name="AwsDataCatalog")["Code"] == "InvalidRequestException"
