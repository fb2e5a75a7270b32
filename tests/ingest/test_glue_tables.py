"""Raw tables in Glue: one over every declared table's folder, brought in line when the declaration changes."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ingest import glue_tables, tables
from ingest.errors import CatalogueUnwritable

LAKE = "s3://bucket/lake"


@pytest.fixture
def glue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_GLUE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": "k", "SECRET_ACCESS_KEY": "s", "DEFAULT_REGION": "ap-northeast-2"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        yield boto3.client("glue")


def table(glue: Any, name: str) -> Any:
    return glue.get_table(DatabaseName="segue_raw_spotify", Name=name)["Table"]


def test_every_declared_table_is_laid_out_once(glue: Any) -> None:
    laid_out = glue_tables.register(LAKE, "raw_spotify", "segue")
    assert set(laid_out) == {*tables.tables("raw_spotify"), "_dlt_loads"}
    assert glue_tables.register(LAKE, "raw_spotify", "segue") == []


def test_a_table_has_the_declared_columns_and_lies_over_its_folder(glue: Any) -> None:
    glue_tables.register(LAKE, "raw_spotify", "segue")
    storage = table(glue, "audio_features")["StorageDescriptor"]
    columns = {column["Name"]: column["Type"] for column in storage["Columns"]}
    assert storage["Location"] == "s3://bucket/lake/raw_spotify/audio_features/"
    assert "Parquet" in storage["SerdeInfo"]["SerializationLibrary"]
    given = {
        "track_id": "string",
        "energy": "double",
        "key": "bigint",
        "retrieved_at": "timestamp",
        "_dlt_load_id": "string",
    }
    assert {name: columns.get(name) for name in given} == given
    assert table(glue, "tracks")["StorageDescriptor"]["Columns"][4]["Type"] == "string", "JSON is text"


def test_finished_loads_are_read_from_json_lines(glue: Any) -> None:
    glue_tables.register(LAKE, "raw_spotify", "segue")
    storage = table(glue, "_dlt_loads")["StorageDescriptor"]
    assert "JsonSerDe" in storage["SerdeInfo"]["SerializationLibrary"]
    assert [column["Name"] for column in storage["Columns"]] == ["load_id", "status"]


def test_a_lake_that_moved_moves_its_tables(glue: Any) -> None:
    glue_tables.register(LAKE, "raw_spotify", "segue")
    assert "artists" in glue_tables.register("s3://other/lake", "raw_spotify", "segue")
    assert table(glue, "artists")["StorageDescriptor"]["Location"] == "s3://other/lake/raw_spotify/artists/"


def test_a_table_without_a_new_column_gets_it(glue: Any) -> None:
    glue_tables.register(LAKE, "raw_spotify", "segue")
    old = glue_tables.table_input(LAKE, "raw_spotify", "artists")
    old["StorageDescriptor"]["Columns"] = old["StorageDescriptor"]["Columns"][:3]
    glue.update_table(DatabaseName="segue_raw_spotify", TableInput=old)
    assert glue_tables.register(LAKE, "raw_spotify", "segue") == ["artists"]
    assert len(table(glue, "artists")["StorageDescriptor"]["Columns"]) > 3


def test_a_glue_that_does_not_answer_is_told_with_what_to_look_at(glue: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise glue.exceptions.AccessDeniedException({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetTables")

    monkeypatch.setattr(glue_tables, "_known", refuse)
    with pytest.raises(CatalogueUnwritable, match=r"segue_raw_spotify in Glue: .*AccessDenied.*AWS_ENDPOINT_URL_GLUE"):
        glue_tables.register(LAKE, "raw_spotify", "segue")
