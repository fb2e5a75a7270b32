"""Trino is not started where it could not live."""

from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from orchestration.local.athena.trino import config
from orchestration.local.athena.trino.service import Trino
from orchestration.local.errors import TooLittleMemory


def test_too_little_memory_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=900 * 2**20))
    with pytest.raises(TooLittleMemory, match=r"needs 1536 MB of memory to start, and 900 MB are free\. Next: end"):
        Trino().launch(tmp_path / "state", 1, {}, tmp_path / "cache")
    assert list(tmp_path.iterdir()) == []


def test_it_listens_on_this_machine_only_and_knows_both_catalogues(tmp_path: Path) -> None:
    account = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "ap-northeast-2"}
    config.write(tmp_path, "127.0.0.1", 8080, "http://127.0.0.1:5000", account)
    assert "node.bind-ip=127.0.0.1\n" in (tmp_path / "config.properties").read_text()
    for name in ("awsdatacatalog", "iceberg"):
        properties = (tmp_path / "catalog" / f"{name}.properties").read_text()
        assert "s3.endpoint=http://127.0.0.1:5000\n" in properties
        assert "hive.metastore.glue.endpoint-url=http://127.0.0.1:5000\n" in properties


def test_java_keeps_to_its_first_compiler_only_where_there_is_little_to_do(tmp_path: Path) -> None:
    little, much = (config.command(Path("java"), tmp_path, tmp_path, is_short) for is_short in (True, False))
    assert set(little) - set(much) == {"-XX:TieredStopAtLevel=1"}
    assert set(much) <= set(little)
