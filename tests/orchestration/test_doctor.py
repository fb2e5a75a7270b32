"""Each check of the doctor, on a machine that has the fault and on one that has not."""

import json
from pathlib import Path

import pytest

from orchestration import doctor
from orchestration.doctor import Finding


def find(findings: list[Finding], name: str) -> Finding:
    return next(one for one in findings if one.name == name)


def test_every_finding_that_is_not_ok_names_a_command(tmp_path: Path) -> None:
    findings = doctor.examine(tmp_path / "home", {"SEGUE_CACHE": str(tmp_path / "cache")})
    assert {one.state for one in findings} <= {"ok", "warn", "fail"}
    assert all(bool(one.mend) == (one.state != "ok") for one in findings)
    assert find(findings, "dynamodb libraries").state == "warn"
    assert json.loads(doctor.as_json(findings))[0]["name"] == "Python"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"SPOTIFY_CLIENT_ID": "x"}, "SPOTIFY_CLIENT_SECRET"),
        ({"SEGUE_POSTGRES_URL": "mysql://me:secret@host/db"}, "SEGUE_POSTGRES_URL"),
        ({"RECCOBEATS_API_URL": "api.reccobeats.com"}, "RECCOBEATS_API_URL"),
        ({"MUSICBRAINZ_CALLS_PER_SECOND": "many"}, "MUSICBRAINZ_CALLS_PER_SECOND"),
        ({"SPOTIFY_MARKET": "Korea"}, "SPOTIFY_MARKET"),
    ],
)
def test_implausible_variable_fails(tmp_path: Path, variables: dict[str, str], name: str) -> None:
    findings = doctor.examine(tmp_path, {"SEGUE_CACHE": str(tmp_path), **variables})
    assert find(findings, name).state == "fail"
    assert "secret" not in doctor.as_text(findings)


def test_package_other_than_locked_fails(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("psutil==0.1 \\\n    --hash=sha256:00\nabsent-thing==1\n")
    found = find(doctor.examine(tmp_path, {"SEGUE_CACHE": str(tmp_path)}, tmp_path), "packages")
    assert found.state == "fail"
    assert "psutil is" in found.detail and "absent-thing is missing" in found.detail
