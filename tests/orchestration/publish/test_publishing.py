"""Publishing to a real Postgres, dbt included: what people see, what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from orchestration.publish import publishing
from orchestration.publish.database import connect, publisher
from orchestration.publish.errors import NoRights, NothingToRollBack, PublishRefused
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import TABLES
from tests.orchestration.publish.small_marts import unlike_the_marts

pytestmark = pytest.mark.slow

Publication = Callable[..., Settings]
ODD = "quote ' \" back\\slash tab\t line\nend"


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def schemas(url: str) -> set[str]:
    return {name for (name,) in ask(url, "select nspname from pg_namespace where nspname ~ '^(serving_|landing_)'")}


def test_publish_rollback_and_views(marts: Publication, database: str) -> None:
    first = marts("r1")
    answer = publishing.publish(first)
    assert answer["views_moved"] and answer["rows"]["dim_artists"] == 40
    assert unlike_the_marts(first, database) == []
    publishing.publish(marts("r2"))
    assert ask(database, "select generation, run_id from serving.current") == [("gr2", "r2")]
    for table in TABLES:
        assert ask(database, f"select count(*) from serving.{table}") == ask(
            database, f"select count(*) from serving_gr2.{table}"
        )
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr2",)]
    keys = "select kind, search_key, form from serving_gr2.names where subject_id in ('a7', 't7') order by kind"
    assert ask(database, keys) == [("artist", "gr27", "name"), ("track", "song7", "title")]
    assert publishing.rollback(first)["generation"] == "gr1"
    assert ask(database, "select distinct provider from serving.dim_artists") == [("gr1",)]
    with pytest.raises(NothingToRollBack, match="before the current"):
        publishing.rollback(first)
    assert publishing.rollback(first, "gr2")["instead_of"] == "gr1"
    with pytest.raises(PublishRefused, match="rollback --to gr1"):
        publishing.publish(first)
    assert schemas(database) == {"serving_gr1", "serving_gr2"}
    lake = Path(first.lake_url) / "raw_segue"
    found = duckdb.execute(
        f"select generation, neighbour_artist_ids from '{lake}/published_neighbours/*.parquet'"
    ).fetchall()
    assert ("gr1", '["a1"]') in found and len(found) == 80
    assert duckdb.execute(f"select count(*) from '{lake}/published_quality/*.parquet'").fetchall() == [(2,)]
    completed = f"select load_id from read_json('{lake}/_dlt_loads/*.jsonl') where status = 0"
    seen = f"select count(*) from '{lake}/published_quality/*.parquet' where _dlt_load_id in ({completed})"
    assert duckdb.execute(seen).fetchall() == [(2,)]


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


def test_role_without_rights_fails_before_writing(marts: Publication, database: str) -> None:
    with connect(database) as connection:
        connection.execute("drop role if exists visitor")
        connection.execute("create role visitor login password 'visitor'")
    url = "postgresql://visitor:visitor@" + database.rpartition("@")[2]
    with pytest.raises(NoRights, match="role visitor may not create schemas"), publisher(url):
        pass
    assert ask(database, "select count(*) from pg_namespace where nspname = 'serving'") == [(0,)]
