"""The switch: what readers see meanwhile, what holds it up, and what the publisher does when its connection breaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from orchestration.publish import building, generations, landing, publishing, write_back
from orchestration.publish.database import connect, publisher
from orchestration.publish.errors import AlreadyPublishing, PostgresUnavailable, SwitchBlocked
from orchestration.publish.settings import Settings
from tests.orchestration.publish.readers import read_while
from tests.orchestration.publish.small_marts import BuildBySql, unlike_the_marts

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("without_dbt")]

Publication = Callable[..., Settings]


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def schemas(url: str) -> set[str]:
    return {name for (name,) in ask(url, "select nspname from pg_namespace where nspname ~ '^(serving_|landing_)'")}


def cut(url: str) -> list[tuple[Any, ...]]:
    """End the publisher's own connection, as a restart of the server would."""
    return ask(url, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'segue publish'")


def test_readers_never_mix_generations_nor_wait(marts: Publication, database: str) -> None:
    settings = marts("r0")
    publishing.publish(settings)
    runs = iter(range(1, 1000))

    def switch() -> None:
        publishing.publish(marts(f"r{next(runs)}"))
        publishing.rollback(settings)
        publishing.rollback(settings, publishing.list_generations(settings)[0].name)

    reading = read_while(database, 3000, switch)
    assert reading.faults == []
    assert reading.reads >= 3000 and reading.switches >= 4
    assert reading.across_a_switch >= reading.switches, "no reader was at work while the pointer moved"
    assert reading.longest_wait <= 100


def test_generation_in_use_is_kept_and_dropped_later(marts: Publication, database: str) -> None:
    publishing.publish(marts("r1"))
    with psycopg.connect(database) as reader:
        reader.execute("set transaction isolation level repeatable read read only")
        reader.execute("select generation from serving.current")
        for run in ("r2", "r3", "r4"):
            assert publishing.publish(marts(run))["dropped"] == []
        assert reader.execute("select distinct provider from serving_gr1.dim_artists").fetchall() == [("gr1",)]
    with publisher(database) as connection:
        assert generations.drop_old(connection) == ["gr1"]
    assert schemas(database) == {"serving_gr2", "serving_gr3", "serving_gr4"}


def test_reader_of_another_role_is_respected(marts: Publication, database: str) -> None:
    """The publisher may not be allowed to see what the sessions of others do."""
    publishing.publish(marts("r1"))
    with connect(database) as connection:
        connection.execute("create role publisher_role login password 'x'")
        connection.execute("grant usage on schema serving to publisher_role")
        connection.execute("grant select on serving.generations to publisher_role")
    url = "postgresql://publisher_role:x@" + database.rpartition("@")[2]
    with connect(url) as stranger, psycopg.connect(database) as reader:
        assert not generations._may_be_read(stranger, "gr1")
        reader.execute("select generation from serving.current")
        assert generations._may_be_read(stranger, "gr1")
    with connect(database) as connection:
        connection.execute("drop owned by publisher_role; drop role publisher_role")


def test_one_publisher_at_a_time_from_the_first_row_to_the_last(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(marts("r1"))
    refused, other = [], marts("r9")

    def second() -> bool:
        with pytest.raises(AlreadyPublishing):
            publishing.rollback(other)
        refused.append(len(publishing.list_generations(other)))
        return True

    for module, name in ((landing, "copy"), (write_back, "write")):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *a, real=real: (second(), real(*a))[1])
    publishing.publish(marts("r2"))
    assert refused == [1, 2]


def test_same_run_again_finishes_what_was_left(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    publishing.publish(marts("r1"))
    settings = marts("r2")
    with monkeypatch.context() as patched:
        patched.setattr(generations, "repoint_views", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(settings)
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr1",)]
    again = publishing.publish(settings)
    assert again["already_published"] and again["views_moved"] and len(again["written_back"]) == 1
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr2",)]
    assert schemas(database) == {"serving_gr1", "serving_gr2"}
    assert publishing.publish(settings)["written_back"] == []
    found = f"{Path(settings.lake_url)}/raw_segue/published_quality/*.parquet"
    with duckdb.connect() as lake:
        written = lake.execute(f"select generation from '{found}' order by 1").fetchall()
    assert written == [("gr1",), ("gr2",)]


def test_listing_changes_nothing(marts: Publication, database: str) -> None:
    assert publishing.list_generations(marts("r1")) == []
    assert ask(database, "select count(*) from pg_namespace where nspname = 'serving'") == [(0,)]


def test_lost_answer_to_the_commit_is_looked_up(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = generations._switch_once

    def lose(connection: Any, *arguments: Any) -> None:
        real(connection, *arguments)
        cut(database)
        connection.execute("select 1")

    publishing.publish(marts("r1"))
    monkeypatch.setattr(generations, "_switch_once", lose)
    answer = publishing.publish(marts("r2"))
    assert answer["views_moved"] and ask(database, "select generation from serving.current") == [("gr2",)]
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr2",)]


@pytest.mark.parametrize("stage", ["copy", "build", "switch"])
def test_postgres_lost_on_the_way_leaves_the_old_and_the_next_is_whole(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    publishing.publish(marts("r1"))

    class CutBuild(BuildBySql):
        def run(self) -> None:
            super().run()
            cut(database)

    @contextmanager
    def started(settings: Settings) -> Iterator[BuildBySql]:
        yield CutBuild(settings)

    with monkeypatch.context() as patched:
        if stage == "build":
            patched.setattr(building, "started", started)
        else:
            module: Any = landing if stage == "copy" else generations
            name = "copy" if stage == "copy" else "_switch_once"
            real = getattr(module, name)
            patched.setattr(module, name, lambda *a: (cut(database), real(*a))[1])
        with pytest.raises(PostgresUnavailable, match="publish"):
            publishing.publish(marts("r2"))
    assert ask(database, "select generation from serving.current") == [("gr1",)]
    settings = marts("r3")
    publishing.publish(settings)
    assert unlike_the_marts(settings, database) == []
    assert schemas(database) == {"serving_gr1", "serving_gr3"}


def test_no_server_is_said_so_before_anything_is_read(marts: Publication) -> None:
    settings = marts("r1")
    away = Settings(**{**settings.__dict__, "postgres_url": "postgresql://segue:x@127.0.0.1:1/segue"})
    with pytest.raises(PostgresUnavailable, match="SEGUE_POSTGRES_URL"):
        publishing.publish(away)


def test_locked_pointer_gives_up_with_the_old_data(
    marts: Publication, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "_ATTEMPTS", 3)
    publishing.publish(marts("r1"))
    with psycopg.connect(database) as idle:
        idle.execute("select * from serving.current for update")
        with pytest.raises(SwitchBlocked, match="gave up after 3"):
            publishing.publish(marts("r2"))
        assert ask(database, "select generation from serving.current") == [("gr1",)]
    publishing.publish(marts("r3"))
    assert schemas(database) == {"serving_gr1", "serving_gr3"}


def test_view_in_use_stays_and_is_moved_next_time(marts: Publication, database: str) -> None:
    publishing.publish(marts("r1"))
    settings = marts("r2")
    with psycopg.connect(database) as idle:
        idle.execute("select * from serving.dim_artists")
        assert publishing.publish(settings)["views_moved"] is False
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr1",)]
    assert ask(database, "select distinct provider from serving.dim_tracks") == [("gr2",)]
    assert publishing.publish(settings)["views_moved"] is True
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr2",)]
