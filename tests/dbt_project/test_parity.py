"""The comparison that the two engines are held to: what it lets pass, and what it names."""

import re
from collections.abc import Iterator

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]

from .lake import PROJECT
from .parity import KEYS, first_difference

ROW = ("a", "blend", "b", 1, 0.5, "{}")


@pytest.fixture
def two() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for schema in ("duck", "athena"):
            connection.execute(f"create schema {schema}")
            connection.execute(
                f"create table {schema}.artist_similarity (artist_id varchar, method varchar, neighbour_artist_id "
                "varchar, rank bigint, score double, reasons varchar)"
            )
            connection.execute(f"insert into {schema}.artist_similarity values (?, ?, ?, ?, ?, ?)", ROW)
        yield connection


def difference(connection: duckdb.DuckDBPyConnection) -> str | None:
    return first_difference(connection, "artist_similarity", "duck", "athena")


def test_the_same_rows_do_not_differ(two: duckdb.DuckDBPyConnection) -> None:
    assert difference(two) is None


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("update athena.artist_similarity set score = score + 9e-10", None),
        ("update athena.artist_similarity set score = 0.500000002", "score is 0.5 in duck, 0.500000002 in athena"),
        ("update duck.artist_similarity set score = null", "score is None in duck, 0.5 in athena"),
        (
            "update athena.artist_similarity set rank = 2",
            "artist_id a, method blend, .* b: rank is 1 in duck, 2 in ath",
        ),
        ("update duck.artist_similarity set reasons = null", "reasons is None in duck"),
        ("insert into athena.artist_similarity from duck.artist_similarity", "doubled: duck has 1, athena 2"),
        ("delete from athena.artist_similarity", "artist_id a, .* is only in duck"),
        ("delete from duck.artist_similarity", "artist_id a, .* is only in athena"),
        (
            "insert into athena.artist_similarity select * replace ('c' as artist_id) from duck.artist_similarity",
            "c, .*only",
        ),
        ("alter table athena.artist_similarity drop column reasons", "duck has the columns .*reasons.*, athena has"),
        ("alter table athena.artist_similarity alter rank type double", "columns .*'rank': 'DOUBLE'"),
    ],
)
def test_what_differs_is_named(two: duckdb.DuckDBPyConnection, change: str, named: str | None) -> None:
    two.execute(change)
    found = difference(two)
    assert (found is None) if named is None else re.search(named, found or "")


def test_every_mart_is_compared() -> None:
    described = (PROJECT / "models/marts").glob("_*.yml")
    models = [model for file in described for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]]
    assert {model["name"] for model in models} == set(KEYS)
