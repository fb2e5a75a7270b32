"""A lock file that is written can be read."""

from pathlib import Path

from orchestration.local.java import Library, read_lock
from orchestration.local.lock_libraries import as_lock


def test_what_is_locked_is_what_is_read(tmp_path: Path) -> None:
    file = tmp_path / "some.lock"
    file.write_text(as_lock([("g:b:2:jar", "bb"), ("g:a:1:linux:so", "aa")]), encoding="utf-8")
    assert read_lock(file) == [Library("g", "a", "1", "linux", "so", "aa"), Library("g", "b", "2", "", "jar", "bb")]
