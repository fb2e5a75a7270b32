"""The whole job on Athena ends in DuckDB's rows over the same lake, in the marts and in Postgres, and in its answers.

One run for the demo catalogue, one for the real one. DuckDB then builds over a copy of the lake that Athena read.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc  # type: ignore[import-untyped]
import boto3
import duckdb
import pytest
from chalicelib.memory import Memory, Request

from orchestration.local import stack
from orchestration.local.aws_client import client
from orchestration.local.records import Records
from orchestration.steps import QUESTIONS
from tests.dbt_project.build import UNTESTED
from tests.dbt_project.parity import KEYS, attach_athena, first_difference
from tests.segue_command import Segue, segue_in
from tests.serving_marts import TABLES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

QUALITY = ("path:models/intermediate/quality", "recommendation_quality")
UNIT_TESTED = "1+test_type:unit"
WITHOUT_DATA_TESTS = ("--exclude", "resource_type:test")


@dataclass(frozen=True)
class Both:
    """One lake built on both engines: the marts of DuckDB are schema `duck.marts`, Athena's are `athena`."""

    segue: Segue
    said: str
    connection: duckdb.DuckDBPyConnection
    is_demo: bool
    trino_was_quick: bool


@pytest.fixture(scope="module", params=["demo", "catalogue"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    words: tuple[str, ...] = ()
    if request.param == "catalogue":
        data: Path = request.getfixturevalue("shared_data")
        related = str(data / "ground_truth" / "related_artists.csv")
        words = ("--source", "catalogue_dump", str(data / "catalog"), "--related", related)
    folder = tmp_path_factory.mktemp("both")
    with (
        segue_in(folder / "state") as segue,
        duckdb.connect() as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        told(segue)
        said = segue.run("run", "--target", "athena", *words).stdout
        was_quick = Records(segue.home).read("trino").options["is_short"]
        with stack.lease(segue.home, ["aws", "postgres"]) as variables:
            for name, value in variables.items():
                patch.setenv(name, value)
            # DuckDB is to see what publish wrote back of that run, for stability; so Athena measures once more with it.
            copy_lake(segue.home)
            # What the run leaves out, dbt's unit tests, is judged on both engines here.
            again = QUALITY if words else (*QUALITY, UNIT_TESTED)
            segue.run("build", "--target", "athena", "--select", *again, *WITHOUT_DATA_TESTS)
            segue.run("build", *WITHOUT_DATA_TESTS)
            connection.execute(f"attach '{segue.home / 'warehouse.duckdb'}' as duck (read_only)")
            attach_athena(connection, folder)
            yield Both(segue, said, connection, request.param == "demo", was_quick)
            connection.execute("detach duck")


def told(segue: Segue) -> None:
    """Let two people ask, tap and judge, and load that as well."""
    with stack.lease(segue.home, ["dynamodb"]) as variables:
        dynamodb = client("dynamodb", variables["AWS_ENDPOINT_URL_DYNAMODB"])
        memory = Memory(dynamodb, "segue_bot", variables["SEGUE_PERSON_KEY"])
        for number, person in enumerate(("one", "two")):
            memory.record_request(
                person, "m1", 1_793_500_000_000, Request("artist", "answered", "ko", "에스파", "a" * 22)
            )
            memory.record_request(person, "m2", 1_793_500_000_001, Request("unknown", "unknown", "en", "zz", text="zz"))
            memory.record_tap(person, "m3", 1_793_500_000_002, "MORE", f"ARTIST|{'a' * 22}")
            memory.record_feedback(person, f"ARTIST|{'a' * 22}", "-", 2 * number - 1, 1_793_500_000_003, "g")
            memory.record_choice(person, "에스파", f"ARTIST|{'a' * 22}", 1_793_500_000_004)
    segue.run("ingest", "dynamodb", "--target", "athena")


def copy_lake(home: Path) -> None:
    """Copy the lake from S3 to where DuckDB looks for one."""
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="segue-athena", Prefix="lake/"):
        for found in page["Contents"]:
            file = home / found["Key"]
            file.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("segue-athena", found["Key"], str(file))


def test_every_mart_has_the_same_rows_on_both_engines(both: Both) -> None:
    differences = [first_difference(both.connection, mart, "duck.marts", "athena") for mart in KEYS]
    assert not any(differences), "\n".join(found for found in differences if found)
    counts = {mart: both.connection.sql(f"select count(*) from athena.{mart}").fetchall()[0][0] for mart in KEYS}
    empty = {mart for mart, count in counts.items() if not count}
    assert not empty - {"fct_artist_popularity_daily", "fct_track_popularity_daily"}, "nothing was compared"


def test_readers_see_the_same_rows_in_postgres(both: Both) -> None:
    with adbc.connect(os.environ["SEGUE_POSTGRES_URL"]) as postgres, postgres.cursor() as cursor:
        cursor.execute("select generation from serving.current")
        (generation,) = cursor.fetchone() or ("",)
        both.connection.execute("create schema served")
        for table in TABLES:
            columns = ", ".join(
                f'"{name}"' for name, *_ in both.connection.sql(f"describe duck.marts.{table}").fetchall()
            )
            cursor.execute(f"select {columns} from serving_{generation}.{table}")
            rows = cursor.fetch_arrow_table()
            both.connection.register("rows", rows)
            both.connection.execute(f"create table served.{table} as select * from rows")
    differences = [first_difference(both.connection, table, "duck.marts", "served") for table in TABLES]
    assert not any(differences), "\n".join(found for found in differences if found)


def test_the_run_tells_what_every_model_scanned(both: Both) -> None:
    (build,) = (step for step in both.segue.last_run()["steps"] if step["name"] == "build")
    scanned = build["answer"]["scanned_bytes"]
    assert scanned["dim_tracks"] > 1000 and scanned["artist_similarity"] > 1000
    assert list(scanned.values()) == sorted(scanned.values(), reverse=True)


def test_trino_compiles_thoroughly_where_there_is_much_to_do(both: Both) -> None:
    assert both.trino_was_quick == both.is_demo


def test_the_answers_are_those_of_duckdb(both: Both) -> None:
    on_athena = _answers(both)
    published = json.loads(both.segue.run("publish", "--json").stdout)
    on_duckdb = _answers(both)
    assert published["rows"]["dim_artists"] and not published["already_published"]
    assert on_athena == on_duckdb
    assert all(answer["cards"] for answer in on_athena)


def _answers(both: Both) -> list[dict[str, Any]]:
    """The whole replies, but for the generation that they were read from."""
    replies = [json.loads(both.segue.run("ask", question, "--json").stdout) for question in QUESTIONS]
    return [{**reply, "generation": None} for reply in replies]


def test_athena_takes_the_rows_that_spark_finds_in_its_tables(both: Both, tmp_path: Path) -> None:
    if not both.is_demo:
        pytest.skip("once is enough: tests/dbt_project/test_spark_parity.py compares the real catalogue")
    both.segue.run("spark", "neighbours", "--target", "athena", "--conf", "spark.driver.memory=2g")
    models = ("stg_spark__track_neighbours", "int_track_neighbours", "track_similarity")
    words = ("--vars", "track_neighbours: spark", "--select", *models, *UNTESTED)
    both.segue.run("build", "--target", "athena", *words)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{both.segue.home / 'warehouse.duckdb'}' as duck (read_only)")
        attach_athena(connection, tmp_path)
        assert first_difference(connection, "track_similarity", "duck.marts", "athena") is None


def test_a_mart_is_whole_at_every_moment_of_its_rebuilding(both: Both) -> None:
    glue, s3 = boto3.client("glue"), boto3.client("s3")
    seen: list[str] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.is_set():
            place = glue.get_table(DatabaseName="segue_marts", Name="dim_genres")["Table"]["StorageDescriptor"][
                "Location"
            ]
            bucket, _, prefix = place.removeprefix("s3://").partition("/")
            files = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
            seen.append(place if sum(file["Size"] for file in files) else "empty")

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        both.segue.run("build", "--target", "athena", "--select", "dim_genres", *UNTESTED)
    finally:
        ended.set()
        watcher.join()
    assert len(set(seen)) == 2 and "empty" not in seen, "the old files, then the new ones"
