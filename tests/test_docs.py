"""README and CONTRIBUTING still tell the truth: their commands work, and the answers they show are the answers given.

A fenced block that begins with `$ ` is a session: every `$ segue ...` line in it is typed, in order of the page, in one
fresh state folder. What `segue ask` prints must equal what the page shows; of the other commands the exit code counts.
`make`, `pytest` and `git` lines are typed by CI and by contributors: what they name (targets, paths, tests, options)
must be there. So must every file that a page links to or names in backticks.
"""

import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md")
_BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_FOLDERS = ("ingest", "dbt_project", "chalice_bot", "spark", "orchestration", "tests")
DOCUMENTS = (
    *sorted(file.name for file in ROOT.glob("*.md")),
    *sorted(
        str(file.relative_to(ROOT))
        for folder in _FOLDERS
        for file in (ROOT / folder).rglob("*.md")
        if not {"target", ".chalice"} & set(file.parts)
    ),
)
_ENDINGS = (".py", ".sql", ".yml", ".yaml", ".md", ".toml", ".csv", ".json", ".lock")
_OPTIONS_WITH_VALUES = ("-m", "-k", "-n", "-p", "--dist", "--durations")
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
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = set(re.findall(r"`(make [a-z][^`]*)`", text)) | set(_typed(page, "make"))
    for line in lines:
        answer = subprocess.run(["make", "-n", *shlex.split(line)[1:]], cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, f"{page} names `{line}`: {answer.stderr}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_links_to_or_names_exists(document: str) -> None:
    text = _FENCED.sub("", (ROOT / document).read_text(encoding="utf-8"))
    for path in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / document).parent / path).exists(), f"{document} links to {path}, which is not there"
    missing = [name for name in re.findall(r"`([^`\s]+)`", text) if _is_file_name(name) and not _found(document, name)]
    assert missing == [], f"{document} names files that are not there"


def _is_file_name(name: str) -> bool:
    """Whether it is a path in this repository: of one of its folders, or a name with a source file's ending."""
    if name.startswith(("/", "$", "..", ".segue", ".venv", "SEGUE_", "http")):
        return False
    return (name.split("/")[0] in _FOLDERS and "/" in name) or name.endswith(_ENDINGS)


def _found(document: str, name: str) -> bool:
    """Whether it is there, from the root or beside the document or, a bare name, anywhere; `<word>` stands for any."""
    pattern = re.sub(r"<[a-z]+>", "*", name).rstrip("/")
    return any(
        next(folder.glob(pattern), None) is not None
        for folder in (ROOT, (ROOT / document).parent, *(ROOT / name for name in _FOLDERS))
    ) or ("/" not in name and any(next((ROOT / folder).rglob(pattern), None) for folder in _FOLDERS))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_pytest_line_names_what_is_there(document: str) -> None:
    lines = _typed(document, "pytest")
    text = _FENCED.sub("", (ROOT / document).read_text(encoding="utf-8"))
    lines += re.findall(r"`(pytest [^`]+)`", text)
    for words in map(shlex.split, lines):
        assert _wrong_words(words[1:]) == [], f"{document}: `{' '.join(words)}`"


def test_a_wrong_pytest_line_would_be_seen() -> None:
    here = "tests/test_docs.py"
    good = [here, f"{here}::{test_a_wrong_pytest_line_would_be_seen.__name__}", "-m", "not slow", "-n2", "-k", "x"]
    bad = ["tests/gone", f"{here}::test_gone", "--no-such-option", "tests/gone.py::test_x"]
    assert _wrong_words([*good, *bad]) == bad


def _wrong_words(words: list[str]) -> list[str]:
    """The paths, node ids and options among pytest's arguments that are not there."""
    wrong, is_value = [], False
    for word in words:
        if is_value:
            is_value = False
        elif word.startswith("-"):
            name = word.split("=")[0] if word.startswith("--") else word[:2]
            is_value = name in _OPTIONS_WITH_VALUES and word == name
            if name not in _options():
                wrong.append(word)
        else:
            path, *names = word.split("::")
            file = ROOT / path
            text = file.read_text(encoding="utf-8") if file.is_file() else ""
            if not file.exists() or any(f" {name.partition('[')[0]}(" not in text for name in names):
                wrong.append(word)
    return wrong


@cache
def _options() -> set[str]:
    answer = subprocess.run(["pytest", "--help"], cwd=ROOT, env=_path(), capture_output=True, text=True, check=True)
    return set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", answer.stdout))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_git_line_is_a_command_of_git(document: str) -> None:
    known = subprocess.run(["git", "--list-cmds=main"], capture_output=True, text=True, check=True).stdout.split()
    assert [line for line in _typed(document, "git") if shlex.split(line)[1] not in known] == []


def _typed(document: str, program: str) -> list[str]:
    """Every line of a document's sessions that begins with this program."""
    return [entry.command for entry in typed(document) if shlex.split(entry.command)[0] == program]


def _path() -> dict[str, str]:
    return {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}"}


def test_every_variable_of_env_example_is_in_the_configuration_table() -> None:
    example = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert example and [name for name in example if f"`{name}`" not in readme] == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
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
