"""Reading the published generation while others are published, and when there is none."""

from pathlib import Path

import psycopg
import pytest
from chalicelib.catalogue import Catalogue, open_pool, single_connections
from chalicelib.errors import CatalogueUnavailable, NothingPublished

from tests.chalice_bot import rows
from tests.chalice_bot.rows import identifier

AESPA = identifier("aespa")


@pytest.fixture
def database(postgres_url: str) -> str:
    """An empty database of its own, on the same server."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("drop database if exists other with (force)")
        connection.execute("create database other template template0")
    return psycopg.conninfo.make_conninfo(postgres_url, dbname="other")


def test_a_reader_keeps_its_generation_while_the_next_is_published(database: str) -> None:
    catalogue = Catalogue(single_connections(database))
    with psycopg.connect(database, autocommit=True) as writer:
        rows.install(writer)
        rows.publish(writer, "g1", suffix=" one")
        with catalogue.snapshot() as before:
            assert before.artist(AESPA).name == "aespa one"  # type: ignore[union-attr]
            rows.publish(writer, "g2", suffix=" two")
            assert {near.artist.name for near in before.similar_artists(AESPA, 10)} == {"IVE one", "Red Velvet one"}
            assert before.generation == "g1"
        with catalogue.snapshot() as after:
            assert {near.artist.name for near in after.similar_artists(AESPA, 10)} == {"IVE two", "Red Velvet two"}


def test_neighbours_come_by_rank_with_their_best_song(catalogue: Catalogue) -> None:
    with catalogue.snapshot() as snapshot:
        near = snapshot.similar_artists(AESPA, 10)
    assert [(one.artist.name, one.score, one.song and one.song.name) for one in near] == [
        ("IVE", 0.83, "LOVE DIVE"),
        ("Red Velvet", 0.71, None),
    ]


def test_songs_come_from_other_artists(catalogue: Catalogue) -> None:
    with catalogue.snapshot() as snapshot:
        near = snapshot.similar_tracks(identifier("nextlevel"), 10)
    assert [one.track.name for one in near] == ["LOVE DIVE"]


def test_a_snapshot_sees_the_rows_of_its_beginning(database: str) -> None:
    catalogue = Catalogue(single_connections(database))
    with psycopg.connect(database, autocommit=True) as writer:
        rows.install(writer)
        rows.publish(writer, "g1")
        with catalogue.snapshot() as snapshot:
            writer.execute("delete from serving_g1.artist_similarity")
            assert len(snapshot.similar_artists(AESPA, 10)) == 2


def test_a_snapshot_cannot_write(catalogue: Catalogue) -> None:
    with pytest.raises(CatalogueUnavailable, match="ReadOnlySqlTransaction"), catalogue.snapshot() as snapshot:
        snapshot.rows("delete from {s}.dim_artists")


def test_nothing_published_says_what_to_run(database: str) -> None:
    catalogue = Catalogue(single_connections(database))
    with pytest.raises(NothingPublished, match="segue run"), catalogue.snapshot():
        pass
    with psycopg.connect(database) as connection:
        rows.install(connection)
    with pytest.raises(NothingPublished, match="empty"), catalogue.snapshot():
        pass


def test_a_generation_that_vanished_is_a_clear_failure(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows.install(connection)
        connection.execute("insert into serving.current (generation, run_id) values ('gone', 'x')")
    catalogue = Catalogue(single_connections(database))
    with pytest.raises(CatalogueUnavailable, match="UndefinedTable"), catalogue.snapshot() as snapshot:
        snapshot.artist(AESPA)


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/segue", "postgresql://u:secret@/x?host=/nowhere"])
def test_no_postgres_is_told_without_the_password(url: str) -> None:
    with (
        pytest.raises(CatalogueUnavailable, match="does not answer") as failure,
        Catalogue(single_connections(url)).snapshot(),
    ):
        pass
    assert "secret" not in str(failure.value)


def test_a_pool_outlives_a_connection_that_died(postgres_url: str) -> None:
    with open_pool(postgres_url, size=1) as pool, psycopg.connect(postgres_url, autocommit=True) as other:
        catalogue = Catalogue(pool.connection)
        with catalogue.snapshot() as snapshot:
            [row] = snapshot.rows("select pg_backend_pid() as pid")
        other.execute("select pg_terminate_backend(%s, 5000)", [row["pid"]])
        with catalogue.snapshot() as snapshot:
            assert snapshot.artist(AESPA) is not None


def test_no_query_is_built_from_text() -> None:
    source = Path(single_connections.__code__.co_filename).with_name("snapshot.py").read_text("utf-8")
    assert "%s" not in source and 'f"""' not in source and source.count('f"') == 1  # the schema's name
