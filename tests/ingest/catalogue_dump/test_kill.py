"""Case 10: killed anywhere in extract, normalise or load, the next run ends in the rows of a clean run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest import tables
from tests.conftest import ROOT
from tests.ingest.visible import staged_rows, visible_rows

DATASET = "raw_catalogue_dump"
DRIVER = ROOT / "tests" / "ingest" / "kill_driver.py"
POINTS = 12


def drive(dump: Path, base: Path, *points: int) -> list[dict[str, Any]]:
    base.mkdir(exist_ok=True)
    command = [sys.executable, str(DRIVER), str(dump), str(base), *map(str, points)]
    subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=True, capture_output=True)
    answers: list[dict[str, Any]] = json.loads((base / "answers.json").read_text())
    return answers


def staging(home: Path) -> dict[str, set[str]]:
    return {table: staged_rows(home, DATASET, table) for table in tables.tables(DATASET)}


@pytest.mark.slow
def test_a_kill_at_any_change_of_the_file_system_converges(tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.mkdir()
    (dump / "artists.csv").write_text('artist_id,name,popularity\na1,One,10\na2,Two,many\na3,"Three\nlines",\n')
    (dump / "tracks.csv").write_text('track_id,artist_ids\nt1,"[""a1"", ""a3""]"\n')
    (clean,) = drive(dump, tmp_path / "runs")
    expected = staging(Path(clean["home"]))
    assert {table: len(rows) for table, rows in expected.items() if rows} == {
        "artists": 2,
        "tracks": 1,
        "track_artists": 2,
        "quarantine": 1,
    }
    changes = int(clean["changes"])
    points = sorted({1 + number * (changes - 1) // (POINTS - 1) for number in range(POINTS)})
    for answer in drive(dump, tmp_path / "runs", *points):
        is_reached = answer["changes"] >= answer["point"]  # one run makes a few changes less than another
        assert (answer["killed"], answer["again"]) == (-9 if is_reached else 0, 0), answer
        assert is_reached or answer["point"] == points[-1], answer
        assert staging(Path(answer["home"])) == expected, answer
        assert len(visible_rows(Path(answer["home"]), DATASET, "tracks")) <= 2, "each finished load counts once"
