"""A dump from the command line to what staging sees."""

import json
from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from tests.ingest.catalogue_dump.conftest import Write
from tests.ingest.conftest import Ingest
from tests.ingest.visible import staged_rows, visible_rows

DATASET = "raw_catalogue_dump"


def test_a_dump_is_loaded_and_its_bad_rows_are_in_quarantine(
    ingest: Ingest, write: Write, dump: Path, home: Path
) -> None:
    write("artists.csv", 'artist_id,name,genres,popularity\na1,IU,"[""k-pop""]",80\na2,Two,pop,lots\n')
    write("tracks.csv", 'track_id,name,artist_ids,explicit\nt1,Celebrity,"[""a1"", ""a2""]",False\n')
    code, answer = ingest("catalogue_dump", dump)
    assert code == 0
    assert (answer["source"], answer["quarantined"], answer["rows"]["artists"]) == ("catalogue_dump", 1, 1)
    (artist,) = visible_rows(home, DATASET, "artists")
    assert (artist["artist_id"], artist["name"], artist["genres"], artist["popularity"]) == (
        "a1",
        "IU",
        '["k-pop"]',
        80,
    )
    assert visible_rows(home, DATASET, "tracks")[0]["is_explicit"] is False
    assert [tuple(row.values()) for row in visible_rows(home, DATASET, "track_artists")] == [
        ("catalogue_dump", "t1", "a1", 1),
        ("catalogue_dump", "t1", "a2", 2),
    ]
    (bad,) = visible_rows(home, DATASET, "quarantine")
    assert (bad["file"], bad["line"]) == ("artists.csv", 3)
    assert bad["reason"] == "popularity is 'lots', not a whole number"
    assert json.loads(bad["payload"]) == {"artist_id": "a2", "name": "Two", "genres": "pop", "popularity": "lots"}
    assert visible_rows(home, DATASET, "aliases") == []


def test_csv_json_and_parquet_give_the_same_rows(ingest: Ingest, dump: Path, tmp_path: Path) -> None:
    rows = [
        {"artist_id": "a1", "name": "IU", "genres": '["k-pop"]', "popularity": 80},
        {"artist_id": "a2", "name": None, "genres": None, "popularity": None},
    ]
    (dump / "artists.csv").write_text('artist_id,name,genres,popularity\na1,IU,"[""k-pop""]",80\na2,,,\n')
    json_dump, parquet_dump = tmp_path / "json", tmp_path / "parquet"
    for folder in (json_dump, parquet_dump):
        folder.mkdir()
    (json_dump / "artists.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    pq.write_table(pa.Table.from_pylist(rows), parquet_dump / "artists.parquet")
    seen = []
    for folder in (dump, json_dump, parquet_dump):
        home = tmp_path / f"home_{folder.name}"
        assert ingest("catalogue_dump", folder, SEGUE_HOME=str(home))[0] == 0
        seen.append(staged_rows(home, DATASET, "artists"))
    assert seen[0] == seen[1] == seen[2]
    assert len(seen[0]) == 2


def test_the_same_command_twice_adds_nothing_to_staging(ingest: Ingest, write: Write, dump: Path, home: Path) -> None:
    write("artists.csv", "artist_id,name\na1,IU\n")
    ingest("catalogue_dump", dump)
    once = staged_rows(home, DATASET, "artists")
    ingest("catalogue_dump", dump)
    assert staged_rows(home, DATASET, "artists") == once
    assert len(visible_rows(home, DATASET, "artists")) == 2


def test_a_wrong_file_is_refused_before_anything_is_loaded(
    ingest: Ingest, write: Write, dump: Path, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write("artists.csv", "artist_id,name\na1,IU\n")
    write("tracks.csv", "title\nCelebrity\n")
    code, answer = ingest("catalogue_dump", dump)
    assert (code, answer) == (1, None)
    assert "no column track_id in its header (title). Expected: tracks with track_id" in caplog.text
    assert not (home / "lake").exists()


def test_a_file_that_turns_out_damaged_leaves_nothing_visible(
    ingest: Ingest, write: Write, dump: Path, home: Path
) -> None:
    good = b"".join(b'{"track_id": "t%d"}\n' % number for number in range(12_000))
    write("tracks.jsonl", good)
    write("artists.parquet", b"")
    pq.write_table(pa.table({"artist_id": [f"a{n}" for n in range(20_000)]}), dump / "artists.parquet")
    content = bytearray((dump / "artists.parquet").read_bytes())
    content[1000:3000] = b"\xff" * 2000
    write("artists.parquet", bytes(content))
    assert ingest("catalogue_dump", dump)[0] == 1
    assert visible_rows(home, DATASET, "artists") == []
    assert visible_rows(home, DATASET, "tracks") == []


@pytest.mark.parametrize(
    ("lake", "code", "said"),
    [
        ("gs://bucket/lake", 2, "SEGUE_LAKE_URL is 'gs://bucket/lake'"),
        ("/dev/null/lake", 1, "cannot write to /dev/null/lake"),
        ("/proc/lake", 1, "cannot write to /proc/lake"),
    ],
)
def test_a_lake_that_cannot_be_is_a_clear_error(
    ingest: Ingest, write: Write, dump: Path, caplog: pytest.LogCaptureFixture, lake: str, code: int, said: str
) -> None:
    write("artists.csv", "artist_id\na1\n")
    assert ingest("catalogue_dump", dump, SEGUE_LAKE_URL=lake)[0] == code
    assert said in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.slow
def test_the_real_catalogue_is_loaded_whole(ingest: Ingest, home: Path, shared_data: Path) -> None:
    """Row counts are those of shared/data/README.md; nothing of it is bad."""
    related = shared_data / "ground_truth" / "related_artists.csv"
    code, answer = ingest("catalogue_dump", shared_data / "catalog", "--related", related)
    assert code == 0
    assert answer["rows"] == {
        "artists": 7351,
        "tracks": 31819,
        "audio_features": 31819,
        "track_artists": 34136,
        "aliases": 3930,
        "related_artists": 5252,
        "quarantine": 0,
    }


@pytest.mark.slow
def test_the_reference_beside_a_dump_is_not_read_by_itself(ingest: Ingest, shared_data: Path) -> None:
    _, answer = ingest("catalogue_dump", shared_data / "catalog")
    assert answer["rows"]["related_artists"] == 0
