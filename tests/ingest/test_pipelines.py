"""Loading: declared tables, nothing half-done visible, the source's own error reaches the caller."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pytest

from ingest import pipelines, tables
from ingest.__main__ import configure_dlt
from ingest.errors import Deferred, IngestError, LakeUnwritable
from ingest.settings import Settings, from_environment
from tests.ingest.conftest import Ingest
from tests.ingest.visible import visible_rows

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def settings(home: Path) -> Iterator[Settings]:
    before = dict(os.environ)
    made = from_environment({"SEGUE_HOME": str(home)})
    configure_dlt(made, os.environ)
    yield made
    os.environ.clear()
    os.environ.update(before)


def misses(rows: list[dict[str, Any]], error: Exception | None = None) -> Any:
    def produce() -> Iterator[dict[str, Any]]:
        for row in rows:
            yield {"provider": "reccobeats", "retrieved_at": NOW, **row}
        if error:
            raise error

    @dlt.source(name="reccobeats", max_table_nesting=0)
    def source() -> Any:
        return dlt.resource(produce, **tables.hints("raw_reccobeats", "misses"))

    return source()


def test_declare_writes_every_table_of_every_dataset_once(ingest: Ingest, home: Path) -> None:
    code, first = ingest("declare")
    assert code == 0
    assert [len(answer["load_ids"]) for answer in first] == [1] * len(tables.datasets())
    for dataset in tables.datasets():
        for table in tables.tables(dataset):
            assert visible_rows(home, dataset, table) == []
    _, second = ingest("declare")
    assert [answer["load_ids"] for answer in second] == [[]] * len(tables.datasets())


def test_a_column_declared_later_reaches_a_lake_that_is_there(
    ingest: Ingest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setitem(tables._DECLARED["raw_segue"], "published_quality", "generation! metric! value:double")
        tables.columns.cache_clear()
        ingest("declare")
    tables.columns.cache_clear()
    ingest("declare")
    files = home / "lake" / "raw_segue" / "published_quality" / "*.parquet"
    found = duckdb.execute(f"describe from read_parquet('{files}', union_by_name = true)").fetchall()
    assert tables.columns("raw_segue", "published_quality").keys() <= {row[0] for row in found}


def test_declared_types_are_those_of_the_files(ingest: Ingest, home: Path) -> None:
    ingest("declare")
    names = {"text": "VARCHAR", "bigint": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}
    files = home / "lake" / "raw_spotify" / "tracks" / "*.parquet"
    found = {row[0]: row[1] for row in duckdb.execute(f"describe from read_parquet('{files}')").fetchall()}
    for name, column in tables.columns("raw_spotify", "tracks").items():
        expected = names.get(column["data_type"], "TIMESTAMP WITH TIME ZONE")
        assert found[name] == expected, name
    assert {"_dlt_load_id", "_dlt_id"} <= set(found)


def test_rows_of_a_source_become_visible(settings: Settings, home: Path) -> None:
    summary = pipelines.load("reccobeats", misses([{"track_id": "t1", "reason": "404", "surprise": 1}]), settings)
    assert summary.rows["misses"] == 1
    assert visible_rows(home, "raw_reccobeats", "misses") == [
        {"provider": "reccobeats", "track_id": "t1", "reason": "404"}
    ]


def test_a_failing_source_leaves_nothing_and_its_own_error_is_raised(settings: Settings, home: Path) -> None:
    put_off = Deferred("quota until tomorrow")
    with pytest.raises(Deferred) as raised:
        pipelines.load("reccobeats", misses([{"track_id": "t1"}], put_off), settings)
    assert raised.value is put_off
    assert visible_rows(home, "raw_reccobeats", "misses") == []
    pipelines.load("reccobeats", misses([{"track_id": "t2"}]), settings)
    assert [row["track_id"] for row in visible_rows(home, "raw_reccobeats", "misses")] == ["t2"]


def test_an_error_that_is_not_ours_says_which_step_and_what_next(settings: Settings) -> None:
    with pytest.raises(IngestError, match=r"dlt gave up in step extract: 'surprise'.*Next: run the same command again"):
        pipelines.load("reccobeats", misses([], KeyError("surprise")), settings)


def test_a_full_disk_is_said_to_be_one(settings: Settings) -> None:
    with pytest.raises(LakeUnwritable, match=r"No space left on device.*Next: free space"):
        pipelines.load("reccobeats", misses([], OSError(28, "No space left on device")), settings)


def test_no_configuration_of_the_machine_leaks_in(home: Path) -> None:
    environment = {"DESTINATION__FILESYSTEM__BUCKET_URL": "/elsewhere", "LOAD__WORKERS": "1", "PATH": "/bin"}
    configure_dlt(from_environment({"SEGUE_HOME": str(home)}), environment)
    assert "DESTINATION__FILESYSTEM__BUCKET_URL" not in environment
    assert "LOAD__WORKERS" not in environment
    assert environment["PATH"] == "/bin"
    assert environment["RUNTIME__DLTHUB_TELEMETRY"] == "false"
    assert environment["DLT_PROJECT_DIR"] == str(home / "dlt")
