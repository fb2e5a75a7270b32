"""The manifests of an export -> which files it consists of, each checked before anything of it is read.

`manifest-summary.json` is written last, so a folder without one is no export yet. Checksum files are `.checksum` in the
documentation and `.md5` in real exports; both are taken.
"""

import hashlib
import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import fsspec  # type: ignore[import-untyped]

from ingest.dynamodb.errors import ExportDamaged, ExportRefused

FULL, INCREMENTAL = "full", "incremental"
SUMMARY, FILES = "manifest-summary", "manifest-files"
FOLDER = "AWSDynamoDB"
_FORMAT = "DYNAMODB_JSON"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DataFile:
    """One data file: where it is, the MD5 of its bytes in base64, how many lines it has."""

    path: str
    md5: str
    items: int


@dataclass(frozen=True)
class Export:
    """A finished export. The state it leaves is that of `to_time`; a full one has no `from_time`."""

    arn: str
    kind: str
    table: str
    from_time: datetime | None
    to_time: datetime
    items: int
    place: str
    files: tuple[DataFile, ...]
    system: Any

    @property
    def to_micros(self) -> int:
        """`to_time` in microseconds since 1970, exactly."""
        since = self.to_time - _EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    @property
    def order(self) -> tuple[datetime, str]:
        """By when it was: later states come later."""
        return self.to_time, self.arn


def find_summaries(url: str) -> list[str]:
    """The `manifest-summary.json` of every finished export below a URL; unfinished ones are told of and left out."""
    system, root = fsspec.core.url_to_fs(url)
    finished = set(system.glob(f"{root}/{FOLDER}/*/{SUMMARY}.json"))
    for started in system.glob(f"{root}/{FOLDER}/*/_started"):
        if f"{started.rpartition('/')[0]}/{SUMMARY}.json" not in finished:
            logger.warning("dynamodb: %s is not finished: left out", started.rpartition("/")[0])
    return [system.unstrip_protocol(path) for path in sorted(finished)]


def read_export(summary_url: str, table: str) -> Export:
    """Read both manifests of one export. Raises ExportRefused, ExportDamaged."""
    system, path = fsspec.core.url_to_fs(summary_url)
    try:
        return _read(system, path, table)
    except (KeyError, ValueError, TypeError) as problem:
        raise ExportDamaged(
            path, f"it lacks what a manifest tells, or tells it in another way ({problem!r})"
        ) from problem


def _read(system: Any, path: str, table: str) -> Export:
    summary = _checked_json(system, path, SUMMARY)
    _refuse_others(path, summary, table)
    folder = path.rpartition("/")[0]
    prefix = f"{summary['s3Prefix']}/{FOLDER}" if summary.get("s3Prefix") else FOLDER
    root = _root(path, folder, prefix)
    kind = INCREMENTAL if summary.get("exportType") == "INCREMENTAL_EXPORT" else FULL
    own = f"{prefix}/{folder.rpartition('/')[2]}"
    listed = _expected(path, str(summary["manifestFilesS3Key"]), f"{own}/", f"{FILES}.json")
    files = tuple(
        DataFile(f"{root}{key}", str(entry["md5Checksum"]), int(entry["itemCount"]))
        for entry in _entries(system, f"{root}{listed}")
        for key in [_expected(path, str(entry["dataFileS3Key"]), f"{own if kind == FULL else prefix}/data/", ".gz")]
    )
    export = Export(
        arn=str(summary["exportArn"]),
        kind=kind,
        table=table,
        from_time=_moment(summary["exportFromTime"]) if kind == INCREMENTAL else None,
        to_time=_moment(summary["exportToTime" if kind == INCREMENTAL else "exportTime"]),
        items=int(summary["itemCount"]),
        place=folder,
        files=files,
        system=system,
    )
    _check_whole(export)
    return export


def _check_whole(export: Export) -> None:
    counted = sum(file.items for file in export.files)
    if counted != export.items:
        problem = f"the manifest counts {export.items} items and its files have {counted}"
        raise ExportDamaged(export.place, problem)
    if export.kind == FULL:
        listed = {file.path for file in export.files}
        for path in export.system.glob(f"{export.place}/data/*"):
            if path not in listed:
                logger.warning("dynamodb: %s is in no manifest: ignored", path)


def _refuse_others(path: str, summary: dict[str, Any], table: str) -> None:
    given = str(summary.get("tableArn", "")).rpartition(":table/")[2]
    if given != table:
        raise ExportRefused(path, f"it is of table {given!r}, not of {table!r}")
    if summary.get("outputFormat") != _FORMAT:
        raise ExportRefused(path, f"its format is {summary.get('outputFormat')!r}, not {_FORMAT}")


def _root(path: str, folder: str, prefix: str) -> str:
    """What stands before the keys of a manifest: the bucket."""
    own = f"{prefix}/{folder.rpartition('/')[2]}"
    if not folder.endswith(f"/{own}"):
        raise ExportRefused(path, f"its manifest says that it lies in {own}")
    return folder.removesuffix(own)


def _expected(path: str, key: str, start: str, end: str) -> str:
    """A key of the manifest that lies where an export has such files."""
    name = key.removeprefix(start)
    if not key.startswith(start) or not key.endswith(end) or "/" in name or name in ("", ".", ".."):
        raise ExportRefused(path, f"its manifest names {key!r}; expected {start}*{end}")
    return key


def _checked_json(system: Any, path: str, name: str) -> dict[str, Any]:
    try:
        return dict(json.loads(_checked(system, path, name)))
    except ValueError as problem:
        raise ExportDamaged(path, f"no JSON ({problem})") from problem


def _entries(system: Any, path: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_checked(system, path, FILES).decode().splitlines(), start=1):
        try:
            entry = dict(json.loads(line))
            yield {name: entry[name] for name in ("dataFileS3Key", "md5Checksum", "itemCount")}
        except (ValueError, KeyError, TypeError) as problem:
            raise ExportDamaged(path, f"line {number} describes no file ({problem})") from problem


def _checked(system: Any, path: str, name: str) -> bytes:
    """The bytes of a manifest, compared with its checksum where it has one."""
    try:
        content = bytes(system.cat_file(path))
        digest = b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        for suffix in ("md5", "checksum"):
            beside = f"{path.rpartition('/')[0]}/{name}.{suffix}"
            if system.exists(beside) and (given := system.cat_file(beside).decode().strip()) != digest:
                raise ExportDamaged(path, f"its MD5 is {digest} and {name}.{suffix} says {given}")
    except OSError as problem:
        raise ExportDamaged(path, f"it cannot be read ({problem})") from problem
    return content


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
