"""The files of one export as DynamoDB writes them: `_started` first, data files, manifests, the summary last.

Several data files, at least one per partition of the table, and some of them empty; an incremental export's lie in the
folder that all incremental exports share.
"""

import gzip
import hashlib
import io
import json
import secrets
from base64 import b32encode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

PARTITIONS = 4
FOLDER = "AWSDynamoDB"
Put = Callable[[str, bytes], None]
"""Writes one object: key, content."""
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Job:
    """What is exported, and where to; `since` and `until` are the window of an incremental export."""

    arn: str
    table_arn: str
    table_id: str
    bucket: str
    prefix: str | None
    started_at: datetime
    export_time: datetime
    since: datetime | None = None
    until: datetime | None = None
    view: str = "NEW_AND_OLD_IMAGES"

    @property
    def folder(self) -> str:
        """Where the manifests go."""
        return f"{self.root}/{self.arn.rpartition('/')[2]}"

    @property
    def root(self) -> str:
        """The folder of all exports."""
        return f"{self.prefix}/{FOLDER}" if self.prefix else FOLDER

    @property
    def is_incremental(self) -> bool:
        """Whether it holds changes."""
        return self.since is not None


@dataclass(frozen=True)
class Written:
    """What an export came to."""

    items: int
    bytes: int
    manifest: str


def new_arn(table_arn: str, at: datetime) -> str:
    """An export's name: a zero, the time in epoch milliseconds, eight hex digits."""
    return f"{table_arn}/export/0{int(at.timestamp() * 1000)}-{secrets.token_hex(4)}"


def write(job: Job, lines: Iterable[tuple[str, Line]], put: Put) -> Written:
    """Write every file of an export; `lines` are the key of an item, which decides its partition, and its line."""
    put(f"{job.folder}/_started", b"")
    data = f"{job.root}/data" if job.is_incremental else f"{job.folder}/data"
    entries, size = [], 0
    for content, items, unpacked in _partitions(lines):
        name = b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
        key = f"{data}/{name}.json.gz"
        put(key, content)
        entries.append(_file_entry(key, content, items))
        size += unpacked
    items = sum(entry["itemCount"] for entry in entries)
    files = f"{job.folder}/manifest-files.json"
    _put_checked(put, files, "".join(_line(entry) for entry in entries).encode())
    summary = f"{job.folder}/manifest-summary.json"
    _put_checked(put, summary, _line(_summary(job, files, items, size)).encode())
    return Written(items, size, summary)


def _partitions(lines: Iterable[tuple[str, Line]]) -> Iterator[tuple[bytes, int, int]]:
    """Content, lines and unpacked size of each data file."""
    buffers = [io.BytesIO() for _ in range(PARTITIONS)]
    counts, sizes = [0] * PARTITIONS, [0] * PARTITIONS
    packers = [gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) for buffer in buffers]
    for key, line in lines:
        number = crc32(key.encode()) % PARTITIONS
        sizes[number] += packers[number].write(_line(line).encode())
        counts[number] += 1
    for packer in packers:
        packer.close()
    yield from zip((buffer.getvalue() for buffer in buffers), counts, sizes, strict=True)


def _file_entry(key: str, content: bytes, items: int) -> dict[str, Any]:
    """One line of manifest-files.json; the etag is that of an upload in one part."""
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    etag = f"{hashlib.md5(digest, usedforsecurity=False).hexdigest()}-1"
    return {"itemCount": items, "md5Checksum": b64encode(digest).decode(), "etag": etag, "dataFileS3Key": key}


def _summary(job: Job, files: str, items: int, size: int) -> dict[str, Any]:
    window: dict[str, Any] = {"exportTime": _moment(job.export_time)}
    if job.since is not None and job.until is not None:
        window = {"exportFromTime": _moment(job.since), "exportToTime": _moment(job.until)}
    return {
        "version": "2023-08-01" if job.is_incremental else "2020-06-30",
        "exportArn": job.arn,
        "startTime": _moment(job.started_at),
        "endTime": _moment(datetime.now(UTC)),
        "tableArn": job.table_arn,
        "tableId": job.table_id,
        **window,
        "s3Bucket": job.bucket,
        "s3Prefix": job.prefix,
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": files,
        "billedSizeBytes": size,
        "itemCount": items,
        "outputFormat": "DYNAMODB_JSON",
        **({"outputView": job.view, "exportType": "INCREMENTAL_EXPORT"} if job.is_incremental else {}),
    }


def _put_checked(put: Put, key: str, content: bytes) -> None:
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    put(f"{key.removesuffix('.json')}.md5", b64encode(digest))
    put(key, content)


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
