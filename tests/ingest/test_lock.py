"""One process per source (case 11): the second is told who holds the lock, and a dead owner holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.errors import AlreadyRunning
from ingest.lock import only_one

HOLDER = """
import sys
from pathlib import Path
from ingest.lock import only_one
with only_one("spotify", Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_second_process_is_told_the_first_ones_pid(tmp_path: Path) -> None:
    with hold(tmp_path) as child:
        with pytest.raises(AlreadyRunning, match=f"process {child.pid} ") as refused, only_one("spotify", tmp_path):
            pass
        child.communicate("")
    assert refused.value.pid == child.pid
    assert refused.value.exit_code == 1


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    with hold(tmp_path) as child:
        child.kill()
        child.communicate()
    with only_one("spotify", tmp_path):
        assert (tmp_path / "spotify.pid").read_text() == str(os.getpid())


def test_sources_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with only_one("spotify", tmp_path), only_one("musicbrainz", tmp_path):
        assert (tmp_path / "musicbrainz.lock").exists()
