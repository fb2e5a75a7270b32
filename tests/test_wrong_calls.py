"""Wrong calls and missing things: the right exit code, a message with the next step, and no traceback."""

from pathlib import Path

import pytest

from tests.segue_command import Segue

pytestmark = pytest.mark.slow

NOWHERE = "postgresql://user:secret-word@127.0.0.1:9/none"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run", "--source", "nonsense"], 2, "one of demo, spotify, catalogue_dump"),
        (["run", "--source", "spotify", "--names", "names.txt"], 2, "set SPOTIFY_CLIENT_ID"),
        (["run", "--source", "catalogue_dump", "/no/such/folder"], 1, "/no/such/folder: there is no such folder"),
        (["publish"], 1, "Next: segue build"),
        (["up", "nonsense"], 2, "name one of postgres"),
        (["demo", "export", "."], 2, "Next: name a new one"),
        (["ingest", "spotify", "--names", "/no/names", "--catalogue", "demo"], 2, "/no/names"),
        (["ask"], 2, "Missing argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_it_says_what_would_be_right(tmp_path: Path, words: list[str], code: int, says: str) -> None:
    answer = Segue(tmp_path / "state", {}).run(*words, expect=code)
    assert says in answer.stderr and "Traceback" not in answer.stderr


def test_a_state_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    assert "is a file" in Segue(tmp_path / "state", {}).run("status", expect=2).stderr


def test_postgres_that_is_down_is_named_without_its_password(tmp_path: Path) -> None:
    answer = Segue(tmp_path / "state", {"SEGUE_POSTGRES_URL": NOWHERE}).run("ask", "aespa", expect=1)
    assert "Postgres does not answer" in answer.stderr and "secret-word" not in answer.stderr


def test_half_a_key_is_not_a_key(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("aespa")
    segue = Segue(tmp_path / "state", {"SPOTIFY_CLIENT_ID": "mine"})
    answer = segue.run("ingest", "spotify", "--names", str(tmp_path / "names.txt"), expect=2)
    assert "SPOTIFY_CLIENT_SECRET: not set" in answer.stderr


def test_asking_before_anything_is_published_says_so(tmp_path: Path) -> None:
    assert "nothing was ever published" in Segue(tmp_path / "state", {}).run("ask", "aespa", expect=1).stderr


def test_a_state_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    answer = Segue(tmp_path / "file" / "state", {}).run("run", "--source", "catalogue_dump", "x", expect=1)
    assert "SEGUE_HOME" in answer.stderr and "Traceback" not in answer.stderr
