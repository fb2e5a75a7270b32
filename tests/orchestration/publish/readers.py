"""Twenty readers in a loop while generations switch: what they saw, and how long they waited for locks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from unittest import mock

import psycopg
from psycopg import sql

from orchestration.publish import generations

READERS = 20
LONGEST_WAIT_MILLISECONDS = 100
_TABLES = (("dim_artists", "provider"), ("artist_similarity", "reasons"), ("dim_tracks", "provider"))


@dataclass
class Reading:
    """What happened: `faults` in words, `longest_wait` in ms, and how many reads were under way at a switch."""

    reads: int = 0
    faults: list[str] = field(default_factory=list)
    longest_wait: float = 0.0
    switches: int = 0
    moments: int = 0
    across_a_switch: int = 0


def read_while(url: str, reads: int, switch: Callable[[], Any]) -> Reading:
    """Let READERS read at least `reads` times in all, calling `switch` again and again until they are done."""
    reading, numbers, ended = Reading(), count(1), threading.Event()
    done = threading.Event()

    def read() -> None:
        try:
            with _reader(url) as connection:
                while not ended.is_set():
                    number = next(numbers)
                    before = reading.moments
                    seen = read_once(connection)
                    reading.across_a_switch += reading.moments != before
                    if len(seen) != 1 or "nothing" in seen:
                        reading.faults.append(f"saw {sorted(seen)}")
                    if number >= reads:
                        done.set()
        except (psycopg.Error, AssertionError) as error:
            reading.faults.append(repr(error))
            done.set()

    def watch() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not ended.wait(0.005):
                row = connection.execute(
                    "select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0) * 1000 from pg_locks "
                    "inner join pg_stat_activity using (pid) where not granted and application_name = 'reader'"
                ).fetchone()
                reading.longest_wait = max(reading.longest_wait, float(row[0]) if row else 0.0)

    def counted(*arguments: Any) -> None:
        reading.moments += 1
        move(*arguments)
        reading.moments += 1
        reading.switches += 1

    move = generations.switch
    threads = [threading.Thread(target=read) for _ in range(READERS)] + [threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    try:
        with mock.patch.object(generations, "switch", counted):
            while not reading.faults and (not done.is_set() or reading.switches < 4):
                switch()
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    reading.reads = next(numbers) - 1
    return reading


def read_once(connection: psycopg.Connection[Any]) -> set[str]:
    """Read the pointer and three tables as the bot does; return every generation that was seen."""
    with connection.transaction():
        row = connection.execute("select generation from serving.current").fetchone()
        assert row is not None, "no pointer"
        seen = {str(row[0])}
        for table, column in _TABLES:
            query = sql.SQL("select distinct {} from {}").format(
                sql.Identifier(column), sql.Identifier(f"serving_{row[0]}", table)
            )
            seen |= {value for (value,) in connection.execute(query).fetchall()} or {"nothing"}
    return seen


def _reader(url: str) -> psycopg.Connection[Any]:
    """A connection on which a wait of more than 100 ms for a lock is an error of that read."""
    connection = psycopg.connect(
        url,
        autocommit=True,
        application_name="reader",
        options=f"-c lock_timeout={LONGEST_WAIT_MILLISECONDS}ms",
    )
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection
