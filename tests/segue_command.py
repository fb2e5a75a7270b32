"""Types `segue ...` as a user would, in a state folder of its own, and looks at what it left."""

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

KOREAN = ["aespa", "BLACKPINK", "BTS", "IU", "NewJeans", "Red Velvet", "SHINee", "TWICE", "Girls' Generation", "EXO"]
ROCK = [
    "The Beatles",
    "The Rolling Stones",
    "Led Zeppelin",
    "Pink Floyd",
    "Queen",
    "The Who",
    "David Bowie",
    "Radiohead",
]
"""The artists of the small catalogue: two groups that nobody would mix up."""

SEGUE = str(Path(sys.executable).with_name("segue"))
LONGEST_SECONDS = 900
"""How long one command may take: three times what the longest does, on a machine with nothing else to do."""
_FOREIGN = ("SEGUE_", "DBT_", "SPOTIFY_", "AWS_", "MUSICBRAINZ_", "RECCOBEATS_", "MESSENGER_", "GRAPH_")


@dataclass(frozen=True)
class Segue:
    """One state folder; `variables` are the user's own."""

    home: Path
    variables: dict[str, str]

    def environment(self) -> dict[str, str]:
        """This process's variables without anything that would lead segue elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        cache = {name: os.environ[name] for name in ("SEGUE_CACHE",) if name in os.environ}
        return {**kept, **cache, "SEGUE_HOME": str(self.home), "COLUMNS": "120", "NO_COLOR": "1", **self.variables}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Begin a command and do not wait for it; it leads a session of its own."""
        return subprocess.Popen(
            [SEGUE, *words],
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @contextmanager
    def started(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """Begin a command that is killed at the end of the block if it has not ended by then."""
        with self.start(*words) as process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    def run(self, *words: str, expect: int = 0) -> "subprocess.CompletedProcess[str]":
        """Type one command and wait for it; any other exit code than `expect` fails the test with its output."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            pytest.fail(f"segue {' '.join(words)} did not end within {LONGEST_SECONDS} s:\n{err}\n{out}")
        assert process.returncode == expect, f"segue {' '.join(words)} ended with {process.returncode}:\n{err}\n{out}"
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def last_run(self) -> dict[str, Any]:
        """The newest record of the ledger."""
        files = sorted((self.home / "runs").glob("*.json"), key=lambda file: file.stat().st_mtime)
        record: dict[str, Any] = json.loads(files[-1].read_text(encoding="utf-8"))
        return record

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def segue_in(home: Path, **variables: str) -> Iterator[Segue]:
    """A state folder whose services are stopped at the end, whatever happened."""
    segue = Segue(home, variables)
    try:
        yield segue
    finally:
        segue.run("down")


def part_of_catalogue(source: Path, target: Path, artists: list[str]) -> Path:
    """Copy the rows of these artists, and of the tracks that only they made, into a new folder."""
    target.mkdir(parents=True)
    read = {file.name: _read(file) for file in source.glob("*.csv")}
    ids = {row["artist_id"] for row in read["artists.csv"] if row["name"] in artists}
    tracks = {row["track_id"] for row in read["tracks.csv"] if set(json.loads(row["artist_ids"])) <= ids}
    for name, rows in read.items():
        kept = [
            row
            for row in rows
            if row.get("artist_id", row.get("spotify_id")) in ids | {None} and row.get("track_id") in tracks | {None}
        ]
        with (target / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(kept)
    return target


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
