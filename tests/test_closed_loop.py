"""What people say to the bot arrives in the marts at the next load and build; whom it forgets is nowhere any more."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.learned import Learned
from chalicelib.memory import Memory
from chalicelib.owed import Lookups, State
from chalicelib.provisional import describe, neighbours
from chalicelib.resolution import Asked
from chalicelib.sealing import Owed, Seal
from chalicelib.table import Table
from chalicelib.waiting import Queue
from chalicelib.webhook import Message

from orchestration.local import stack
from orchestration.local.aws_client import client
from orchestration.local.messenger.server import serving
from tests.chalice_bot import rows
from tests.chalice_bot.rows import identifier
from tests.chalice_bot.stand import Stand, standing
from tests.chalice_bot.test_webhook import PERSON, delivery, event
from tests.dbt_project import lake as lakes
from tests.segue_command import Segue, segue_in

pytestmark = pytest.mark.slow

OTHER = "7102000000000002"
SERVICES = ("postgres", "dynamodb", "sqs", "dynamodb_exports")
NEW = "NewlyLearned0000000000"
TRACK = "TrackLearned0000000000"


@dataclass(frozen=True)
class Loop:
    """A state folder whose services run, and what leads there."""

    segue: Segue
    variables: dict[str, str]

    @property
    def person(self) -> str:
        """The hash of PERSON."""
        memory = Memory(None, "", self.variables["SEGUE_PERSON_KEY"])
        return memory.hashed(PERSON)

    def client(self, service: str, variable: str) -> Any:
        """A client of one service."""
        return client(service, self.variables[f"AWS_ENDPOINT_URL_{variable}"])


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loop]:
    """A catalogue that is published and in the lake, conversations, a load and a build."""
    home = tmp_path_factory.mktemp("loop") / "state"
    with segue_in(home) as segue, stack.lease(home, SERVICES) as variables:
        loop = Loop(segue, variables)
        with psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection:
            rows.install(connection)
            rows.publish(connection, "g20261101t000000z_abc123")
        segue.run("ingest", "declare")
        given = [{"provider": "spotify", "retrieved_at": "2026-11-01"} | one for one in _artists()]
        lakes.append(home / "lake", "raw_spotify", "artists", given, load_id="1")
        tracks = [{"provider": "spotify", "retrieved_at": "2026-11-01"} | one for one in _tracks()]
        lakes.append(home / "lake", "raw_spotify", "tracks", tracks, load_id="1")
        with (
            serving() as graph,
            pytest.MonkeyPatch.context() as patch,
            standing(graph, loop.client("sqs", "SQS"), variables, patch) as stand,
        ):
            _talk(stand)
        _learn(loop)
        segue.run("ingest", "dynamodb")
        segue.run("build", "--exclude", "test_type:unit")
        yield loop


def _artists() -> list[dict[str, Any]]:
    return [{"artist_id": one["artist_id"], "name": one["name"], "genres": one["genres"]} for one in rows.ARTISTS]


def _tracks() -> list[dict[str, Any]]:
    return [
        {"track_id": one["track_id"], "name": one["name"], "artist_ids": [one["artist_id"]], "artist_names": ["x"]}
        for one in rows.TRACKS
    ]


def _talk(stand: Stand) -> None:
    """Two people: an artist in another script, a song, an unknown artist; a choice, a thumb."""
    chosen = f"CHOOSE|artist|{identifier('nirvanaUK')}|nirvana|en"
    thumb = f"THUMB|up|artist|{identifier('aespa')}|{identifier('ive')}|ko"
    for person in (PERSON, OTHER):
        for number, text in enumerate(["에스파", "next level", "Qqxxyy Wwzz"]):
            stand.say(text, f"{person} {number}", person)
        for payload in (chosen, thumb):
            tapped = event(postback={"mid": f"{person} {payload}", "payload": payload})
            stand.post(delivery(tapped | {"sender": {"id": person}}))
    stand.work()


def _learn(loop: Loop) -> None:
    """What a look-up of an unknown artist writes down, and who waits for it."""
    dynamodb = loop.client("dynamodb", "DYNAMODB")
    stamp = {"provider": "spotify", "retrieved_at": "2026-11-02T00:00:00.000+00:00"}
    track = {"track_id": TRACK, "name": "First Song", "artists": [{"artist_id": NEW, "name": "Qqxxyy Wwzz"}], **stamp}
    artist = {"name": "Qqxxyy Wwzz", "genres": [], "musicbrainz_genres": [{"genre": "k-pop", "votes": 3}], **stamp}
    Memory(dynamodb, "segue_bot", loop.variables["SEGUE_PERSON_KEY"]).record_learned(Learned(NEW, artist, (track,)))
    lookups, asked = Lookups(Table(dynamodb, "segue_waiting", "X"), lambda: Seal("k" * 32)), Asked("name", "qqxxyywwzz")
    lookups.finish(asked, State("running"), 2_000_000_000)
    lookups.owe(asked, loop.person, Owed(PERSON, "en", 1), 2_000_000_000)


def test_what_people_said_arrives_in_the_marts(loop: Loop) -> None:
    columns = "search_key, subject, outcome, artist_name, track_name, requests, persons"
    assert loop.segue.rows(f'select {columns} from marts.bot_demand order by search_key collate "C"') == [
        ("nextlevel", f"TRACK|{identifier('nextlevel')}", "answered", "aespa", "Next Level", 2, 2),
        ("qqxxyywwzz", "", "unknown", None, None, 2, 2),
        ("에스파", f"ARTIST|{identifier('aespa')}", "answered", "aespa", None, 2, 2),
    ]
    engaged = "select subject_name, neighbour_name, taps, thumbs_up, persons from marts.bot_engagement order by taps"
    assert loop.segue.rows(engaged) == [("aespa", "IVE", 0, 2, 2), ("Nirvana", None, 2, 0, 2)]
    listened = "select artist_id, alias from marts.artist_aliases where source = 'listeners'"
    assert loop.segue.rows(listened) == [(identifier("nirvanaUK"), "nirvana")]


def test_an_artist_that_was_looked_up_is_an_ordinary_one(loop: Loop) -> None:
    learned = f"select name, genres, track_count from marts.dim_artists where artist_id = '{NEW}'"
    assert loop.segue.rows(learned) == [("Qqxxyy Wwzz", '["k-pop"]', 1)]
    neighbours = f"select count(*) from marts.artist_similarity where artist_id = '{NEW}' and method = 'blend'"
    assert loop.segue.rows(neighbours)[0][0] > 0
    assert loop.segue.rows(f"select artist_name from marts.dim_tracks where track_id = '{TRACK}'") == [("Qqxxyy Wwzz",)]


def test_its_provisional_neighbours_are_those_that_the_build_finds(loop: Loop) -> None:
    memory = Memory(loop.client("dynamodb", "DYNAMODB"), "segue_bot", loop.variables["SEGUE_PERSON_KEY"])
    learned = memory.learned(NEW)
    assert learned is not None
    with Catalogue(single_connections(loop.variables["SEGUE_POSTGRES_URL"])).snapshot() as snapshot:
        provisional = [one.artist.artist_id for one in neighbours(snapshot, NEW, describe(learned))]
    blend = f"select neighbour_artist_id from marts.artist_similarity where artist_id = '{NEW}' and method = 'blend'"
    built = [identifier for (identifier,) in loop.segue.rows(f"{blend} order by rank")]
    assert len(provisional) >= 4  # who makes k-pop
    assert set(provisional) <= set(built)
    assert provisional[0] in built[:3]


def test_whom_it_forgets_is_in_no_store_and_no_later_load_brings_the_person_back(loop: Loop) -> None:
    sqs = loop.client("sqs", "SQS")
    for variable in ("SEGUE_QUEUE_URL", "SEGUE_DEAD_LETTERS_URL"):
        Queue(sqs, loop.variables[variable]).put([Message(PERSON, "later", mid=variable)])
    before = {name for name, content in _stores(loop) if PERSON in content or loop.person in content}
    assert {"dynamodb", "dead letters", "queue", "exports", "lake", "staging"} <= before
    answer = json.loads(loop.segue.run("forget", PERSON, "--json").stdout)
    assert answer["ingest_dynamodb"]["rows_rewritten"] > 0
    assert answer["ingest_dynamodb"]["lines_rewritten"] > 0
    assert _knowing(loop) == set()
    loop.segue.run("ingest", "dynamodb")
    loop.segue.run("build", "--select", "bot_demand", "--exclude", "resource_type:test")
    assert _knowing(loop) == set()
    asked = "select requests, persons from marts.bot_demand where search_key = '에스파'"
    assert loop.segue.rows(asked) == [(1, 1)]
    record = next(
        record
        for file in (loop.segue.home / "runs").glob("*.json")
        if (record := json.loads(file.read_text()))["source"] == "forget"
    )
    assert (record["status"], [step["name"] for step in record["steps"]]) == ("done", ["forget", "ingest_dynamodb"])


def _knowing(loop: Loop) -> set[str]:
    """The stores that hold the person's id or its hash."""
    return {name for name, content in _stores(loop) if PERSON in content or loop.person in content}


