"""A folder -> the files of a dump in it, each looked at before anything is loaded."""

import logging
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest import tables
from ingest.catalogue_dump.chunks import DATASET, Chunk, DumpFile
from ingest.catalogue_dump.csv_reader import read_csv, read_header
from ingest.catalogue_dump.errors import WrongDump, WrongFile, expected
from ingest.catalogue_dump.json_reader import check_json, read_json
from ingest.catalogue_dump.parquet_reader import check_parquet, read_parquet

TABLES = tuple(name for name in tables.tables(DATASET) if name != "quarantine")
SUFFIXES = {
    ".csv": ("csv", False),
    ".csv.gz": ("csv", True),
    ".jsonl": ("jsonl", False),
    ".jsonl.gz": ("jsonl", True),
    ".parquet": ("parquet", False),
}
MAGIC = {
    b"PK\x03\x04": "a zip archive (or a spreadsheet); unpack it first",
    b"\x1f\x8b": "gzip; its name should end in .gz",
    b"PAR1": "parquet; its name should end in .parquet",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
}
READERS: dict[str, Callable[[DumpFile], Iterator[Chunk]]] = {
    "csv": read_csv,
    "jsonl": read_json,
    "parquet": read_parquet,
}
CHECKS: dict[str, Callable[[DumpFile], object]] = {"csv": read_header, "jsonl": check_json, "parquet": check_parquet}

WHAT_A_DUMP_IS = (
    f"a folder with any of the files {', '.join(TABLES)}, each ending in {', '.join(SUFFIXES)} "
    "(an example: `segue demo export FOLDER`)"
)

UNREADABLE = (EOFError, OSError, zlib.error)

logger = logging.getLogger(__name__)


def find_files(folder: Path, related: Path | None = None) -> list[DumpFile]:
    """The files of the dump in the order of TABLES, all of them checked.

    Raises WrongDump for a folder that holds none, WrongFile for a file that cannot be what its name says.
    """
    if not folder.is_dir():
        problem = "it is a file" if folder.exists() else "there is no such folder"
        raise WrongDump(f"cannot load {folder}: {problem}. Expected: {WHAT_A_DUMP_IS}.")
    found: dict[str, DumpFile] = {}
    for path in sorted(folder.iterdir()):
        file = _recognise(path)
        if file is None:
            logger.info("%s does not belong to a dump: ignored", path)
        elif file.table in found:
            raise WrongDump(
                f"cannot load {folder}: {found[file.table].path.name} and {path.name} both hold {file.table}, and "
                "which one is meant is not clear. Next: keep one of them."
            )
        else:
            found[file.table] = file
    if related is not None:
        found["related_artists"] = _related(related, found)
    if not found:
        names = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) or "nothing"
        raise WrongDump(f"cannot load {folder}: it holds {names}. Expected: {WHAT_A_DUMP_IS}.")
    for file in found.values():
        _check(file)
    return [found[table] for table in TABLES if table in found]


def read(file: DumpFile) -> Iterator[Chunk]:
    """Chunks of one file. Raises WrongFile where it turns out damaged on the way."""
    try:
        yield from READERS[file.format](file)
    except UNREADABLE as broken:  # a gzip that ends early, a disk that fails
        raise WrongFile(file.path, f"it cannot be read to its end ({broken})", expected(file.table)) from broken


def _recognise(path: Path) -> DumpFile | None:
    table, dot, suffix = path.name.partition(".")
    if table not in TABLES or (dot + suffix).lower() not in SUFFIXES or not path.is_file():
        return None
    kind, is_gzipped = SUFFIXES[(dot + suffix).lower()]
    return DumpFile(table, path, kind, is_gzipped)


def _related(path: Path, found: dict[str, DumpFile]) -> DumpFile:
    if "related_artists" in found:
        there = found["related_artists"].path
        raise WrongDump(f"cannot load --related {path}: the folder has its own {there}. Next: leave one of them out.")
    if not path.is_file():
        raise WrongDump(f"cannot load --related {path}: no such file. Expected: {expected('related_artists')}.")
    for suffix, (kind, is_gzipped) in SUFFIXES.items():
        if path.name.lower().endswith(suffix):
            return DumpFile("related_artists", path, kind, is_gzipped)
    raise WrongFile(path, "its name ends in none of " + ", ".join(SUFFIXES), expected("related_artists"))


def _check(file: DumpFile) -> None:
    try:
        with file.path.open("rb") as binary:
            start = binary.read(8192)
        if file.format != "parquet" and not file.is_gzipped:
            _refuse_binary(file, start)
        CHECKS[file.format](file)
    except UNREADABLE as broken:
        raise WrongFile(file.path, f"it cannot be read ({broken})", expected(file.table)) from broken


def _refuse_binary(file: DumpFile, start: bytes) -> None:
    for magic, what in MAGIC.items():
        if start.startswith(magic):
            raise WrongFile(file.path, f"it is {what}", expected(file.table))
