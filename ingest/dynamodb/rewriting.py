"""Rows taken out of the lake's files, and lines out of an export's: the one exception to raw files that never change.

A file is replaced in one step, and only if something in it changes. An export keeps telling the truth: counts and
checksums are made anew.
"""

import gzip
import hashlib
import json
import logging
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from ingest.dynamodb.data_files import lines_of
from ingest.dynamodb.errors import ExportDamaged
from ingest.dynamodb.items import DATASET
from ingest.dynamodb.manifest import FILES, SUMMARY, DataFile, Export

Values = dict[str, Any]
Change = Callable[[Values], Values | None]
"""A row -> what is left of it; the same object where that is all, None where nothing is."""
Edit = Callable[[str], str | None]
"""The same for a line of an export."""
_ROWS = 5_000

logger = logging.getLogger(__name__)


def change_lake(lake_url: str, tables: Iterable[str], change: Change, holding: str | None = None) -> int:
    """Apply a change to every row of these tables, of unfinished loads as well; how many rows it changed comes back.

    Files whose column `holding` has nothing but nulls are passed over.
    """
    system, root = fsspec.core.url_to_fs(lake_url)
    found = [path for table in tables for path in sorted(system.glob(f"{root}/{DATASET}/{table}/*.parquet"))]
    return sum(_change_file(system, path, change, holding) for path in found)


def _change_file(system: Any, path: str, change: Change, holding: str | None) -> int:
    with system.open(path, "rb") as file:
        parquet = pq.ParquetFile(file)
        if holding is not None and not _holds(parquet, holding):
            return 0
        batches = (batch.to_pylist() for batch in parquet.iter_batches(batch_size=_ROWS))
        changed = sum(change(row) is not row for rows in batches for row in rows)
        if changed:
            with _replacement(system, path) as made, pq.ParquetWriter(made, parquet.schema_arrow) as writer:
                for batch in parquet.iter_batches(batch_size=_ROWS):
                    rows = [kept for row in batch.to_pylist() if (kept := change(row)) is not None]
                    writer.write_table(pa.Table.from_pylist(rows, schema=parquet.schema_arrow))
    return changed


def _holds(parquet: Any, name: str) -> bool:
    """Whether a column has a value, as far as the file's statistics know."""
    if name not in parquet.schema_arrow.names:
        return False
    place = parquet.schema_arrow.names.index(name)
    groups = [parquet.metadata.row_group(number) for number in range(parquet.metadata.num_row_groups)]
    known = [(group.num_rows, group.column(place).statistics) for group in groups]
    return any(found is None or found.null_count != rows for rows, found in known)


def edit_export(export: Export, edit: Edit) -> int:
    """Apply a change to every line of an export; how many lines it changed comes back. Raises ExportDamaged.

    A changed file gets a new name, the manifests name it, then the old one goes: a kill in between leaves an export
    that is whole, and what it leaves behind is deleted the next time.
    """
    edited = [_edit_file(export, file, edit) for file in export.files]
    changed = sum(count for _, count in edited)
    if changed:
        _write_manifests(export, {old.path: new for old, (new, _) in zip(export.files, edited, strict=True)})
    for file, _ in edited:
        if (before := _name_before(file.path)) and export.system.exists(before):
            export.system.rm_file(before)
    return changed


def _edit_file(export: Export, file: DataFile, edit: Edit) -> tuple[DataFile, int]:
    changed = sum(edit(line.text) is not line.text for line in lines_of(export, file))
    if not changed:
        return file, 0
    path, items = _next_name(file.path), 0
    with _replacement(export.system, path) as made:
        with gzip.GzipFile(fileobj=made, mode="wb", mtime=0) as packed:
            for line in lines_of(export, file):
                if (kept := edit(line.text)) is not None:
                    packed.write(kept.rstrip("\n").encode() + b"\n")
                    items += 1
        made.seek(0)
        md5 = hashlib.file_digest(made, partial(hashlib.md5, usedforsecurity=False))
    return DataFile(path, b64encode(md5.digest()).decode(), items), changed


def _write_manifests(export: Export, replaced: dict[str, DataFile]) -> None:
    system = export.system
    summary = json.loads(system.cat_file(f"{export.place}/{SUMMARY}.json"))
    files = f"{export.place}/{FILES}.json"
    root = files.removesuffix(str(summary["manifestFilesS3Key"]))
    entries = []
    for line in system.cat_file(files).decode().splitlines():
        entry = json.loads(line)
        new = replaced[f"{root}{entry['dataFileS3Key']}"]
        if not new.path.endswith(entry["dataFileS3Key"]):
            entry |= {"dataFileS3Key": new.path.removeprefix(root), "md5Checksum": new.md5, "itemCount": new.items}
            entry["etag"] = f"{hashlib.md5(new.md5.encode(), usedforsecurity=False).hexdigest()}-1"
        entries.append(entry)
    summary["itemCount"] = sum(entry["itemCount"] for entry in entries)
    _put_checked(export, FILES, "".join(_line(entry) for entry in entries).encode())
    _put_checked(export, SUMMARY, _line(summary).encode())


def _put_checked(export: Export, name: str, content: bytes) -> None:
    """A manifest without a checksum is taken as it is: so the checksum goes first, and comes back last."""
    system = export.system
    had = [one for one in ("md5", "checksum") if system.exists(f"{export.place}/{name}.{one}")]
    for one in had:
        system.rm_file(f"{export.place}/{name}.{one}")
    system.pipe_file(f"{export.place}/{name}.json", content)
    for one in had:
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        system.pipe_file(f"{export.place}/{name}.{one}", b64encode(digest))


@contextmanager
def _replacement(system: Any, path: str) -> Iterator[Any]:
    """A temporary file that takes a path's place when the block ends well."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "rewritten"
        with made.open("w+b") as file:
            yield file
        system.put_file(str(made), path)


def _next_name(path: str) -> str:
    stem = path.removesuffix(".json.gz")
    name, _, number = stem.rpartition("-")
    return f"{name}-{int(number) + 1}.json.gz" if name and number.isdecimal() else f"{stem}-1.json.gz"


def _name_before(path: str) -> str | None:
    name, _, number = path.removesuffix(".json.gz").rpartition("-")
    if not name or not number.isdecimal() or "/" in number:
        return None
    return f"{name}-{int(number) - 1}.json.gz" if int(number) > 1 else f"{name}.json.gz"


def _line(value: Values) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def edit_exports(exports: Iterable[Callable[[], Export]], edit: Callable[[Export], Edit]) -> int:
    """Edit several; one that is damaged is no longer loaded, and is told of, as nobody can clean it."""
    changed = 0
    for read in exports:
        try:
            export = read()
            changed += edit_export(export, edit(export))
        except ExportDamaged as damaged:
            logger.error("dynamodb: %s Next: delete %s, since it may tell of people.", damaged, damaged.place)
    return changed
