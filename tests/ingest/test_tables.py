"""The declared columns are the contract with dbt: what they are, and that dlt gets them as they are."""

import pytest

from ingest import tables

EVERY_TABLE = [(dataset, table) for dataset in tables.datasets() for table in tables.tables(dataset)]


def test_the_datasets_are_declared() -> None:
    providers = ("spotify", "reccobeats", "musicbrainz", "catalogue_dump", "dynamodb", "segue", "spark")
    assert tables.datasets() == tuple(f"raw_{provider}" for provider in providers)


@pytest.mark.parametrize(("dataset", "table"), EVERY_TABLE)
def test_every_row_says_whose_it_is_and_when_it_came(dataset: str, table: str) -> None:
    columns = tables.columns(dataset, table)
    assert list(columns)[:2] == ["provider", "retrieved_at"]
    assert columns["retrieved_at"] == {"name": "retrieved_at", "data_type": "timestamp", "nullable": False}
    assert columns["provider"]["nullable"] is False


def test_json_is_text_for_every_engine() -> None:
    genres = tables.columns("raw_spotify", "artists")["genres"]
    assert genres == {"name": "genres", "data_type": "text", "nullable": True}
    assert tables.json_columns("raw_spotify", "artists") == {"genres", "images"}


def test_keys_are_not_null_and_the_rest_may_be() -> None:
    columns = tables.columns("raw_catalogue_dump", "track_artists")
    assert tables.key_columns("raw_catalogue_dump", "track_artists") == ("track_id", "artist_id")
    assert [name for name, column in columns.items() if column["nullable"]] == ["position"]


def test_audio_features_hold_thirteen_values_of_two_types() -> None:
    columns = tables.columns("raw_catalogue_dump", "audio_features")
    values = {name: column["data_type"] for name, column in columns.items()} | {}
    for common in ("provider", "retrieved_at", "track_id"):
        del values[common]
    assert len(values) == 13
    assert {name for name, kind in values.items() if kind == "bigint"} == {
        "key",
        "mode",
        "duration_ms",
        "time_signature",
    }


@pytest.mark.parametrize(("dataset", "table"), EVERY_TABLE)
def test_loads_append_and_ignore_unknown_columns(dataset: str, table: str) -> None:
    hints = tables.hints(dataset, table)
    assert hints["write_disposition"] == "append"
    assert hints["schema_contract"]["columns"] == "discard_value"
