"""Exports of DynamoDB Local through boto3: the files have the shape of a real export's, and a window holds changes."""

import gzip
import hashlib
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestration.local.aws_client import client
from orchestration.local.dynamodb_exports.exports import Exports, Refused
from orchestration.local.dynamodb_exports.files import Job, write
from orchestration.local.dynamodb_exports.service import BUCKET
from orchestration.local.stack import lease

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with lease(tmp_path_factory.mktemp("state"), ["dynamodb_exports"], {}) as environment:
        yield environment


@pytest.fixture(scope="module")
def dynamodb(variables: dict[str, str]) -> Any:
    return client("dynamodb", variables["AWS_ENDPOINT_URL_DYNAMODB"])


@pytest.fixture(scope="module")
def s3(variables: dict[str, str]) -> Any:
    return client("s3", variables["AWS_ENDPOINT_URL_S3"])


@pytest.fixture(scope="module")
def table(dynamodb: Any) -> str:
    for number in range(3):
        item = {"pk": {"S": f"PERSON#{number}"}, "sk": {"S": "에스파"}, "b": {"B": b"hello"}, "n": {"N": "1.50"}}
        dynamodb.put_item(TableName="segue_bot", Item=item)
    return str(dynamodb.describe_table(TableName="segue_bot")["Table"]["TableArn"])


def finished(dynamodb: Any, arn: str) -> dict[str, Any]:
    while True:
        described: dict[str, Any] = dynamodb.describe_export(ExportArn=arn)["ExportDescription"]
        if described["ExportStatus"] != "IN_PROGRESS":
            return described
        time.sleep(0.05)


def content(s3: Any, key: str) -> bytes:
    read: bytes = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return read


def test_the_mark_of_the_start_is_written_first_and_the_summary_last() -> None:
    at, keys = datetime(2026, 11, 1, tzinfo=UTC), list[str]()
    job = Job("arn:table/t/export/01-1", "arn:table/t", "id", "b", None, at, at)
    write(job, [("a", {"Item": {}})], lambda key, _: keys.append(key))
    assert (keys[0], keys[-1]) == ("AWSDynamoDB/01-1/_started", "AWSDynamoDB/01-1/manifest-summary.json")


def test_a_full_export_has_the_shape_of_a_real_one(dynamodb: Any, s3: Any, table: str, shared_data: Path) -> None:
    started = dynamodb.export_table_to_point_in_time(TableArn=table, S3Bucket=BUCKET, S3Prefix="shape")
    described = finished(dynamodb, started["ExportDescription"]["ExportArn"])
    assert (described["ExportStatus"], described["ItemCount"]) == ("COMPLETED", 3)
    ours = f"shape/AWSDynamoDB/{described['ExportArn'].rpartition('/')[2]}"
    assert described["ExportManifest"] == f"{ours}/manifest-summary.json"
    (real,) = shared_data.glob("fixtures/dynamodb/scylla_migrator/**/AWSDynamoDB/*")
    for name in ("manifest-summary", "manifest-files"):
        written = content(s3, f"{ours}/{name}.json")
        assert _shape(written) == _shape((real / f"{name}.json").read_bytes())
        assert content(s3, f"{ours}/{name}.md5").decode() == b64encode(hashlib.md5(written).digest()).decode()
    entries = [json.loads(line) for line in content(s3, f"{ours}/manifest-files.json").splitlines()]
    assert len(entries) > 1
    assert min(entry["itemCount"] for entry in entries) == 0
    lines = []
    for entry in entries:
        packed = content(s3, entry["dataFileS3Key"])
        assert b64encode(hashlib.md5(packed).digest()).decode() == entry["md5Checksum"]
        found = gzip.decompress(packed).splitlines()
        assert len(found) == entry["itemCount"]
        lines += [json.loads(line) for line in found]
    assert {line["Item"]["pk"]["S"] for line in lines} == {"PERSON#0", "PERSON#1", "PERSON#2"}
    assert lines[0]["Item"]["b"] == {"B": "aGVsbG8="}
    assert content(s3, f"{ours}/_started") == b""


def _shape(manifest: bytes) -> list[tuple[str, type]]:
    """Names and types of the first line, in order; the prefix of keys aside, values differ."""
    return [(name, type(value)) for name, value in json.loads(manifest.splitlines()[0]).items()]


def test_the_same_call_again_is_the_same_export(dynamodb: Any, table: str) -> None:
    arguments = {"TableArn": table, "S3Bucket": BUCKET, "S3Prefix": "again", "ClientToken": "once"}
    first, second = (dynamodb.export_table_to_point_in_time(**arguments)["ExportDescription"] for _ in range(2))
    assert first["ExportArn"] == second["ExportArn"]
    finished(dynamodb, first["ExportArn"])
    listed = dynamodb.list_exports(TableArn=table)["ExportSummaries"]
    assert [one["ExportArn"] for one in listed].count(first["ExportArn"]) == 1


