"""Case 10: killed in the middle, the next run asks only for what is missing and ends in the same rows."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.ingest.conftest import Ingest
from tests.ingest.spotify.conftest import Serve
from tests.ingest.visible import staged_rows, visible_rows

pytestmark = pytest.mark.slow


def test_case_10_killed_while_fetching(ingest: Ingest, home: Path, serve: Serve, names: Path, tmp_path: Path) -> None:
    running = serve({"match": "artist%3A", "nth": 2, "action": {"kind": "hold", "seconds": 30}})
    environment = {**os.environ, **running.environment, "SEGUE_HOME": str(home)}
    command = [sys.executable, "-m", "ingest", "spotify", "--names", str(names)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as child:
        assert child.stderr is not None
        while len([entry for entry in running.calls("/v1/search") if "artist%3A" in entry["query"]]) < 2:
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"ended with {child.wait(timeout=0.05)}: {child.stderr.read().decode()}")
        child.send_signal(signal.SIGKILL)
    assert visible_rows(home, "raw_spotify", "artists") == []
    running.forget()
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    asked = [entry["query"] for entry in running.calls()]
    assert len(asked) == 3, "two artists' tracks, and the features the key has not"
    running.server.apis.faults.clear()
    clean = tmp_path / "clean"
    ingest("spotify", "--names", names, SEGUE_HOME=str(clean))
    for table in ("artists", "albums", "tracks", "name_matches"):
        assert staged_rows(home, "raw_spotify", table) == staged_rows(clean, "raw_spotify", table)
        assert len(visible_rows(home, "raw_spotify", table)) == len(visible_rows(clean, "raw_spotify", table))
