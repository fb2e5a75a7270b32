"""A person is taken out of raw files and exports, stays out, and comes in again only with what is written later."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ingest.dynamodb import command
from ingest.dynamodb.forgotten import Forgotten, digest
from ingest.dynamodb.manifest import read_export
from tests.ingest.conftest import Ingest
from tests.ingest.dynamodb.exporting import ME, START, YOU, Bucket, alias, changed, request
from tests.ingest.visible import visible_rows

DATASET = "raw_dynamodb"


class Bot:
    """A client of DynamoDB that knows whom the bot has forgotten."""

    def __init__(self, moments: dict[str, datetime]) -> None:
        self._moments = moments

    def get_paginator(self, operation: str) -> "Bot":
        assert operation == "query"
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        items = [
            {"pk": {"S": "FORGOTTEN"}, "sk": {"S": one}, "forgotten_at": {"S": moment.isoformat()}}
            for one, moment in self._moments.items()
        ]
        return [{"Items": items}]


def bytes_of(folder: Path) -> bytes:
    """All that lies below a folder, unpacked."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in files]
    return b"".join(found)


def rows(home: Path, table: str) -> list[dict[str, Any]]:
    return visible_rows(home, DATASET, table)


@pytest.fixture
def forgetting(monkeypatch: pytest.MonkeyPatch) -> dict[str, datetime]:
    """Fill it with digests: the bot has forgotten them."""
    moments: dict[str, datetime] = {}
    monkeypatch.setattr(command, "_client", lambda: Bot(moments))
    return moments


def test_a_forgotten_person_leaves_raw_files_and_exports_and_stays_out(
    ingest: Ingest, home: Path, bucket: Bucket, forgetting: dict[str, datetime]
) -> None:
    undecodable = request(ME, 3, kind={"X": "y"})
    full = bucket.full([request(), request(YOU, 2), alias(ME, YOU), undecodable])
    changes = bucket.incremental(
        [changed(request(ME, 4), 0.5), changed(request(YOU, 5), 0.5), changed(alias(ME), 0.6, alias(ME, YOU))],
        since=0,
        until=1,
    )
    arguments = {"SEGUE_EXPORT_URL": bucket.url}
    assert ingest("dynamodb", "--newest", **arguments)[0] == 0
    assert ME.encode() in bytes_of(bucket.folder)
    assert {row["person"] for row in rows(home, "requests")} == {ME, YOU}

    forgetting[digest(ME)] = START + timedelta(hours=2)
    code, answer = ingest("dynamodb", "--forget", **arguments)

    assert (code, answer["forgotten"]) == (0, 1)
    assert answer["rows_rewritten"] == answer["lines_rewritten"] == 5
    assert ME.encode() not in bytes_of(bucket.folder)
    assert ME.encode() not in bytes_of(home)
    for folder in (home / "lake").rglob("*.parquet"):
        assert ME.encode() not in folder.read_bytes()
    assert {row["person"] for row in rows(home, "requests")} == {YOU}
    assert [json.loads(row["persons"]) for row in rows(home, "aliases")] == [[YOU]]
    assert rows(home, "quarantine") == []
    assert [row["digest"] for row in rows(home, "forgotten")] == [digest(ME)]
    for summary, items in ((full, 2), (changes, 2)):
        export = read_export(str(summary), "segue_bot")
        assert export.items == items
        assert {Path(file.path).exists() for file in export.files} == {True}
    assert len(list((full.parent / "data").iterdir())) == 4
    _, again = ingest("dynamodb", "--forget", **arguments)
    assert (again["rows"], "forgotten" in again) == ({}, False)

    lake_without = {table: rows(home, table) for table in ("requests", "aliases")}
    older = bucket.full([request(), request(YOU, 2)], hours=1.5)
    later = bucket.full([request(ME, 7), request(YOU, 2)], hours=3)
    assert ingest("dynamodb", "--summary", older)[0] == 0
    assert {row["person"] for row in rows(home, "requests")} == {YOU}
    assert len(rows(home, "requests")) == len(lake_without["requests"]) + 1
    assert ingest("dynamodb", "--summary", later)[0] == 0
    assert {row["person"] for row in rows(home, "requests")} == {YOU, ME}


def test_a_load_that_was_cut_short_does_not_bring_a_forgotten_person_back(
    ingest: Ingest, home: Path, bucket: Bucket, forgetting: dict[str, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.full([request(), request(YOU, 2)])
    assert ingest("declare")[0] == 0

    class Killed(BaseException):
        """As if the power went."""

    def killed(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(import_module("dlt.pipeline.pipeline").Pipeline, "load", killed)
        ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert rows(home, "requests") == []
    forgetting[digest(ME)] = START + timedelta(hours=2)
    assert ingest("dynamodb", "--forget", SEGUE_EXPORT_URL=bucket.url)[0] == 0
    assert [row["person"] for row in rows(home, "requests")] == [YOU]
    for file in (home / "lake").rglob("*.parquet"):
        assert ME.encode() not in file.read_bytes()


def test_a_damaged_export_is_told_of_and_left(
    ingest: Ingest, bucket: Bucket, forgetting: dict[str, datetime], caplog: pytest.LogCaptureFixture
) -> None:
    summary = bucket.full([request()])
    data = max((summary.parent / "data").iterdir(), key=lambda file: file.stat().st_size)
    data.write_bytes(data.read_bytes()[:-9])
    forgetting[digest(ME)] = datetime.now(UTC)
    assert ingest("dynamodb", "--forget", SEGUE_EXPORT_URL=bucket.url)[0] == 0
    assert f"delete {data}" in caplog.text


def test_what_is_written_after_forgetting_is_kept() -> None:
    people = Forgotten({digest(ME): START})
    micros = int(START.timestamp() * 1_000_000)
    assert people.covers(ME, micros)
    assert people.covers(ME, None)
    assert not people.covers(ME, micros + 1)
    assert not people.covers(YOU, micros)