def test_without_recovery_or_bucket_it_fails_as_the_service_does(dynamodb: Any, table: str) -> None:
    other = table.replace("segue_bot", "segue_waiting")
    with pytest.raises(dynamodb.exceptions.PointInTimeRecoveryUnavailableException):
        dynamodb.export_table_to_point_in_time(TableArn=other, S3Bucket=BUCKET)
    with pytest.raises(dynamodb.exceptions.ExportNotFoundException):
        dynamodb.describe_export(ExportArn=f"{table}/export/01-1")
    with pytest.raises(dynamodb.exceptions.InvalidExportTimeException):
        _incremental(dynamodb, table, datetime.now(UTC) - timedelta(minutes=14))
    started = dynamodb.export_table_to_point_in_time(TableArn=table, S3Bucket="there-is-no-such-bucket")
    described = finished(dynamodb, started["ExportDescription"]["ExportArn"])
    assert (described["ExportStatus"], described["FailureCode"]) == ("FAILED", "S3NoSuchBucket")
    recovery = dynamodb.describe_continuous_backups(TableName="segue_bot")["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def _incremental(dynamodb: Any, table: str, since: datetime) -> Any:
    return dynamodb.export_table_to_point_in_time(
        TableArn=table,
        S3Bucket=BUCKET,
        ExportType="INCREMENTAL_EXPORT",
        IncrementalExportSpecification={"ExportFromTime": since, "ExportToTime": datetime.now(UTC)},
    )


def test_a_window_holds_what_was_inserted_updated_and_deleted_in_it(
    dynamodb: Any, s3: Any, table: str, tmp_path: Path
) -> None:
    now = [datetime(2026, 11, 1, tzinfo=UTC)]
    exports = Exports(dynamodb, s3, tmp_path / "exports", lambda: now[0])
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    exports.answer("UpdateContinuousBackups", {"TableName": "segue_bot", **recovery})
    full = _run(exports, {"TableArn": table, "S3Bucket": BUCKET, "S3Prefix": "changes"})
    put = dynamodb.put_item
    put(TableName="segue_bot", Item={"pk": {"S": "new"}, "sk": {"S": "s"}})
    put(TableName="segue_bot", Item={"pk": {"S": "PERSON#1"}, "sk": {"S": "에스파"}, "n": {"N": "2"}})
    dynamodb.delete_item(TableName="segue_bot", Key={"pk": {"S": "PERSON#2"}, "sk": {"S": "에스파"}})
    since = now[0].timestamp()
    now[0] += timedelta(hours=1)
    window = {"ExportFromTime": since, "ExportToTime": now[0].timestamp()}
    request = {"TableArn": table, "S3Bucket": BUCKET, "S3Prefix": "changes", "ExportType": "INCREMENTAL_EXPORT"}
    described = _run(exports, {**request, "IncrementalExportSpecification": window})
    assert described["ItemCount"] == 3
    entries = content(s3, described["ExportManifest"].replace("summary", "files")).splitlines()
    found = {}
    for entry in map(json.loads, entries):
        assert entry["dataFileS3Key"].startswith("changes/AWSDynamoDB/data/")
        for line in map(json.loads, gzip.decompress(content(s3, entry["dataFileS3Key"])).splitlines()):
            found[line["Keys"]["pk"]["S"]] = ("OldImage" in line, line.get("NewImage", {}).get("n"))
            assert line["Metadata"]["WriteTimestampMicros"]["N"] == str(int(now[0].timestamp() * 1_000_000))
    assert found == {"new": (False, None), "PERSON#1": (True, {"N": "2"}), "PERSON#2": (True, None)}
    assert full["ExportArn"] != described["ExportArn"]
    again = Exports(dynamodb, s3, tmp_path / "exports", lambda: now[0])
    assert len(again.answer("ListExports", {"TableArn": table})["ExportSummaries"]) == 2
    now[0] += timedelta(hours=1)
    nothing = {"ExportFromTime": window["ExportToTime"], "ExportToTime": now[0].timestamp()}
    assert _run(again, {**request, "IncrementalExportSpecification": nothing})["ItemCount"] == 0
    short = {"ExportFromTime": now[0].timestamp() - 60, "ExportToTime": now[0].timestamp()}
    with pytest.raises(Refused, match="15 minutes"):
        again.answer("ExportTableToPointInTime", {**request, "IncrementalExportSpecification": short})


def _run(exports: Exports, request: dict[str, Any]) -> dict[str, Any]:
    arn = exports.answer("ExportTableToPointInTime", request)["ExportDescription"]["ExportArn"]
    while True:
        described: dict[str, Any] = exports.answer("DescribeExport", {"ExportArn": arn})["ExportDescription"]
        if described["ExportStatus"] != "IN_PROGRESS":
            assert described["ExportStatus"] == "COMPLETED", described
            return described
        time.sleep(0.05)
