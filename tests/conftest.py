"""Fixtures shared by all tests: where the real data is, and where the project is."""

from pathlib import Path

import pytest

from orchestration.local import demo
from tests.segue_command import KOREAN, ROCK, part_of_catalogue

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests come first, and those of one module (of one folder for the warehouse) share a worker.

    They share costly fixtures, which each worker would otherwise make for itself.
    """
    for item in items:
        if item.get_closest_marker("slow"):
            group = item.path.parent if item.path.parent.name == "dbt_project" else item.path
            item.add_marker(pytest.mark.xdist_group(str(group.relative_to(ROOT))))
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


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
