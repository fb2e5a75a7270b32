"""The lake as a place: can it be written, which tables lack a file, and files that appear whole or not at all."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
from botocore.exceptions import BotoCoreError
from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

from ingest import tables
from ingest.errors import LakeUnwritable


class WholeFiles(LocalFileSystem):  # type: ignore[misc]
    """A local file system whose writes take effect in one step.

    dlt copies straight to the final name: killed in between, it would leave half a parquet file, on which every
    reader of the table fails. A leftover `.part` file is hidden, matches no layout and is overwritten by the retry.
    """

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Make a folder that may be there already: dlt, killed right after making a dataset's, would stop at it."""
        super().makedirs(path, exist_ok=True)

    def cp_file(self, path1: str, path2: str, **kwargs: Any) -> None:
        """Copy a file; the new name appears when its content is complete."""
        target = self._strip_protocol(path2)
        part = _part(target)
        shutil.copyfile(self._strip_protocol(path1), part)
        Path(part).replace(target)

    def write_text(self, path: str, value: str, encoding: str | None = None, **kwargs: Any) -> int:
        """Write a small file such as an entry of `_dlt_loads`."""
        target = self._strip_protocol(path)
        part = _part(target)
        with Path(part).open("w", encoding=encoding or "utf-8", newline="") as file:
            written = file.write(value)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(target)
        return written


@dataclass(frozen=True)
class Lake:
    """A lake by its URL: a folder path or s3://bucket/prefix."""

    url: str

    def prepare(self) -> None:
        """Make the folder of a local lake. Raises LakeUnwritable where nothing can be written to it."""
        if self.url.startswith("s3://"):
            return
        fsspec.register_implementation("file", WholeFiles, clobber=True)
        probe_folder(Path(self.url), "SEGUE_LAKE_URL")

    def undeclared(self, dataset: str) -> list[str]:
        """Tables of `dataset` whose newest file is missing or lacks a declared column.

        Raises LakeUnwritable where the lake cannot be looked at.
        """
        try:
            return self._undeclared(dataset)
        except (OSError, BotoCoreError, pa.ArrowException) as problem:
            raise LakeUnwritable(
                f"cannot look at {self.url}/{dataset}: {problem}. Expected a lake this user may read and write. "
                "Next: compare SEGUE_LAKE_URL, the credentials and AWS_ENDPOINT_URL_S3 with what the lake needs."
            ) from problem

    def _undeclared(self, dataset: str) -> list[str]:
        system, root = fsspec.core.url_to_fs(self.url)
        if not system.glob(f"{root}/{dataset}/_dlt_loads/*.jsonl"):
            return list(tables.tables(dataset))
        return [name for name in tables.tables(dataset) if not self._is_whole(system, root, dataset, name)]

    def _is_whole(self, system: fsspec.AbstractFileSystem, root: str, dataset: str, table: str) -> bool:
        files = sorted(system.glob(f"{root}/{dataset}/{table}/*.parquet"))
        if not files:
            return False
        with system.open(files[-1], "rb") as file:
            return set(tables.columns(dataset, table)) <= set(pq.read_schema(file).names)


def probe_folder(folder: Path, variable: str) -> None:
    """Make `folder` and write to it. Raises LakeUnwritable, naming the variable that chose it."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"segue")
        probe.unlink()
    except OSError as problem:
        raise LakeUnwritable(
            f"cannot write to {folder}: {problem.strerror or problem}. Expected a folder with room that this user may "
            f"write to. Next: free space or rights there, or choose another with {variable}."
        ) from problem


def _part(target: str) -> str:
    return str(Path(target).with_name(f".{Path(target).name}.part"))
