"""Publishing to a real Postgres: what readers see, what is refused, and what a kill leaves behind."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from psycopg import sql

from orchestration.publish import generations, publishing
from orchestration.publish.database import connect, publisher
from orchestration.publish.errors import AlreadyPublishing, NoRights, NothingToRollBack, PublishRefused
from orchestration.publish.settings import ROOT, Settings
from orchestration.publish.warehouse import TABLES

pytestmark = pytest.mark.slow

Publication = Callable[..., Settings]
ODD = "quote ' \" back\\slash tab\t line\nend"


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def schemas(url: str) -> set[str]:
    return {name for (name,) in ask(url, "select nspname from pg_namespace where nspname ~ '^(serving_|landing_)'")}


def read_once(connection: psycopg.Connection[Any]) -> set[str]:
    """Read the pointer and three tables as the bot does; return every generation that was seen."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        row = connection.execute("select generation from serving.current").fetchone()
        seen = {str(row[0])} if row else set()
        for table, column in (
            ("dim_artists", "provider"),
            ("artist_similarity", "reasons"),
            ("dim_tracks", "provider"),
        ):
            query = sql.SQL("select distinct {} from {}").format(
                sql.Identifier(column), sql.Identifier(f"serving_{row[0] if row else ''}", table)
            )
            seen |= {"g" + value[1:] for (value,) in connection.execute(query).fetchall()} or {"nothing"}
    return seen


def test_publish_rollback_and_views(marts: Publication, database: str) -> None:
    first = marts("r1")
    answer = publishing.publish(first)
    assert answer["views_moved"] and answer["rows"]["dim_artists"] == 40
    publishing.publish(marts("r2"))
    assert ask(database, "select generation, run_id from serving.current") == [("gr2", "r2")]
    for table in TABLES:
        assert ask(database, f"select count(*) from serving.{table}") == ask(
            database, f"select count(*) from serving_gr2.{table}"
        )
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr2",)]
    assert publishing.rollback(first)["generation"] == "gr1"
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr1",)]
    with pytest.raises(NothingToRollBack, match="before the current"):
        publishing.rollback(first)
    assert publishing.rollback(first, "gr2")["instead_of"] == "gr1"
    assert publishing.publish(marts("r2x").__class__(**{**first.__dict__, "run_id": "r2"}))["already_published"]
    assert schemas(database) == {"serving_gr1", "serving_gr2"}
    lake = Path(first.lake_url) / "raw_segue"
    found = duckdb.sql(
        f"select generation, neighbour_artist_ids from '{lake}/published_neighbours/*.parquet'"
    ).fetchall()
    assert ("gr1", '["a1"]') in found and len(found) == 80
    assert duckdb.sql(f"select count(*) from '{lake}/published_quality/*.parquet'").fetchall() == [(2,)]


def test_shrunken_broken_and_odd_marts(marts: Publication, database: str) -> None:
    long_name = "name" * 16_000
    odd = ODD.replace("'", "''")
    clean = (
        f"update marts.dim_artists set name = '{odd}' where artist_id = 'a1';"
        "update marts.dim_artists set name = 'nul' || chr(0) || 'l' where artist_id = 'a2';"
        f"update marts.artist_aliases set alias = '{long_name}' where artist_id = 'a3'"
    )
    publishing.publish(marts("r1", extra=clean))
    assert ask(database, "select name from serving.dim_artists where artist_id in ('a1', 'a2') order by artist_id") == [
        (ODD,),
        ("null",),
    ]
    assert ask(database, "select alias from serving.artist_aliases where artist_id = 'a3'") == [(long_name,)]
    with pytest.raises(PublishRefused, match="dim_artists: 40 rows published, 19 now"):
        publishing.publish(marts("r2", artists=19))
    with pytest.raises(PublishRefused, match="dim_artists is empty"):
        publishing.publish(marts("r3", extra="delete from marts.dim_artists"), allow_shrink=True)
    with pytest.raises(PublishRefused, match="relationships"):
        publishing.publish(marts("r4", extra="update marts.artist_tracks set track_id = 'x' where artist_id = 'a5'"))
    assert ask(database, "select generation from serving.current") == [("gr1",)]
    publishing.publish(marts("r5", artists=19), allow_shrink=True)
    assert schemas(database) == {"serving_gr1", "serving_gr5"}


@pytest.mark.parametrize("stage", ["landing.copy", "building.build", "generations.switch", "generations.repoint_views"])
def test_killed_before_or_in_a_stage_the_next_publish_is_whole(marts: Publication, database: str, stage: str) -> None:
    settings = marts("killed")
    script = (
        "import os, signal\n"
        "from orchestration.publish import publishing, settings\n"
        f"publishing.{stage} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
        "publishing.publish(settings.read_settings())\n"
    )
    variables = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SEGUE_HOME": str(settings.home),
        "SEGUE_WAREHOUSE": str(settings.warehouse),
        "SEGUE_POSTGRES_URL": database,
        "SEGUE_RUN_ID": "killed",
    }
    done = subprocess.run([sys.executable, "-c", script], env=variables, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    publishing.publish(marts("next"))
    switched = {"serving_gkilled"} if stage.endswith("views") else set()
    assert schemas(database) == {"serving_gnext"} | switched
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gnext",)]


def test_generation_in_use_is_kept_and_dropped_later(marts: Publication, database: str) -> None:
    publishing.publish(marts("r1"))
    with psycopg.connect(database) as reader:
        reader.execute("set transaction isolation level repeatable read read only")
        reader.execute("select generation from serving.current")
        for run in ("r2", "r3", "r4"):
            publishing.publish(marts(run))
        assert reader.execute("select distinct provider from serving_gr1.dim_artists").fetchall() == [("gr1",)]
    with publisher(database) as connection:
        assert generations.drop_old(connection) == ["gr1"]
        with pytest.raises(AlreadyPublishing), publisher(database):
            pass
    assert schemas(database) == {"serving_gr2", "serving_gr3", "serving_gr4"}


def test_role_without_rights_fails_before_writing(marts: Publication, database: str) -> None:
    with connect(database) as connection:
        connection.execute("drop role if exists visitor")
        connection.execute("create role visitor login password 'visitor'")
    url = "postgresql://visitor:visitor@" + database.rpartition("@")[2]
    with pytest.raises(NoRights, match="role visitor may not create schemas"), publisher(url):
        pass
    assert ask(database, "select count(*) from pg_namespace where nspname = 'serving'") == [(0,)]


def test_readers_never_mix_generations(marts: Publication, database: str) -> None:
    settings = marts("r1")
    publishing.publish(settings)
    reads, faults = 20_000, []
    left = iter(range(reads))
    counting, switched = threading.Lock(), threading.Event()

    def read() -> None:
        with psycopg.connect(database, autocommit=True, options="-c lock_timeout=100ms") as connection:
            while True:
                with counting:
                    if next(left, None) is None and switched.is_set():
                        return
                try:
                    seen = read_once(connection)
                    if len(seen) != 1:
                        faults.append(str(seen))
                except psycopg.Error as error:
                    faults.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    try:
        for run in ("r2", "r3"):
            publishing.publish(marts(run))
            publishing.rollback(settings)
    finally:
        switched.set()
    for reader in readers:
        reader.join()
    assert faults == []
