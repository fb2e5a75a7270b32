"""A bucket in a folder."""

from pathlib import Path

import pytest

from tests.ingest.dynamodb.exporting import Bucket


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    return Bucket(tmp_path / "bucket")
