"""The lines of an export's data files, one at a time; a file is trusted when its last byte is read and its MD5 fits."""

import gzip
import hashlib
import io
import zlib
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.dynamodb.errors import ExportDamaged
from ingest.dynamodb.manifest import DataFile, Export

_CHUNK = 1 << 20
_LONGEST_LINE = 64 << 20
"""Bytes. Two images of 400 KB, however they are escaped, are far shorter."""


@dataclass(frozen=True)
class Line:
    """One line of a data file."""

    file: str
    number: int
    text: str


class _Hashing(io.RawIOBase):
    """A file that is read once, from its beginning to its end, and its MD5."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._md5 = hashlib.md5(usedforsecurity=False)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the file goes."""
        content = self._file.read(len(buffer))
        self._md5.update(content)
        buffer[: len(content)] = content
        return len(content)

    def md5(self) -> str:
        """Read what is left; return the MD5 of all, in base64."""
        while self.read(_CHUNK):
            pass
        return b64encode(self._md5.digest()).decode()


def lines(export: Export) -> Iterator[Line]:
    """Every line of every file in the manifest. Raises ExportDamaged, at the latest behind the last line of a file."""
    for file in export.files:
        yield from lines_of(export, file)


def lines_of(export: Export, file: DataFile) -> Iterator[Line]:
    """Every line of one file. Raises ExportDamaged."""
    try:
        yield from _lines(export, file)
    except (OSError, EOFError, zlib.error) as problem:
        raise ExportDamaged(file.path, f"it cannot be read to its end ({problem})") from problem


def _lines(export: Export, file: DataFile) -> Iterator[Line]:
    name = file.path.rpartition("/")[2]
    number = 0
    with export.system.open(file.path, "rb") as raw:
        hashing = _Hashing(raw)
        with gzip.GzipFile(fileobj=io.BufferedReader(hashing, _CHUNK)) as unpacked:
            while content := unpacked.readline(_LONGEST_LINE):
                if not content.strip():
                    continue
                number += 1
                yield Line(name, number, content.decode("utf-8", "backslashreplace"))
            md5 = hashing.md5()
    if md5 != file.md5:
        raise ExportDamaged(file.path, f"its MD5 is {md5} and the manifest says {file.md5}")
    if number != file.items:
        raise ExportDamaged(file.path, f"it has {number} lines and the manifest says {file.items}")
