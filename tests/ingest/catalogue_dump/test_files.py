"""Which folders and files are taken for a dump, and what is said to the others."""

import gzip
from pathlib import Path

import pytest

from ingest.catalogue_dump.errors import WrongDump, WrongFile
from ingest.catalogue_dump.files import find_files, read
from tests.ingest.catalogue_dump.conftest import Write, as_file


def test_files_are_found_in_every_format_and_foreign_ones_ignored(
    write: Write, dump: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Case 15: foreign objects are ignored, each with a log line."""
    write("artists.csv", "artist_id\n")
    write("tracks.jsonl", '{"track_id": "t1"}\n')
    write("aliases.jsonl.gz", gzip.compress(b'{"alias": "x"}\n'))
    for foreign in ("_SUCCESS", ".DS_Store", "README.md", "albums.csv", "artists.txt"):
        write(foreign, b"\x00")
    with caplog.at_level("INFO"):
        found = find_files(dump)
    assert [(file.table, file.format) for file in found] == [
        ("artists", "csv"),
        ("tracks", "jsonl"),
        ("aliases", "jsonl"),
    ]
    assert len([line for line in caplog.messages if "does not belong to a dump: ignored" in line]) == 5


@pytest.mark.parametrize("names", [(), ("songs.csv",)], ids=["empty", "unknown name"])
def test_a_folder_without_a_known_file_is_refused(write: Write, dump: Path, names: tuple[str, ...]) -> None:
    for name in names:
        write(name, "a\n1\n")
    with pytest.raises(WrongDump, match=r"it holds .*Expected: a folder with any of the files artists, tracks"):
        find_files(dump)


def test_what_is_no_folder_is_refused(write: Write, dump: Path) -> None:
    with pytest.raises(WrongDump, match="it is a file"):
        find_files(write("artists.csv", "artist_id\n"))
    with pytest.raises(WrongDump, match="no such folder"):
        find_files(dump / "nowhere")


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04xx", "zip archive"),
        (b"\x1f\x8bxx", "gzip; its name should end in .gz"),
        (b"PAR1xx", "parquet; its name"),
        ("artist_id\n".encode("utf-16"), "UTF-16 text; save it as UTF-8"),
        (bytes(range(256)), "no column artist_id"),
    ],
    ids=["zip", "gzip", "parquet", "utf-16", "garbage"],
)
def test_a_file_that_is_something_else_is_refused(write: Write, dump: Path, start: bytes, what: str) -> None:
    write("artists.csv", start)
    with pytest.raises(WrongFile, match=what):
        find_files(dump)


def test_two_files_for_one_table_are_refused(write: Write, dump: Path) -> None:
    write("artists.csv", "artist_id\n")
    write("artists.jsonl", "")
    with pytest.raises(WrongDump, match=r"artists.csv and artists.jsonl both hold artists"):
        find_files(dump)


def test_related_artists_may_lie_elsewhere(write: Write, dump: Path, tmp_path: Path) -> None:
    write("artists.csv", "artist_id\n")
    beside = tmp_path / "graph.csv"
    beside.write_text("artist_id,related_artist_id,rank\n")
    assert [(file.table, file.path.name) for file in find_files(dump, beside)] == [
        ("artists", "artists.csv"),
        ("related_artists", "graph.csv"),
    ]
    write("related_artists.csv", "artist_id,related_artist_id\n")
    with pytest.raises(WrongDump, match="leave one of them out"):
        find_files(dump, beside)


def test_a_related_file_that_is_not_there_is_refused(dump: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongDump, match="no such file"):
        find_files(dump, tmp_path / "graph.csv")


def test_a_gzip_that_ends_early_is_refused_when_its_end_is_reached(write: Write, dump: Path) -> None:
    rows = b"artist_id,name\n" + b"".join(b"a%d,%d\n" % (number, number * 7919) for number in range(60_000))
    path = write("artists.csv.gz", gzip.compress(rows)[:-5000])
    assert len(find_files(dump)) == 1
    with pytest.raises(WrongFile, match="cannot be read to its end"):
        list(read(as_file(path)))
