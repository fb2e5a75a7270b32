"""The three states of a kill that dlt does not get out of by itself (case 10), each made by hand.

Test_kill finds such states by trying; these name them.
"""

from pathlib import Path

import pytest

from tests.ingest.conftest import Ingest
from tests.ingest.visible import staged_rows, visible_rows

DATASET = "raw_catalogue_dump"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    folder = tmp_path / "dump"
    folder.mkdir()
    (folder / "artists.csv").write_text("artist_id,name\na1,IU\n")
    return folder


def test_a_dataset_folder_that_was_made_and_no_more(ingest: Ingest, dump: Path, home: Path) -> None:
    (home / "lake" / DATASET).mkdir(parents=True)
    assert ingest("catalogue_dump", dump)[0] == 0
    assert len(visible_rows(home, DATASET, "artists")) == 1


def test_a_package_that_was_marked_as_loaded_and_not_moved(ingest: Ingest, dump: Path, home: Path) -> None:
    _, answer = ingest("catalogue_dump", dump)
    once = staged_rows(home, DATASET, "artists")
    packages = home / "dlt" / "catalogue_dump" / "load"
    load_id = answer["load_ids"][-1]
    (packages / "loaded" / load_id).rename(packages / "normalized" / load_id)
    assert ingest("catalogue_dump", dump)[0] == 0
    assert staged_rows(home, DATASET, "artists") == once
    assert list((packages / "normalized").iterdir()) == []


def test_an_extracted_package_that_was_deleted_by_half(ingest: Ingest, dump: Path, home: Path) -> None:
    _, answer = ingest("catalogue_dump", dump)
    extracted = home / "dlt" / "catalogue_dump" / "normalize" / "extracted"
    (extracted / answer["load_ids"][-1] / "new_jobs").mkdir(parents=True)
    assert ingest("catalogue_dump", dump)[0] == 0
    assert list(extracted.iterdir()) == []
    assert len(visible_rows(home, DATASET, "artists")) == 2
