"""Publish and roll back: each leaves readers with the old generation or the new one, whenever it is killed."""

import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from psycopg import sql

from orchestration.publish import building, gate, generations, landing, write_back
from orchestration.publish.database import Connection, connect, publisher
from orchestration.publish.errors import NothingToRollBack, PublishRefused
from orchestration.publish.generations import Generation
from orchestration.publish.marts import open_marts
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES, Warehouse

SMALLEST_SHARE = 0.5
"""A mart with less than this share of the published rows is not published without being asked to."""

logger = logging.getLogger(__name__)


def publish(settings: Settings, allow_shrink: bool = False, allow_worse: bool = False) -> dict[str, Any]:
    """Copy, build, test, switch, clean up, write back; return what was done. Raises what errors.py says.

    Where the generation is published already, what comes after the switch is done again: each of it may be.
    """
    started = time.monotonic()
    generation = settings.generation
    with open_marts(settings) as warehouse, publisher(settings.postgres_url) as connection:
        known = generations.published(connection)
        before = next((one for one in known if one.name == generation), None)
        if before is None:
            counts = {table: warehouse.count(table) for table in TABLES}
            refuse_shrunken(known, counts, allow_shrink)
            gate.check(warehouse, settings, next((one.name for one in known if one.is_current), None), allow_worse)
            copied = _copy_and_switch(connection, warehouse, settings, counts)
        else:
            _refuse_left(before)
            counts, copied = dict(before.row_counts), {}
            logger.info("publish: %s is published already", generation)
        with publisher(settings.postgres_url) if connection.closed else nullcontext(connection) as working:
            finished = _finish(working, warehouse, settings)
    return {
        "generation": generation,
        "run_id": settings.run_id,
        "already_published": before is not None,
        "rows": counts,
        **copied,
        **finished,
        "seconds": round(time.monotonic() - started, 2),
    }


def _copy_and_switch(
    connection: Connection, warehouse: Warehouse, settings: Settings, counts: Mapping[str, int]
) -> dict[str, Any]:
    """Do all that comes up to the switch, and the switch; return the figures of the copy."""
    generation = settings.generation
    generations.drop_orphans(connection)
    with building.started(settings) as build:
        seconds = landing.copy(warehouse, settings)
        rate = round(sum(counts.values()) / seconds)
        logger.info("publish: copied %d rows, %d a second", sum(counts.values()), rate)
        build.run()
    _check_counts(connection, generation, counts)
    generations.switch(connection, settings.postgres_url, generation, settings.run_id, counts)
    logger.info("publish: readers see %s", generation)
    return {"copy_rows_per_second": rate, "copy_seconds": round(seconds, 2)}


def _finish(connection: Connection, warehouse: Warehouse, settings: Settings) -> dict[str, Any]:
    """Do what comes after the switch: views, cleaning up, writing back. Doing it twice changes nothing."""
    views_moved = generations.repoint_views(connection, settings.generation)
    generations.drop_orphans(connection)
    dropped = generations.drop_old(connection)
    written: list[str] = []
    if not generations.is_written_back(connection, settings.generation):
        written = write_back.write(warehouse, settings)
        generations.note_written_back(connection, settings.generation)
    return {"views_moved": views_moved, "dropped": dropped, "written_back": written}


def rollback(settings: Settings, to: str | None = None) -> dict[str, Any]:
    """Move the pointer to the generation before the current one, or to the one named. Raises NothingToRollBack."""
    with publisher(settings.postgres_url) as connection:
        known = generations.published(connection)
        target = choose(known, to)
        before = generations.current(connection)
        generations.switch(connection, settings.postgres_url, target.name, target.run_id, target.row_counts)
        logger.info("rollback: readers see %s instead of %s", target.name, before)
        return {
            "generation": target.name,
            "run_id": target.run_id,
            "instead_of": before,
            "views_moved": generations.repoint_views(connection, target.name),
        }


def list_generations(settings: Settings) -> list[Generation]:
    """Return the generations one can switch to, newest first. Reads only; no publish is in its way."""
    with connect(settings.postgres_url) as connection:
        return generations.published(connection)


def refuse_shrunken(known: list[Generation], row_counts: Mapping[str, int], allow_shrink: bool) -> None:
    """Raise PublishRefused where a mart is empty or lost half of its rows against the published generation."""
    if not row_counts["dim_artists"]:
        raise PublishRefused("dim_artists is empty: there is nothing to publish. Next: segue ingest, then segue build")
    if allow_shrink:
        return
    old = next((one.row_counts for one in known if one.is_current), {})
    shrunken = [
        f"{table}: {old[table]} rows published, {count} now"
        for table, count in row_counts.items()
        if old.get(table) and count < SMALLEST_SHARE * old[table]
    ]
    if shrunken:
        raise PublishRefused(
            f"Marts are much smaller than what is published ({'; '.join(shrunken)}). Readers keep what they had. "
            "Next: see why; if it is right, publish with --allow-shrink."
        )


def choose(known: list[Generation], to: str | None) -> Generation:
    """Choose where a rollback goes; `known` is newest first."""
    names = ", ".join(one.name for one in known) or "none"
    if to is not None:
        for one in known:
            if one.name == to:
                return one
        raise NothingToRollBack(f"There is no generation {to!r}; there are: {names}. Next: choose one of them.")
    place = next((at for at, one in enumerate(known) if one.is_current), None)
    if place is None or place + 1 >= len(known):
        raise NothingToRollBack(
            f"There is no generation before the current one; there are: {names}. Next: segue publish"
        )
    return known[place + 1]


def _refuse_left(before: Generation) -> None:
    if not before.is_current:
        raise PublishRefused(
            f"{before.name} was published before and is not current. Next: segue rollback --to {before.name}, or unset "
            "SEGUE_RUN_ID to publish the marts as they are now."
        )


def _check_counts(connection: Connection, generation: str, counts: Mapping[str, int]) -> None:
    """Compare every table with its mart; the planner of the first reader finds statistics."""
    for table, expected in counts.items():
        name = sql.Identifier(f"serving_{generation}", table)
        row = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
        if row is None or row[0] != expected:
            raise PublishRefused(
                f"serving_{generation}.{table} has {row and row[0]} rows, the mart {expected}. Readers keep what they "
                "had. Next: publish again."
            )
        connection.execute(sql.SQL("analyze {}").format(name))
