"""The client runs from its three files alone, as a bot that ships them needs it."""

import shutil
import subprocess
import sys
from pathlib import Path

import ingest

FILES = ("deadlines.py", "waits.py", "spotify/client.py")


def test_three_files_are_all_the_client_needs(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / "ingest" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(Path(ingest.__file__).parent / name, tmp_path / "ingest" / name)
    code = "import sys; sys.path.insert(0, '.'); import ingest.spotify.client as it; print(it.__file__); "
    code += "print(sorted(name for name in sys.modules if name.startswith(('ingest.', 'dlt', 'orchestration'))))"
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    where, loaded = done.stdout.splitlines()
    assert where.startswith((str(tmp_path), "./"))
    assert loaded == "['ingest.deadlines', 'ingest.spotify', 'ingest.spotify.client', 'ingest.waits']"
