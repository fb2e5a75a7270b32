"""The five operations that DynamoDB Local does not know: point-in-time recovery, and exports by it.

An export reads the table item by item, and writes to S3 in a thread of its own, as the service does. What changed in a
window is the difference between the table and the exports before the window; the write time of a change is that of the
export that found it.
"""

import gzip
import json
import secrets
import threading
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.local.dynamodb_exports.files import Job, Line, new_arn, write

OPERATIONS = (
    "ExportTableToPointInTime",
    "DescribeExport",
    "ListExports",
    "UpdateContinuousBackups",
    "DescribeContinuousBackups",
)
_SHORTEST, _LONGEST = timedelta(minutes=15), timedelta(hours=24)
Answer = dict[str, Any]
State = dict[str, Line]
"""Key of an item, as text -> the item."""


class Refused(Exception):
    """An answer that is an error; `kind` is its name in the API."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Exports:
    """Exports of one DynamoDB Local, remembered in a folder."""

    def __init__(self, dynamodb: Any, s3: Any, folder: Path, clock: Callable[[], datetime] | None = None) -> None:
        self._dynamodb, self._s3 = dynamodb, s3
        self._file = folder / "exports.json"
        self._clock = clock or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._kept: Answer = {"exports": {}, "protected": {}}
        folder.mkdir(parents=True, exist_ok=True)
        if self._file.exists():
            self._kept = json.loads(self._file.read_text(encoding="utf-8"))
        for description in self._kept["exports"].values():
            if description["ExportStatus"] == "IN_PROGRESS":
                self._begin(description)

    def answer(self, operation: str, request: Answer) -> Answer:
        """Do one of OPERATIONS. Raises Refused."""
        answers: dict[str, Callable[[Answer], Answer]] = {
            "ExportTableToPointInTime": self._export,
            "DescribeExport": self._describe,
            "ListExports": self._list,
            "UpdateContinuousBackups": self._protect,
            "DescribeContinuousBackups": self._protection,
        }
        return answers[operation](request)

    def _protect(self, request: Answer) -> Answer:
        name = self._table(request["TableName"])["TableName"]
        with self._lock:
            if request["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]:
                self._kept["protected"].setdefault(name, self._clock().timestamp())
            else:
                self._kept["protected"].pop(name, None)
            self._save()
        return self._protection(request)

    def _protection(self, request: Answer) -> Answer:
        since = self._kept["protected"].get(self._table(request["TableName"])["TableName"])
        recovery: Answer = {"PointInTimeRecoveryStatus": "ENABLED" if since else "DISABLED"}
        if since:
            now = self._clock().timestamp()
            recovery |= {"EarliestRestorableDateTime": since, "LatestRestorableDateTime": now}
        description = {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}
        return {"ContinuousBackupsDescription": description}

    def _export(self, request: Answer) -> Answer:
        table = self._table(request["TableArn"])
        if table["TableName"] not in self._kept["protected"]:
            message = f"Point in time recovery is not enabled for table '{table['TableName']}'"
            raise Refused("PointInTimeRecoveryUnavailableException", message)
        if request.get("ExportFormat", "DYNAMODB_JSON") != "DYNAMODB_JSON" or request.get("ExportTime"):
            raise Refused("ValidationException", "Here only DYNAMODB_JSON is written, and only of this moment")
        now = self._clock()
        description: Answer = {
            "ExportArn": new_arn(table["TableArn"], now),
            "ExportStatus": "IN_PROGRESS",
            "StartTime": now.timestamp(),
            "TableArn": table["TableArn"],
            "TableId": str(uuid.uuid5(uuid.NAMESPACE_URL, table["TableArn"])),
            "ClientToken": request.get("ClientToken") or secrets.token_hex(16),
            "S3Bucket": request["S3Bucket"],
            "S3SseAlgorithm": "AES256",
            "ExportFormat": "DYNAMODB_JSON",
            "ExportType": request.get("ExportType", "FULL_EXPORT"),
            **({"S3Prefix": request["S3Prefix"]} if request.get("S3Prefix") else {}),
        }
        if description["ExportType"] == "INCREMENTAL_EXPORT":
            window = request.get("IncrementalExportSpecification", {})
            _check(window, now)
            description["IncrementalExportSpecification"] = {"ExportViewType": "NEW_AND_OLD_IMAGES", **window}
        else:
            description["ExportTime"] = now.timestamp()
        with self._lock:
            for known in self._kept["exports"].values():
                if known["ClientToken"] == description["ClientToken"]:
                    return {"ExportDescription": known}
            self._kept["exports"][description["ExportArn"]] = description
            self._save()
        answer = {"ExportDescription": dict(description)}
        self._begin(description)
        return answer

    def _describe(self, request: Answer) -> Answer:
        found = self._kept["exports"].get(request["ExportArn"])
        if found is None:
            raise Refused("ExportNotFoundException", "The specified export was not found.")
        return {"ExportDescription": found}

    def _list(self, request: Answer) -> Answer:
        names = ("ExportArn", "ExportStatus", "ExportType")
        every = self._kept["exports"].values()
        found = [one for one in every if one["TableArn"] == request.get("TableArn", one["TableArn"])]
        return {"ExportSummaries": [{name: one[name] for name in names} for one in found]}

    def _begin(self, description: Answer) -> None:
        threading.Thread(target=self._run, args=(description,), daemon=True).start()

    def _run(self, description: Answer) -> None:
        try:
            written = write(_job(description), self._lines(description), self._put(description["S3Bucket"]))
            outcome = {
                "ExportStatus": "COMPLETED",
                "ExportManifest": written.manifest,
                "ItemCount": written.items,
                "BilledSizeBytes": written.bytes,
            }
        except (ClientError, BotoCoreError, Refused) as problem:
            code = problem.response["Error"]["Code"] if isinstance(problem, ClientError) else type(problem).__name__
            outcome = {"ExportStatus": "FAILED", "FailureCode": f"S3{code}", "FailureMessage": str(problem)}
        with self._lock:
            description |= outcome | {"EndTime": self._clock().timestamp()}
            self._save()

    def _put(self, bucket: str) -> Callable[[str, bytes], None]:
        def put(key: str, content: bytes) -> None:
            self._s3.put_object(Bucket=bucket, Key=key, Body=content)

        return put

    def _lines(self, description: Answer) -> Iterator[tuple[str, Line]]:
        table = self._table(description["TableArn"])
        keys = [key["AttributeName"] for key in table["KeySchema"]]
        current = self._items(table["TableName"], keys)
        if description["ExportType"] == "FULL_EXPORT":
            yield from ((key, {"Item": item}) for key, item in current)
            return
        since = datetime.fromtimestamp(description["IncrementalExportSpecification"]["ExportFromTime"], UTC)
        yield from _changes(self._state_at(since, description, keys), dict(current), keys, self._clock())

    def _items(self, name: str, keys: list[str]) -> Iterator[tuple[str, Line]]:
        """Every item, in the JSON that DynamoDB Local speaks."""
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=name, ConsistentRead=True):
            for item in page["Items"]:
                yield _key(item, keys), json.loads(json.dumps(item, default=_base64))

    def _state_at(self, moment: datetime, description: Answer, keys: list[str]) -> State:
        """The table as the exports to the same place tell of it."""
        before = [
            one
            for one in self._kept["exports"].values()
            if one["ExportStatus"] == "COMPLETED"
            and _end(one) <= moment.timestamp()
            and all(one.get(name) == description.get(name) for name in ("TableArn", "S3Bucket", "S3Prefix"))
        ]
        full = max((one for one in before if one["ExportType"] == "FULL_EXPORT"), key=_end, default=None)
        if full is None:
            raise Refused("InvalidExportTimeException", "There is no full export from before ExportFromTime")
        state: State = {}
        for one in sorted((one for one in before if one is full or _end(one) > _end(full)), key=_end):
            for line in self._written(one):
                item = line.get("Item") or line.get("NewImage")
                key = _key(item or line["Keys"], keys)
                state.pop(key, None)
                if item:
                    state[key] = item
        return state

    def _written(self, description: Answer) -> Iterator[Line]:
        bucket = description["S3Bucket"]
        manifest = description["ExportManifest"].replace("manifest-summary", "manifest-files")
        for entry in self._s3.get_object(Bucket=bucket, Key=manifest)["Body"].read().splitlines():
            body = self._s3.get_object(Bucket=bucket, Key=json.loads(entry)["dataFileS3Key"])["Body"].read()
            yield from map(json.loads, gzip.decompress(body).splitlines())

    def _table(self, name: str) -> Answer:
        try:
            return dict(self._dynamodb.describe_table(TableName=name.rpartition("/")[2])["Table"])
        except ClientError as problem:
            raise Refused("TableNotFoundException", f"Table not found: {name}") from problem

    def _save(self) -> None:
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(self._kept), encoding="utf-8")
        part.replace(self._file)


def _check(window: Answer, now: datetime) -> None:
    if "ExportFromTime" not in window or "ExportToTime" not in window:
        raise Refused("ValidationException", "IncrementalExportSpecification has no ExportFromTime or no ExportToTime")
    length = timedelta(seconds=window["ExportToTime"] - window["ExportFromTime"])
    if not _SHORTEST <= length <= _LONGEST or window["ExportToTime"] > now.timestamp():
        raise Refused("InvalidExportTimeException", "The window has 15 minutes to 24 hours, and ends in the past")


def _changes(before: State, after: State, keys: list[str], at: datetime) -> Iterator[tuple[str, Line]]:
    written = {"WriteTimestampMicros": {"N": str(int(at.timestamp() * 1_000_000))}}
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        item = new or old or {}
        images = {name: image for name, image in (("OldImage", old), ("NewImage", new)) if image}
        yield key, {"Metadata": written, "Keys": {name: item[name] for name in keys}, **images}


def _job(description: Answer) -> Job:
    window = description.get("IncrementalExportSpecification", {})
    moments = {name: datetime.fromtimestamp(value, UTC) for name, value in window.items() if name.endswith("Time")}
    return Job(
        arn=description["ExportArn"],
        table_arn=description["TableArn"],
        table_id=description["TableId"],
        bucket=description["S3Bucket"],
        prefix=description.get("S3Prefix"),
        started_at=datetime.fromtimestamp(description["StartTime"], UTC),
        export_time=datetime.fromtimestamp(description.get("ExportTime") or description["StartTime"], UTC),
        since=moments.get("ExportFromTime"),
        until=moments.get("ExportToTime"),
    )


def _end(description: Answer) -> float:
    """The moment of the state that an export leaves."""
    window = description.get("IncrementalExportSpecification")
    return float(window["ExportToTime"] if window else description["ExportTime"])


def _key(item: Line, keys: list[str]) -> str:
    return json.dumps([item[name] for name in keys], default=_base64)


def _base64(value: bytes) -> str:
    return b64encode(value).decode()
