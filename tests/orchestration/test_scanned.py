"""dbt's account of a build on Athena -> bytes by model."""

import json
import os
from pathlib import Path

from orchestration.scanned import in_words, scanned


def account(folder: Path, *results: tuple[str, int | None]) -> None:
    entries = [{"unique_id": name, "adapter_response": {"data_scanned_in_bytes": read}} for name, read in results]
    entries.append({"unique_id": "seed.segue.signals", "adapter_response": {}})
    (folder / "run_results.json").write_text(json.dumps({"results": entries}), encoding="utf-8")
    os.utime(folder / "run_results.json", (1000, 1000))


def test_models_and_tests_that_read_come_the_most_first(tmp_path: Path) -> None:
    account(tmp_path, ("model.segue.small", 5), ("model.segue.large", 7_100_000), ("test.segue.none.d1", 0))
    found = scanned({"DBT_TARGET_PATH": str(tmp_path)}, since=999)
    assert list(found.items()) == [("large", 7_100_000), ("small", 5)]
    assert in_words(found, most=1) == "7.1 MB scanned, most by large 7.1 MB"


def test_an_account_of_an_earlier_build_says_nothing(tmp_path: Path) -> None:
    account(tmp_path, ("model.segue.small", 5))
    assert scanned({"DBT_TARGET_PATH": str(tmp_path)}, since=1001) == {}


def test_a_build_without_an_account_says_nothing(tmp_path: Path) -> None:
    assert scanned({"DBT_TARGET_PATH": str(tmp_path)}, since=0) == {}
    assert scanned({}, since=0) == {}
