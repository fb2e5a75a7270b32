"""README and CONTRIBUTING still tell the truth: their commands work, and the answers they show are the answers given.

A fenced block that begins with `$ ` is a session: every `$ segue ...` line in it is typed, in order of the page, in one
fresh state folder. What `segue ask` prints must equal what the page shows; of the other commands the exit code counts.
`make` targets must exist; the long ones are typed by CI itself.
"""

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md")
_BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_TYPED_BY_CI = {"make", "git", "cd", "pytest"}


@dataclass(frozen=True)
class Typed:
    """One command of a page and the output that the page shows below it."""

    page: str
    command: str
    shown: str


def typed(page: str) -> list[Typed]:
    found = []
    for block in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            found.append(Typed(page, command.strip(), shown.rstrip()))
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_and_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in set(re.findall(r"`make ([a-z]+)", text)) | set(re.findall(r"^\$ make ([a-z]+)", text, re.MULTILINE)):
        answer = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, f"{page} names `make {target}`: {answer.stderr}"
    for path in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (ROOT / path).exists(), f"{page} links to {path}, which is not there"


def test_every_variable_of_env_example_is_in_the_configuration_table() -> None:
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert example and [name for name in example if f"`{name}`" not in readme] == []


@pytest.mark.slow
def test_the_sessions_of_the_pages_work_as_shown(tmp_path: Path) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "SPOTIFY_"))},
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "SEGUE_HOME": str(tmp_path / "home"),
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }
    # The page says `make run`; what that adds to `segue run` is the environment, which this test runs in.
    session = [Typed("README.md", "segue run", ""), *(entry for page in PAGES for entry in typed(page))]
    folder = tmp_path / "desk"
    folder.mkdir()
    try:
        for entry in session:
            words = shlex.split(entry.command)
            if words[0] in _TYPED_BY_CI:
                continue
            answer = subprocess.run(
                words, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
            )
            assert answer.returncode == 0, (
                f"{entry.page}: `{entry.command}` ended with {answer.returncode}:\n{answer.stderr}"
            )
            if words[:2] == ["segue", "ask"]:
                assert answer.stdout.rstrip() == entry.shown, f"{entry.page}: `{entry.command}` answers otherwise now"
    finally:
        subprocess.run(["segue", "down"], env=environment, cwd=ROOT, capture_output=True, check=True)
