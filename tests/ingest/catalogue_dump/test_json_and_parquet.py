"""JSON lines and parquet files give the same chunks as CSV does, typed."""

import gzip
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from ingest.catalogue_dump.errors import WrongFile
from ingest.catalogue_dump.json_reader import check_json, read_json
from ingest.catalogue_dump.parquet_reader import check_parquet, read_parquet
from tests.ingest.catalogue_dump.conftest import Write, as_file


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_json_lines_are_rows(write: Write, compressed: bool) -> None:
    content = (
        '\ufeff{"artist_id": "a1", "genres": ["pop"], "other": 1}\r\n\n{"name": "Two", "artist_id": "a2"}\n'.encode()
    )
    name, data = ("artists.jsonl.gz", gzip.compress(content)) if compressed else ("artists.jsonl", content)
    (chunk,) = read_json(as_file(write(name, data)))
    assert chunk.columns["artist_id"] == ["a1", "a2"]
    assert chunk.columns["genres"] == [["pop"], None]
    assert "other" not in chunk.columns
    assert chunk.lines == [1, 3]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"artist_id": "a', "broken JSON"),
        ("[1]", "not a JSON object"),
        ('{"artist_id": NaN}', "NaN is no JSON number"),
    ],
)
def test_a_broken_json_line_is_reported(write: Write, line: str, reason: str) -> None:
    (chunk,) = read_json(as_file(write("artists.jsonl", f'{{"artist_id": "a1"}}\n{line}\n{{"artist_id": "a3"}}\n')))
    assert chunk.lines == [1, 3]
    assert [(bad.line, bad.payload) for bad in chunk.bad] == [(2, f"{line}\n")]
    assert reason in chunk.bad[0].reason


@pytest.mark.parametrize("content", ['[{"artist_id": "a1"}]', '{"name": "IU"}\n', "\x00\x01\x02"])
def test_a_json_file_without_the_key_is_refused(write: Write, content: str) -> None:
    with pytest.raises(WrongFile, match="none of its first lines is a JSON object with artist_id"):
        check_json(as_file(write("artists.jsonl", content)))


def test_parquet_rows_keep_their_types(dump: Path) -> None:
    path = dump / "artists.parquet"
    columns = {"artist_id": ["a1", "a2"], "genres": [["pop"], None], "popularity": [1, None], "other": [1, 2]}
    pq.write_table(pa.table(columns), path)
    (chunk,) = read_parquet(as_file(path))
    assert chunk.columns == {"artist_id": ["a1", "a2"], "genres": [["pop"], None], "popularity": [1, None]}
    assert chunk.lines == [1, 2]
    assert chunk.textual == {"artist_id"}


def test_what_is_not_parquet_is_refused(write: Write) -> None:
    with pytest.raises(WrongFile, match="not a parquet file"):
        check_parquet(as_file(write("artists.parquet", "artist_id\na1\n")))


def test_parquet_without_the_key_is_refused(dump: Path) -> None:
    pq.write_table(pa.table({"name": ["IU"]}), dump / "artists.parquet")
    with pytest.raises(WrongFile, match="no column artist_id among name"):
        check_parquet(as_file(dump / "artists.parquet"))
