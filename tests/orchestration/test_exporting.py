"""Tables of the warehouse as files for Spark."""

from pathlib import Path

import duckdb
import pytest

from orchestration.exporting import export, main
from orchestration.publish.errors import WarehouseUnreadable


def test_tables_of_several_schemas_come_out_whole(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for table in ("marts.songs", "intermediate.vectors", "marts.artists"):
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.execute(f"create table {table} as select '{table}' as name, n from range(3) as rows (n)")
    tables = ["marts.songs", "intermediate.vectors", "marts.artists"]
    files = export(tmp_path / "out", tables, {"SEGUE_HOME": str(tmp_path)})
    assert sorted(file.name for file in files) == ["artists.parquet", "songs.parquet", "vectors.parquet"]
    for table in tables:
        rows = duckdb.read_parquet(str(tmp_path / "out" / f"{table.partition('.')[2]}.parquet")).order("n").fetchall()
        assert rows == [(table, 0), (table, 1), (table, 2)]


def test_what_was_not_built_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WarehouseUnreadable, match="segue build"):
        export(tmp_path / "out", ["marts.songs"], {"SEGUE_HOME": str(tmp_path)})
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    assert main([str(tmp_path / "out"), "marts.songs"]) == 1
    assert "segue build" in capsys.readouterr().err
