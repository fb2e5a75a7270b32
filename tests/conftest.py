"""Fixtures shared by all tests: where the real data is, and where the project is."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from orchestration.local import demo
from tests.segue_command import KOREAN, ROCK, part_of_catalogue, segue_in
from tests.serving_marts import Undisturbed, marts, words_of_a_run

ROOT = Path(__file__).resolve().parent.parent
SHARING = {
    "tests/test_athena_run.py": "both engines",
    "tests/test_killed_runs.py": "whole runs",
    "tests/test_killed_trino.py": "whole runs",
    "tests/test_end_to_end.py": "whole runs",
    "tests/dbt_project": "warehouses",
    "tests/orchestration/publish": "publishing",
}
"""Modules and folders whose tests share costly fixtures, longest first; of the others each module is by itself."""


_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class _BySharedFixtures(LoadScopeScheduling):  # type: ignore[misc]
    """Gives the tests that share costly fixtures to one worker.

    xdist has marks for that, and looks for them in the ids of the tests, where pytest 9.2 no longer shows them.
    """

    def _split_scope(self, nodeid: str) -> str:
        return _group(PurePath(nodeid.partition("::")[0]))


class _FailuresAtOnce:
    """Tells what failed when it fails, too: a run that is cut off never comes to pytest's own account at the end."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._terminal.write_line(f"\n{report.when} of {report.nodeid} failed after {report.duration:.0f} s:")
            self._terminal.write_line(report.longreprtext[-4000:])


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_FailuresAtOnce(terminal))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Take the groups in the order of the tests: xdist would begin with the largest, and end with the longest alone."""
    config.option.loadscopereorder = False
    return _BySharedFixtures(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first, the longest before all."""
    longest = list(dict.fromkeys(SHARING.values()))

    def place(item: pytest.Item) -> tuple[bool, int]:
        group = _group(item.path.relative_to(ROOT))
        is_slow = item.get_closest_marker("slow") is not None
        return not is_slow, longest.index(group) if group in longest else len(longest)

    items.sort(key=place)


def _group(module: PurePath) -> str:
    return next((SHARING[str(one)] for one in (module, module.parent) if str(one) in SHARING), str(module))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real data in {folder}, which is not on this machine")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("needs a Chromium: apt-get install -y chromium")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=sandbox) as browser:
        yield browser


@pytest.fixture(scope="session")
def small_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few dozen songs of the demo catalogue, as a folder that the local Spotify serves, with a list of names."""
    whole = tmp_path_factory.mktemp("whole")
    demo.export(whole)
    folder = part_of_catalogue(whole, tmp_path_factory.mktemp("part") / "catalogue", KOREAN + ROCK)
    (folder / "names.txt").write_text("\n".join([*KOREAN, *ROCK, "Nobody By This Name"]), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def undisturbed(small_catalogue: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """The whole job with a development key, run once, and the rows that it left."""
    with segue_in(tmp_path_factory.mktemp("undisturbed") / "state") as segue:
        segue.run(*words_of_a_run(small_catalogue, "development"))
        yield Undisturbed(segue, marts(segue))
