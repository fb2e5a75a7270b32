"""Answers are kept whole, or it is said why not."""

import sqlite3
from pathlib import Path

import pytest

from ingest.answers import Answers
from ingest.errors import LakeUnwritable


def test_a_full_disk_is_told_and_what_was_kept_stays(tmp_path: Path) -> None:
    file = tmp_path / "answers.sqlite"
    with Answers(file) as answers:
        answers.put("kept", {"a": 1})
        pages = answers._database.execute("pragma page_count").fetchone()[0]
        # SQLite's own limit fails exactly as a full disk does: SQLITE_FULL in the middle of a transaction.
        answers._database.execute(f"pragma max_page_count = {pages + 1}")
        with pytest.raises(LakeUnwritable, match=r"answers\.sqlite: database or disk is full.*Next: free space"):
            answers.put_many({"small": 1, "large": "x" * 100_000})
        answers._database.execute("pragma max_page_count = 1000000")
        assert set(answers.many(["kept", "small", "large"])) == {"kept"}
        answers.put("after", 2)
    with Answers(file) as answers:
        assert {key: one.value for key, one in answers.many(["kept", "after"]).items()} == {
            "kept": {"a": 1},
            "after": 2,
        }


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "answers.sqlite"
    file.write_bytes(b"no database" * 100)
    with pytest.raises(LakeUnwritable, match="damaged file may be deleted") as problem:
        Answers(file)
    assert isinstance(problem.value.__cause__, sqlite3.DatabaseError)
