"""Files of the lake appear whole or not at all, and a table without all its columns counts as missing."""

import shutil
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from ingest import tables
from ingest.errors import LakeUnwritable
from ingest.lake import Lake, WholeFiles, probe_folder


def test_a_copy_cut_short_leaves_no_file_under_the_final_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: str, target: str) -> None:
        Path(target).write_bytes(b"PAR1 hal")
        raise OSError(28, "No space left on device")

    (tmp_path / "a").write_bytes(b"PAR1 half and the rest")
    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(OSError, match="No space left"):
        WholeFiles().put_file(str(tmp_path / "a"), str(tmp_path / "b.parquet"))
    assert list(tmp_path.glob("*.parquet")) == []


def test_a_copy_has_the_same_content_and_leaves_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    WholeFiles().put_file(str(tmp_path / "a"), str(tmp_path / "b.parquet"))
    WholeFiles().write_text(str(tmp_path / "c.jsonl"), "{}", encoding="utf-8")
    assert (tmp_path / "b.parquet").read_bytes() == b"content"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b.parquet", "c.jsonl"]


def write_lake(root: Path, columns: list[str]) -> None:
    (root / "raw_segue" / "_dlt_loads").mkdir(parents=True)
    (root / "raw_segue" / "_dlt_loads" / "segue__1.jsonl").write_text("{}")
    for table in tables.tables("raw_segue"):
        (root / "raw_segue" / table).mkdir()
        pq.write_table(pa.table({name: [""] for name in columns}), root / "raw_segue" / table / "1.parquet")


def test_an_empty_lake_lacks_every_table(tmp_path: Path) -> None:
    assert Lake(str(tmp_path)).undeclared("raw_segue") == ["published_quality", "published_neighbours"]


def test_a_table_that_lacks_a_column_is_declared_again(tmp_path: Path) -> None:
    write_lake(tmp_path, list(tables.columns("raw_segue", "published_quality")))
    assert Lake(str(tmp_path)).undeclared("raw_segue") == ["published_neighbours"]


def test_a_folder_that_is_a_file_is_refused_by_the_variable_that_chose_it(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("")
    with pytest.raises(LakeUnwritable, match="SEGUE_LAKE_URL"):
        probe_folder(tmp_path / "lake", "SEGUE_LAKE_URL")
