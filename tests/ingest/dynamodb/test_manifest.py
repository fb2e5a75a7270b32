"""Manifests and data files: one mismatch, and the whole export is refused."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.dynamodb.data_files import lines
from ingest.dynamodb.errors import ExportDamaged, ExportRefused
from ingest.dynamodb.manifest import read_export
from tests.ingest.dynamodb.exporting import ME, Bucket, edit, request


def _data(summary: Path) -> Path:
    """The largest data file."""
    return max((summary.parent / "data").iterdir(), key=lambda file: file.stat().st_size)


def _flip(summary: Path) -> None:
    content = bytearray(_data(summary).read_bytes())
    content[len(content) // 2] ^= 1
    _data(summary).write_bytes(bytes(content))


def _other_content(summary: Path) -> None:
    content = gzip.decompress(_data(summary).read_bytes())
    _data(summary).write_bytes(gzip.compress(content.replace("에스파".encode(), "아이브".encode())))


def _cut(summary: Path) -> None:
    _data(summary).write_bytes(_data(summary).read_bytes()[:-9])


def _count_one_more(summary: Path) -> None:
    edit(summary, lambda one: one.update(itemCount=one["itemCount"] + 1))


def _count_one_more_in_all(summary: Path) -> None:
    _count_one_more(summary)
    first: list[str] = []

    def change(entry: dict[str, Any]) -> None:
        if not first and entry["itemCount"]:
            first.append("")
            entry["itemCount"] += 1

    edit(summary.with_name("manifest-files.json"), change)


def _change_summary(summary: Path) -> None:
    summary.write_text(summary.read_text().replace('"s3SseAlgorithm":"AES256"', '"s3SseAlgorithm":"none"'))


def _change_files(summary: Path) -> None:
    files = summary.with_name("manifest-files.json")
    files.write_text(files.read_text().replace("-1", "-2"))


def _of_another_table(summary: Path) -> None:
    edit(summary, lambda one: one.update(tableArn="arn:aws:dynamodb:ap-northeast-2:1:table/other"))


def _in_ion(summary: Path) -> None:
    edit(summary, lambda one: one.update(outputFormat="ION"))


def _leaving_its_folder(summary: Path) -> None:
    edit(summary.with_name("manifest-files.json"), lambda one: one.update(dataFileS3Key="exports/other.json.gz"))


def _without_a_key(summary: Path) -> None:
    edit(summary, lambda one: one.pop("exportTime"))


def _read(summary: Path) -> list[str]:
    return [line.text for line in lines(read_export(str(summary), "segue_bot"))]


def test_a_whole_export_is_read_with_and_without_checksums(bucket: Bucket) -> None:
    summary = bucket.full([request(ME, number) for number in range(1, 9)])
    assert len(_read(summary)) == 8
    for checksum in summary.parent.glob("*.md5"):
        checksum.rename(checksum.with_suffix(".checksum"))
    assert len(_read(summary)) == 8
    for checksum in summary.parent.glob("*.checksum"):
        checksum.unlink()
    assert len(_read(summary)) == 8


def test_a_file_that_no_manifest_lists_is_ignored(bucket: Bucket, caplog: pytest.LogCaptureFixture) -> None:
    summary = bucket.full([request()])
    (summary.parent / "data" / "stray.json.gz").write_bytes(b"anything")
    assert len(_read(summary)) == 1
    assert "stray.json.gz is in no manifest" in caplog.text


@pytest.mark.parametrize(
    "spoil",
    [
        _flip,
        _other_content,
        _cut,
        lambda summary: _data(summary).unlink(),
        lambda summary: _data(summary).write_bytes(b"not gzip"),
        _count_one_more,
        _count_one_more_in_all,
        _change_summary,
        _change_files,
        lambda summary: summary.with_name("manifest-files.json").unlink(),
        lambda summary: edit(summary, lambda one: one.update(manifestFilesS3Key="exports/../x/manifest-files.json")),
        _of_another_table,
        _in_ion,
        _leaving_its_folder,
        _without_a_key,
        lambda summary: summary.write_text("{"),
    ],
    ids=[
        "flipped bit",
        "another file",
        "cut gzip",
        "missing file",
        "no gzip",
        "wrong sum",
        "wrong line count",
        "changed summary",
        "changed file list",
        "no file list",
        "list elsewhere",
        "another table",
        "Ion",
        "key elsewhere",
        "missing key",
        "no JSON",
    ],
)
def test_one_mismatch_rejects_the_whole_export(bucket: Bucket, spoil: Callable[[Path], Any]) -> None:
    summary = bucket.full([request(ME, number) for number in range(1, 9)])
    spoil(summary)
    with pytest.raises((ExportDamaged, ExportRefused), match=str(bucket.folder)):
        _read(summary)
