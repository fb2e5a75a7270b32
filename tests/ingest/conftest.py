"""A state folder of one's own and the command line run inside the test's process."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.__main__ import main

Ingest = Callable[..., tuple[int, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def ingest(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ingest]:
    """Call with arguments of `python -m ingest`; answers exit code and the JSON summary (None without one)."""
    before = dict(os.environ)
    os.environ["SEGUE_HOME"] = str(home)

    def run(*arguments: object, **variables: str) -> tuple[int, Any]:
        os.environ.update(variables)
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        printed = capsys.readouterr().out.strip()
        return code, json.loads(printed) if printed else None

    yield run
    os.environ.clear()
    os.environ.update(before)
