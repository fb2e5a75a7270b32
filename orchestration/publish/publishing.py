"""Publish and roll back: each leaves readers with the old generation or the new one, whenever it is killed."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from psycopg import sql

from orchestration.publish import building, generations, landing, write_back
from orchestration.publish.database import Connection, publisher
from orchestration.publish.errors import NothingToRollBack, PublishRefused
from orchestration.publish.generations import Generation
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES, open_warehouse

SMALLEST_SHARE = 0.5
"""A mart with less than this share of the published rows is not published without being asked to."""

logger = logging.getLogger(__name__)


def publish(settings: Settings, allow_shrink: bool = False) -> dict[str, Any]:
    """Copy, build, test, switch, clean up, write back; return what was done. Raises what errors.py says."""
    started = time.monotonic()
    generation = settings.generation
    with open_warehouse(settings.warehouse) as warehouse:
        with publisher(settings.postgres_url) as connection:
            known = generations.published(connection)
            if generation in [one.name for one in known]:
                return _published_before(known, generation)
            row_counts = {table: warehouse.count(table) for table in TABLES}
            refuse_shrunken(known, row_counts, allow_shrink)
            generations.drop_orphans(connection)
            seconds = landing.copy(warehouse, settings)
            rate = round(sum(row_counts.values()) / seconds)
            logger.info("publish: copied %d rows, %d a second", sum(row_counts.values()), rate)
            building.build(settings)
            _check_counts(connection, generation, row_counts)
            generations.switch(connection, settings.postgres_url, generation, settings.run_id, row_counts)
            logger.info("publish: readers see %s", generation)
        with publisher(settings.postgres_url) as connection:
            views_moved = generations.repoint_views(connection, generation)
            generations.drop_orphans(connection)
            dropped = generations.drop_old(connection)
        written = write_back.write(warehouse, settings)
    return {
        "generation": generation,
        "run_id": settings.run_id,
        "already_published": False,
        "rows": row_counts,
        "copy_rows_per_second": rate,
        "copy_seconds": round(seconds, 2),
        "views_moved": views_moved,
        "dropped": dropped,
        "written_back": written,
        "seconds": round(time.monotonic() - started, 2),
    }


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
    """Return the generations one can switch to, newest first."""
    with publisher(settings.postgres_url) as connection:
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


def _published_before(known: list[Generation], generation: str) -> dict[str, Any]:
    one = next(one for one in known if one.name == generation)
    if not one.is_current:
        raise PublishRefused(
            f"{generation} was published before and is not current. Next: segue rollback --to {generation}, or unset "
            "SEGUE_RUN_ID to publish the marts as they are now."
        )
    logger.info("publish: %s is published already", generation)
    return {"generation": generation, "run_id": one.run_id, "already_published": True, "rows": dict(one.row_counts)}


def _check_counts(connection: Connection, generation: str, row_counts: Mapping[str, int]) -> None:
    for table, expected in row_counts.items():
        name = sql.Identifier(f"serving_{generation}", table)
        row = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
        if row is None or row[0] != expected:
            raise PublishRefused(
                f"serving_{generation}.{table} has {row and row[0]} rows, the mart {expected}. Readers keep what they "
                "had. Next: publish again."
            )
