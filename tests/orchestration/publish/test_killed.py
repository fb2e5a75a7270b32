"""A publish killed at any point: nobody sees half of it, nothing stays at work, and the next one is whole."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from orchestration.publish import publishing
from orchestration.publish.settings import ROOT, Settings
from tests.orchestration.publish.small_marts import started_by_sql, unlike_the_marts

pytestmark = pytest.mark.slow

Publication = Callable[..., Settings]

BEFORE = """
module = __import__("orchestration.publish.{module}", fromlist=["x"])
module.{name} = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
"""
IN_COPY = """
import psycopg
real = landing.Warehouse.batches
def batches(self, table):
    yield from real(self, table)
    if table == "track_similarity":
        threading.Thread(target=kill_when_a_table_landed, daemon=True).start()
def kill_when_a_table_landed():
    with psycopg.connect(os.environ["SEGUE_POSTGRES_URL"], autocommit=True) as connection:
        while True:
            rows = connection.execute("select 1 from pg_tables where schemaname = 'landing_gkilled'").fetchall()
            if rows:
                os.kill(os.getpid(), signal.SIGKILL)
landing.Warehouse.batches = batches
"""
IN_BUILD = """
import psycopg
def kill_when_a_table_is_built():
    with psycopg.connect(os.environ["SEGUE_POSTGRES_URL"], autocommit=True) as connection:
        while not connection.execute("select 1 from pg_tables where schemaname = 'serving_gkilled'").fetchall():
            pass
        os.kill(os.getpid(), signal.SIGKILL)
real = building.Build.run
def run(self):
    print(self._process.pid, flush=True)
    threading.Thread(target=kill_when_a_table_is_built, daemon=True).start()
    real(self)
building.Build.run = run
"""


def killed(settings: Settings, patch: str, with_dbt: bool = False) -> str:
    """Publish in a process that dies of what `patch` does to it; return what it printed."""
    script = (
        "import os, signal, threading\n"
        "from orchestration.publish import building, generations, landing, publishing, settings\n"
        + ("" if with_dbt else "from tests.orchestration.publish.small_marts import started_by_sql\n")
        + ("" if with_dbt else "building.started = started_by_sql\n")
        + patch
        + "\npublishing.publish(settings.read_settings())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **settings.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    return done.stdout


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def schemas(url: str) -> set[str]:
    return {name for (name,) in ask(url, "select nspname from pg_namespace where nspname ~ '^(serving_|landing_)'")}


POINTS = {
    "in the copy": IN_COPY,
    "after the build": BEFORE.format(module="publishing", name="_check_counts"),
    "in the switch": BEFORE.format(module="generations", name="json.dumps"),
    "views": BEFORE.format(module="generations", name="repoint_views"),
}


@pytest.mark.usefixtures("without_dbt")
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_next_publish_is_whole(marts: Publication, database: str, point: str) -> None:
    first = marts("first")
    publishing.publish(first)
    killed(marts("killed"), POINTS[point])
    switched = point == "views"
    assert ask(database, "select generation from serving.current") == [("gkilled",) if switched else ("gfirst",)]
    settings = marts("next")
    publishing.publish(settings)
    assert unlike_the_marts(settings, database) == []
    assert schemas(database) == {"serving_gfirst", "serving_gnext"} | ({"serving_gkilled"} if switched else set())
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gnext",)]


def test_killed_in_the_build_no_dbt_stays_at_work(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = int(killed(marts("killed"), IN_BUILD, with_dbt=True))
    if psutil.pid_exists(child):
        psutil.wait_procs([psutil.Process(child)], timeout=20)
    assert not psutil.pid_exists(child)
    assert Path(marts("other").home, "dbt", "publish", "output.txt").exists()
    monkeypatch.setattr("orchestration.publish.building.started", started_by_sql)
    publishing.publish(marts("next"))
    assert schemas(database) == {"serving_gnext"}
