"""What a run left: the serving marts' rows, as the warehouse holds them and as readers see them in Postgres."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from orchestration.local import stack
from tests.segue_command import Segue

TABLES = (
    "dim_artists",
    "dim_tracks",
    "dim_genres",
    "artist_genres",
    "artist_tracks",
    "artist_aliases",
    "artist_similarity",
    "track_similarity",
)
_PORT = re.compile(r"(?<=http://127\.0\.0\.1:)[0-9]+(?=/)")

Rows = list[str]
"""One table: each row as text, sorted. Two runs differ in when they asked, and in the port of their local server."""


@dataclass(frozen=True)
class Undisturbed:
    """A run that nobody disturbed, and the rows of its marts."""

    segue: Segue
    marts: dict[str, Rows]


def words_of_a_run(catalogue: Path, profile: str) -> tuple[str, ...]:
    """`segue run` on the names of a small catalogue that the local Spotify serves."""
    names = ("--names", str(catalogue / "names.txt"))
    return ("run", "--source", "spotify", "--catalogue", str(catalogue), "--profile", profile, *names)


def marts(segue: Segue) -> dict[str, Rows]:
    """Every serving mart of the warehouse."""
    return {
        table: _as_text(segue.rows(f"select {', '.join(_columns(segue, table))} from marts.{table}"))
        for table in TABLES
    }


def served(segue: Segue, columns_of: Segue | None = None) -> dict[str, Rows]:
    """The published generation, read from Postgres in one transaction, in the columns of its marts, or of another's."""
    with (
        stack.lease(segue.home, ["postgres"]) as variables,
        psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection,
    ):
        (generation,) = connection.execute("select generation from serving.current").fetchone() or ("",)
        queries = {
            table: f"select {', '.join(_columns(columns_of or segue, table))} from serving_{generation}.{table}"
            for table in TABLES
        }
        return {table: _as_text(connection.execute(query.encode()).fetchall()) for table, query in queries.items()}


def _columns(segue: Segue, table: str) -> list[str]:
    return [f'"{name}"' for (name, *_) in segue.rows(f"describe marts.{table}") if name != "retrieved_at"]


def _as_text(rows: list[tuple[Any, ...]]) -> Rows:
    return sorted(_PORT.sub("", repr(row)) for row in rows)
