"""Fixtures shared by all tests: where the real data is, and where the project is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.local import demo
from tests.segue_command import KOREAN, ROCK, part_of_catalogue, segue_in
from tests.serving_marts import Undisturbed, marts, words_of_a_run

ROOT = Path(__file__).resolve().parent.parent
SHARING = {
    "tests/test_killed_runs.py": "whole runs",
    "tests/test_end_to_end.py": "whole runs",
    "tests/dbt_project": "warehouses",
    "tests/orchestration/publish": "publishing",
}
"""Modules and folders whose slow tests share costly fixtures, longest first; of the others each module is by itself."""


def pytest_configure(config: pytest.Config) -> None:
    """Keep xdist from beginning with the module of most tests: the longest have few, and would run alone at the end."""
    config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first, the longest before all, and those that share costly fixtures share a worker.

    It must run before xdist's own hook, which reads the groups.
    """
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.xdist_group(SHARING.get(_shared(item), _shared(item))))
    places = list(SHARING)
    items.sort(
        key=lambda item: (
            item.get_closest_marker("slow") is None,
            places.index(_shared(item)) if _shared(item) in places else len(places),
        )
    )


def _shared(item: pytest.Item) -> str:
    module = item.path.relative_to(ROOT)
    return str(module.parent if str(module.parent) in SHARING else module)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout; a test that needs it skips where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"needs the real data in {folder}, which is not on this machine")
    return folder


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