def _stores(loop: Loop) -> Iterator[tuple[str, str]]:
    """Every store, as text."""
    dynamodb, s3, sqs = (loop.client(one, one.upper()) for one in ("dynamodb", "s3", "sqs"))
    for table in dynamodb.list_tables()["TableNames"]:
        yield "dynamodb", json.dumps(dynamodb.scan(TableName=table)["Items"], default=str)
    for bucket in s3.list_buckets()["Buckets"]:
        for one in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            content = s3.get_object(Bucket=bucket["Name"], Key=one["Key"])["Body"].read()
            yield "exports", (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    for name, variable in (("queue", "SEGUE_QUEUE_URL"), ("dead letters", "SEGUE_DEAD_LETTERS_URL")):
        answer = sqs.receive_message(QueueUrl=loop.variables[variable], MaxNumberOfMessages=10, VisibilityTimeout=0)
        yield name, json.dumps(answer.get("Messages", []))
    for folder in ("lake", "dlt", "runs", "logs", "dynamodb_exports", "dbt"):
        for file in (loop.segue.home / folder).rglob("*"):
            if file.is_file():
                yield folder, file.read_bytes().decode("latin-1")
    tables = "select table_schema || '.' || table_name from information_schema.tables"
    for (table,) in loop.segue.rows(tables):
        yield table.partition(".")[0], str(loop.segue.rows(f"select * from {table}"))
    with psycopg.connect(loop.variables["SEGUE_POSTGRES_URL"]) as connection:
        found = "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.tables"
        for (table,) in connection.execute(f"{found} where table_schema not in ('pg_catalog', 'information_schema')"):
            yield "postgres", str(connection.execute(f"select * from {table}").fetchall())
