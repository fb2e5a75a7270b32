"""Trino's server comes out of its archive with the parts that are needed, and whole or not at all."""

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from orchestration.local.athena.trino import install
from orchestration.local.errors import DownloadFailed
from orchestration.local.java import Library

ROOT = "trino-server-476"


def write_archive(file: Path) -> None:
    """An archive of the server's shape: a jar of the Hive plugin is a link to the same jar of a plugin before it."""
    with tarfile.open(file, "w:gz") as archive:
        for name in (
            "NOTICE",
            "lib/a.jar",
            "plugin/delta-lake/shared.jar",
            "plugin/hive/hive.jar",
            "plugin/hive/hdfs/h",
        ):
            one = tarfile.TarInfo(f"{ROOT}/{name}")
            one.size = len(name)
            archive.addfile(one, io.BytesIO(name.encode()))
        for plugin in ("hive", "iceberg"):
            link = tarfile.TarInfo(f"{ROOT}/plugin/{plugin}/shared.jar")
            link.type, link.linkname = tarfile.LNKTYPE, f"{ROOT}/plugin/delta-lake/shared.jar"
            archive.addfile(link)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs that were fetched, from no network."""
    names: list[str] = []

    def fetch(program: str, wanted: list[Library], folder: Path, *_: Any) -> None:
        names.append(program)
        write_archive(folder / wanted[0].file_name)

    monkeypatch.setattr(install, "fetch", fetch)
    return names


def test_only_the_needed_parts_are_unpacked_and_links_are_followed(tmp_path: Path, fetched: list[str]) -> None:
    assert not install.is_there(tmp_path)
    folder = install.server(tmp_path)
    files = {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}
    assert files == {
        "NOTICE": "NOTICE",
        "lib/a.jar": "lib/a.jar",
        "plugin/hive/hive.jar": "plugin/hive/hive.jar",
        "plugin/hive/shared.jar": "plugin/delta-lake/shared.jar",
        "plugin/iceberg/shared.jar": "plugin/delta-lake/shared.jar",
    }
    assert install.is_there(tmp_path)


def test_it_is_fetched_once(tmp_path: Path, fetched: list[str]) -> None:
    assert install.server(tmp_path) == install.server(tmp_path)
    assert fetched == ["trino"]


def test_a_fetch_that_fails_leaves_nothing_behind(
    tmp_path: Path, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise DownloadFailed("no network")

    with monkeypatch.context() as without_network:
        without_network.setattr(install, "fetch", fail)
        with pytest.raises(DownloadFailed):
            install.server(tmp_path)
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and file.suffix != ".lock"]
    assert install.server(tmp_path).is_dir()


def test_an_archive_cut_short_is_not_taken_for_a_server(
    tmp_path: Path, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(program: str, wanted: list[Library], folder: Path, *_: Any) -> None:
        file = folder / wanted[0].file_name
        write_archive(file)
        file.write_bytes(file.read_bytes()[:-40])

    with monkeypatch.context() as cut_short:
        cut_short.setattr(install, "fetch", cut)
        with pytest.raises((EOFError, tarfile.ReadError)):
            install.server(tmp_path)
    assert not install.is_there(tmp_path)
