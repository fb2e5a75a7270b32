"""A warehouse that dbt could not write is told before anything is done."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import Settings
from orchestration.warehouse_file import WarehouseUnusable, check

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def settings(home: Path) -> Settings:
    return Settings(home, {})


def test_one_that_is_not_there_yet_or_is_sound_is_fine(tmp_path: Path) -> None:
    check(settings(tmp_path))
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as database:
        database.execute("create table t as select 1")
    check(settings(tmp_path))


def test_another_kind_of_file_is_told_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.duckdb"
    file.write_text("no database at all")
    with pytest.raises(WarehouseUnusable, match=r"elsewhere\.duckdb is no DuckDB file\. Next: point SEGUE_WAREHOUSE"):
        check(Settings(tmp_path, {"SEGUE_WAREHOUSE": str(file)}))
    assert file.read_text() == "no database at all"


def test_one_that_another_process_writes_is_told(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout and other.stdout.readline() == "held\n"
        with pytest.raises(WarehouseUnusable, match="is being written by another process"):
            check(settings(tmp_path))
        other.communicate()
    check(settings(tmp_path))
