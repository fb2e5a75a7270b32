"""Trino's server, fetched once into the cache: of its 900 MB only the parts that read Hive and Iceberg tables."""

import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from filelock import FileLock

from orchestration.local.java import fetch, locked, read_lock

PARTS = ("lib/", "plugin/hive/", "plugin/iceberg/", "plugin/geospatial/", "NOTICE", "LICENSE")
_LEFT_OUT = ("plugin/hive/hdfs/", "plugin/iceberg/hdfs/")
"""Hadoop's own file system: ours is S3, and loading it is switched off."""


def server(cache: Path) -> Path:
    """Return the folder of an unpacked server (`lib/`, `plugin/`), fetched and unpacked where it is missing.

    Raises DownloadFailed. What is in the folder is whole from its first moment.
    """
    folder = _folder(cache)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="unpacking-") as part:
                archive = read_lock(locked("trino"))[0]
                fetch("trino", [archive], Path(part))
                unpacked = Path(part) / "server"
                _unpack(Path(part) / archive.file_name, unpacked)
                unpacked.replace(folder)
    return folder


def is_there(cache: Path) -> bool:
    """Tell whether nothing has to be fetched."""
    return _folder(cache).exists()


def _folder(cache: Path) -> Path:
    archive = read_lock(locked("trino"))[0]
    return cache / "java" / f"trino-{archive.version}-{archive.sha256[:12]}"


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack the parts; a file of theirs may be a link to the same file of a part that is left out."""
    with tarfile.open(archive, "r:gz") as names:
        wanted = {name: one for one in names if (name := _inside(one.name)) and _is_wanted(name) and not one.isdir()}
    sources: dict[str, list[str]] = {}
    for name, one in wanted.items():
        sources.setdefault(one.linkname if one.islnk() else one.name, []).append(name)
    with tarfile.open(archive, "r:gz") as contents:
        for one in contents:
            if one.name in sources and one.isfile():
                data = contents.extractfile(one)
                assert data is not None, "a regular file has contents"
                _write(data.read(), [folder / name for name in sources.pop(one.name)])


def _write(data: bytes, files: Iterable[Path]) -> None:
    first, *others = files
    for file in (first, *others):
        file.parent.mkdir(parents=True, exist_ok=True)
    first.write_bytes(data)
    for other in others:
        other.hardlink_to(first)


def _inside(name: str) -> str:
    return str(PurePosixPath(*PurePosixPath(name).parts[1:]))


def _is_wanted(name: str) -> bool:
    return name.startswith(PARTS) and not name.startswith(_LEFT_OUT)
