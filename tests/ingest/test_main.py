"""The command line as cron sees it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import pipelines
from tests.conftest import ROOT


def command(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SEGUE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("catalogue_dump",)])
def test_a_wrong_call_is_exit_2_and_shows_the_usage(home: Path, arguments: tuple[str, ...]) -> None:
    answer = command(*arguments, home=home)
    assert answer.returncode == 2
    assert "usage: python -m ingest" in answer.stderr


@pytest.mark.slow
def test_every_source_has_a_subcommand_that_explains_itself(home: Path) -> None:
    answer = command("--help", home=home)
    for source in pipelines.SOURCES:
        assert re.search(rf"^    {source}\b", answer.stdout, re.MULTILINE)


@pytest.mark.slow
def test_the_answer_is_on_stdout_and_progress_on_stderr(home: Path, tmp_path: Path) -> None:
    (tmp_path / "artists.csv").write_text("artist_id\na1\n")
    answer = command("catalogue_dump", str(tmp_path), home=home)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("catalogue_dump: ")
    assert answer.stdout.count("\n") == 1
    assert "INFO ingest.catalogue_dump.command: catalogue_dump: artists.csv" in answer.stderr
