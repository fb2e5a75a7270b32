"""Chunks become typed tables; every bad row is named with all of its reasons."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from ingest.catalogue_dump.chunks import Bad, Chunk
from ingest.catalogue_dump.convert import arrow_schema, convert, track_artists_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def chunk_of(columns: dict[str, list[Any]], textual: bool = True) -> Chunk:
    names = list(columns)
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    lines = list(range(2, 2 + len(rows)))
    return Chunk(columns, frozenset(names) if textual else frozenset(), lines, rows, names, [])


def test_every_declared_column_is_there_and_typed() -> None:
    rows, bad = convert("artists", chunk_of({"artist_id": ["a1"], "popularity": ["7"]}), NOW)
    assert rows.schema == arrow_schema("artists")
    row = rows.to_pylist()[0]
    assert (row["artist_id"], row["popularity"], row["followers"], row["provider"]) == ("a1", 7, None, "catalogue_dump")
    assert row["retrieved_at"] == NOW
    assert bad == []


def test_missing_features_are_null_and_never_zero() -> None:
    columns = {"track_id": ["t1"], "danceability": [""], "key": [""], "tempo": [""]}
    rows, bad = convert("audio_features", chunk_of(columns), NOW)
    assert bad == []
    assert {rows.to_pylist()[0][name] for name in ("danceability", "key", "tempo", "energy")} == {None}


def test_a_bad_row_is_named_with_all_its_reasons_and_the_others_stay() -> None:
    columns = {"track_id": ["t1", "t2", "t3"], "danceability": ["0.5", "1.5", "0"], "tempo": ["0", "fast", "120.5"]}
    rows, bad = convert("audio_features", chunk_of(columns), NOW)
    assert [(row["track_id"], row["tempo"]) for row in rows.to_pylist()] == [("t1", 0.0), ("t3", 120.5)]
    assert bad == [
        Bad(
            3,
            "danceability is 1.5, not 0 to 1; tempo is 'fast', not a number",
            '{"track_id": "t2", "danceability": "1.5", "tempo": "fast"}',
        )
    ]


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("artist_id", "", "no artist_id"),
        ("artist_id", "a b", "artist_id has white space in it"),
        ("artist_id", "a\0b", "artist_id holds a NUL character"),
        ("name", "a\udcff", "name is not UTF-8"),
        ("popularity", "101", "popularity is 101, not 0 to 100"),
        ("followers", "-1", "followers is -1, not at least 0"),
        ("genres", "a|b;c", "genres is 'a|b;c': which mark separates the values is not clear; a JSON list is"),
    ],
)
def test_reasons(column: str, cell: str, reason: str) -> None:
    columns = {"artist_id": ["good", "bad"], "name": ["", ""], "popularity": ["", ""], "followers": ["", ""]}
    columns |= {"genres": ["", ""]}
    columns[column] = [columns[column][0], cell]
    rows, bad = convert("artists", chunk_of(columns), NOW)
    assert rows.num_rows == 1
    assert [row.reason for row in bad] == [reason]
    bad[0].payload.encode()
    assert "\0" not in bad[0].payload


def test_a_typed_clash_is_quarantined_and_the_column_keeps_its_type() -> None:
    columns: dict[str, list[Any]] = {"artist_id": ["a1", "a2", "a3"], "popularity": [70, "70", 70.0]}
    rows, bad = convert("artists", chunk_of(columns, textual=False), NOW)
    assert rows.column("popularity").to_pylist() == [70, 70]
    assert [row.reason for row in bad] == ["popularity is the text '70', not a whole number"]


def test_an_infinite_number_between_nulls_is_found() -> None:
    columns: dict[str, list[Any]] = {"track_id": ["t1", "t2"], "loudness": ["inf", ""]}
    rows, bad = convert("audio_features", chunk_of(columns), NOW)
    assert rows.num_rows == 1
    assert [row.line for row in bad] == [2]


def test_a_provider_column_overrides_the_label() -> None:
    rows, _ = convert("artists", chunk_of({"artist_id": ["a1", "a2"], "provider": ["demo", ""]}), NOW)
    assert rows.column("provider").to_pylist() == ["demo", "catalogue_dump"]


def test_track_artists_follow_the_credit_order_and_name_nobody_twice() -> None:
    columns = {"track_id": ["t1", "t2"], "artist_ids": ['["b", "a", "b"]', ""]}
    rows, _ = convert("tracks", chunk_of(columns), NOW)
    pairs = track_artists_of(rows).select(["track_id", "artist_id", "position"]).to_pylist()
    assert [tuple(pair.values()) for pair in pairs] == [("t1", "b", 1), ("t1", "a", 2)]


def test_an_empty_chunk_is_an_empty_table() -> None:
    empty = Chunk({"artist_id": []}, frozenset({"artist_id"}), [], [], ["artist_id"], [Bad(2, "why", "what")])
    rows, bad = convert("artists", empty, NOW)
    assert isinstance(rows, pa.Table)
    assert (rows.num_rows, bad) == (0, [Bad(2, "why", "what")])
