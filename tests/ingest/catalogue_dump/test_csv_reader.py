"""CSV as people have it: what is read, and that a damaged record costs no more than its own lines."""

import csv
import gzip
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.catalogue_dump.chunks import Chunk, DumpFile
from ingest.catalogue_dump.csv_reader import read_csv, read_header
from ingest.catalogue_dump.errors import WrongFile
from tests.ingest.catalogue_dump.conftest import Write, as_file


def only_chunk(path: Path) -> Chunk:
    (chunk,) = read_csv(as_file(path))
    return chunk


def test_bom_crlf_other_order_and_extra_columns(write: Write) -> None:
    chunk = only_chunk(write("artists.csv", "\ufeffname,extra,artist_id\r\nIU,x,a1\r\n아이유,y,a2\r\n"))
    assert chunk.columns == {"name": ["IU", "아이유"], "artist_id": ["a1", "a2"]}
    assert chunk.lines == [2, 3]


def test_headers_of_the_format_get_their_declared_names(write: Write) -> None:
    path = write("tracks.csv", "track_id,explicit\nt1,True\n")
    assert list(next(read_csv(as_file(path, "tracks"))).columns) == ["track_id", "is_explicit"]


def test_quoted_newlines_count_as_lines_not_as_rows(write: Write) -> None:
    chunk = only_chunk(write("artists.csv", 'artist_id,name\na1,"two\nlines"\na2,"say ""hi"""\n'))
    assert chunk.columns["name"] == ["two\nlines", 'say "hi"']
    assert chunk.lines == [2, 4]


def test_a_name_of_64_kilobytes_is_a_name(write: Write) -> None:
    name = "가" * 65536
    assert only_chunk(write("artists.csv", f"artist_id,name\na1,{name}\n")).columns["name"] == [name]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a2", "1 fields instead of 2"),
        ("a2,b,c", "3 fields instead of 2"),
        ("artist_id,name", "the header again"),
        ('a2,"b" c', "broken CSV: ',' expected after '\"'"),
    ],
)
def test_a_bad_line_is_reported_and_its_neighbours_are_read(write: Write, line: str, reason: str) -> None:
    chunk = only_chunk(write("artists.csv", f"artist_id,name\na1,One\n{line}\na3,Three\n"))
    assert chunk.columns["artist_id"] == ["a1", "a3"]
    assert chunk.lines == [2, 4]
    assert [(bad.line, bad.reason, bad.payload) for bad in chunk.bad] == [(3, reason, f"{line}\n")]


def test_a_quote_that_never_closes_costs_its_own_line_only(write: Write) -> None:
    chunk = only_chunk(write("artists.csv", 'artist_id,name\na1,"One\na2,Two\na3,Three\n'))
    assert chunk.columns["artist_id"] == ["a2", "a3"]
    assert chunk.lines == [3, 4]
    assert [(bad.line, bad.payload) for bad in chunk.bad] == [(2, 'a1,"One\n')]


def test_blank_lines_are_nothing(write: Write) -> None:
    chunk = only_chunk(write("artists.csv", "artist_id,name\n\na1,One\n\n"))
    assert (chunk.lines, chunk.bad) == ([3], [])


def test_gzip_is_read(write: Write) -> None:
    assert only_chunk(write("artists.csv.gz", gzip.compress(b"artist_id\na1\n"))).lines == [2]


def test_chunks_are_bounded(write: Write) -> None:
    path = write("artists.csv", "artist_id\n" + "".join(f"a{number}\n" for number in range(12_000)))
    chunks = list(read_csv(as_file(path)))
    assert [len(chunk.lines) for chunk in chunks] == [5_000, 5_000, 2_000]
    assert chunks[2].lines[-1] == 12_001


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("name,genres\nIU,[]\n", r"no column artist_id in its header \(name, genres\)"),
        ("", r"no column artist_id in its header \(nothing\)"),
        ("artist_id,name,name\n", "names name twice"),
        ("artist_id,spotify_id\n", "names artist_id twice"),
        ("artist_id;name\n", "no column artist_id"),
    ],
)
def test_a_wrong_header_is_refused_with_what_was_expected(write: Write, content: str, problem: str) -> None:
    path = write("artists.csv", content)
    with pytest.raises(WrongFile, match=problem) as refused:
        read_header(as_file(path))
    assert "Expected: artists with artist_id" in str(refused.value)
    assert str(path) in str(refused.value)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS.filter(lambda cell: cell != "artist_id"), CELLS), max_size=20))
def test_what_a_csv_writer_wrote_is_read(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([("artist_id", "name"), *rows])
    path = tmp_path / "artists.csv"
    path.write_bytes(buffer.getvalue().encode())
    read = [row for chunk in read_csv(DumpFile("artists", path, "csv")) for row in chunk.originals]
    assert read == [list(row) for row in rows]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbage=st.binary(max_size=300))
def test_garbage_never_hides_the_row_after_it(tmp_path: Path, garbage: bytes) -> None:
    """Whatever stands on a line before it, as long as that line has an end, the last row is found."""
    path = tmp_path / "artists.csv"
    line = garbage.replace(b"\n", b"").replace(b"\r", b"")
    path.write_bytes(b"artist_id,name\n" + line + b"\nlast,Last\n")
    (chunk,) = read_csv(DumpFile("artists", path, "csv"))
    assert chunk.originals[-1] == ["last", "Last"]
