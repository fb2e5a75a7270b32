"""Write small dumps as a user would."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.catalogue_dump.chunks import DumpFile

Write = Callable[..., Path]


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / "dump"
    folder.mkdir()
    return folder


@pytest.fixture
def write(dump: Path) -> Write:
    """Write one file of the dump: text as UTF-8, bytes as they are."""

    def file(name: str, content: str | bytes) -> Path:
        path = dump / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return file


def as_file(path: Path, table: str = "artists") -> DumpFile:
    kind = path.name.split(".")[1]
    return DumpFile(table, path, kind, path.name.endswith(".gz"))
