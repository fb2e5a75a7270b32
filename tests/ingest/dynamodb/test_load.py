"""An export from its folder to what staging sees: whole, once, and nothing at all of a damaged one."""

import gzip
import json
from pathlib import Path

from tests.ingest.conftest import Ingest
from tests.ingest.dynamodb.exporting import ME, YOU, Bucket, alias, changed, request
from tests.ingest.visible import visible_rows

DATASET = "raw_dynamodb"


def test_an_export_is_loaded_by_kind_once(ingest: Ingest, home: Path, bucket: Bucket) -> None:
    bucket.full([request(), request(YOU, 2), alias(YOU, ME), {"pk": {"S": "X"}, "n": {"N": "1.50"}}])
    code, answer = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert code == 0
    assert {table: rows for table, rows in answer["rows"].items() if rows} == {
        "requests": 2,
        "aliases": 1,
        "items": 1,
        "exports": 1,
    }
    asked = {row["person"]: row for row in visible_rows(home, DATASET, "requests")}
    assert (asked[ME]["search_key"], asked[ME]["is_deleted"], asked[ME]["other"]) == ("에스파", False, None)
    assert asked[YOU]["asked_at"].isoformat() == "2026-11-01T00:00:02+00:00"
    assert asked[ME]["written_at_micros"] == 1_793_491_200_000_000
    (confirmed,) = visible_rows(home, DATASET, "aliases")
    assert (confirmed["search_key"], confirmed["subject"]) == ("에스파", "ARTIST|6YVMFz59CuY7ngCxTxjpxE")
    assert json.loads(confirmed["persons"]) == [ME, YOU]
    assert visible_rows(home, DATASET, "items")[0]["item"] == '{"n":{"N":"1.5"},"pk":{"S":"X"}}'
    code, again = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert (code, again["load_ids"], again["already_loaded"]) == (0, [], 1)


def test_the_real_export_is_loaded_without_loss(ingest: Ingest, home: Path, shared_data: Path) -> None:
    place = shared_data / "fixtures/dynamodb/scylla_migrator/tests/src/test/s3/test-bucket/dynamodb-export"
    code, answer = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=str(place), SEGUE_BOT_TABLE="S3ExportTest")
    assert (code, answer["rows"]["items"], answer["quarantined"]) == (0, 3, 0)
    items = {one["id"]["S"]: one for one in (json.loads(row["item"]) for row in visible_rows(home, DATASET, "items"))}
    assert items["foo"] == {"id": {"S": "foo"}, "bar": {"N": "42"}}
    assert items["K3TXQk84Si"] == {
        "id": {"S": "K3TXQk84Si"},
        "a": {"BOOL": False},
        "b": {"NULL": True},
        "c": {"SS": ["8gfX8dh0xa", "fRjHZJ2Ce9"]},
        "d": {"NS": ["2", "3"]},
        "e": {"L": [{"N": "1"}, {"S": "Dsb87qc6Es"}]},
        "f": {"M": {"h": {"NULL": True}, "i": {"BOOL": True}, "g": {"N": "9"}}},
        "j": {"B": "aGVsbG8="},
        "k": {"BS": ["aXMgZmFzdA==", "c2N5bGxhZGI="]},
    }


def test_changes_carry_their_time_and_deletes_are_rows(ingest: Ingest, home: Path, bucket: Bucket) -> None:
    bucket.full([request(), request(YOU, 2)])
    bucket.incremental(
        [
            changed(request(outcome={"S": "unknown"}), 1, request()),
            changed(None, 2, request(YOU, 2)),
            changed(request(ME, 3), 1.5),
        ],
        since=0,
        until=3,
    )
    code, answer = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert (code, len(answer["load_ids"]), len(answer["exports"])) == (0, 2 + 1, 2)
    rows = visible_rows(home, DATASET, "requests")
    found = sorted((row["written_at_micros"], row["sk"][-2:], row["is_deleted"], row["outcome"]) for row in rows)
    hour = 3_600_000_000
    start = 1_793_491_200_000_000
    assert found == [
        (start, "m1", False, "answered"),
        (start, "m2", False, "answered"),
        (start + hour, "m1", False, "unknown"),
        (start + hour * 3 // 2, "m3", False, "answered"),
        (start + hour * 2, "m2", True, None),
    ]
    assert [row["person"] for row in rows if row["is_deleted"]] == [YOU]


def test_only_the_newest_full_export_and_what_changed_since_is_taken(ingest: Ingest, bucket: Bucket) -> None:
    bucket.full([request()], hours=0)
    bucket.incremental([changed(request(ME, 2), 1)], since=0, until=2)
    newest = bucket.full([request(), request(ME, 2)], hours=3)
    later = bucket.incremental([], since=3, until=4)
    unfinished = bucket.full([request()], hours=5)
    unfinished.unlink()
    _, answer = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert [arn.rpartition("/")[2] for arn in answer["exports"]] == [newest.parent.name, later.parent.name]


def test_a_value_that_cannot_be_decoded_is_kept_aside(ingest: Ingest, home: Path, bucket: Bucket) -> None:
    bucket.full([request(), request(ME, 2, kind={"X": "y"}), request(ME, 3, asked_at={"S": "yesterday"})])
    code, answer = ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    assert (code, answer["rows"]["requests"], answer["quarantined"]) == (0, 1, 2)
    reasons = {row["reason"] for row in visible_rows(home, DATASET, "quarantine")}
    assert "kind: unknown type tag 'X'" in reasons
    assert any(reason.startswith("asked_at is 'yesterday'") for reason in reasons)
    payloads = [json.loads(row["payload"])["Item"]["sk"] for row in visible_rows(home, DATASET, "quarantine")]
    assert {payload["S"][-2:] for payload in payloads} == {"m2", "m3"}


def test_a_damaged_export_leaves_nothing_and_a_whole_one_is_taken_afterwards(
    ingest: Ingest, home: Path, bucket: Bucket
) -> None:
    summary = bucket.full([request(ME, number) for number in range(1, 9)])
    largest = max((summary.parent / "data").iterdir(), key=lambda file: file.stat().st_size)
    whole = largest.read_bytes()
    largest.write_bytes(gzip.compress(gzip.decompress(whole).splitlines(keepends=True)[0]))
    code, _ = ingest("dynamodb", "--summary", summary)
    assert code == 1
    assert visible_rows(home, DATASET, "requests") == visible_rows(home, DATASET, "exports") == []
    largest.write_bytes(whole)
    code, answer = ingest("dynamodb", "--summary", summary)
    assert (code, answer["rows"]["requests"]) == (0, 8)
    assert len(visible_rows(home, DATASET, "requests")) == 8


def test_what_was_learned_has_columns_of_its_own(ingest: Ingest, home: Path, bucket: Bucket) -> None:
    said = {"provider": {"S": "spotify"}, "retrieved_at": {"S": "2026-10-31T00:00:00.000+00:00"}}
    artist = {"pk": {"S": "ARTIST#a1"}, "sk": {"S": "ARTIST"}, "name": {"S": "aespa"}, "followers": {"N": "9"}, **said}
    voted = {"M": {"genre": {"S": "k-pop"}, "votes": {"N": "3"}}}
    credit = {"M": {"artist_id": {"S": "a1"}, "name": {"S": "aespa"}}}
    track = {
        "pk": {"S": "ARTIST#a1"},
        "sk": {"S": "TRACK#t1"},
        "artists": {"L": [credit]},
        "features": {"M": {"energy": {"N": "0.9"}, "key": {"N": "3"}}},
        "features_provider": {"S": "reccobeats"},
        "place": {"N": "0"},
        **said,
    }
    bucket.full([artist | {"genres": {"L": []}, "musicbrainz_genres": {"L": [voted]}}, track])
    ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)
    (learned,) = visible_rows(home, DATASET, "learned_artists")
    assert (learned["artist_id"], learned["provider"], learned["followers"]) == ("a1", "spotify", 9)
    assert (learned["genres"], learned["voted_genres"], learned["genre_votes"]) == ("[]", '["k-pop"]', "[3]")
    (found,) = visible_rows(home, DATASET, "learned_tracks")
    assert (found["track_id"], found["artist_ids"], found["artist_names"]) == ("t1", '["a1"]', '["aespa"]')
    assert (found["energy"], found["key"], found["other"]) == (0.9, 3, '{"place":{"N":"0"}}')


def test_without_a_place_for_exports_it_was_called_wrongly(ingest: Ingest) -> None:
    assert ingest("dynamodb", SEGUE_EXPORT_URL="")[0] == 2
    assert ingest("dynamodb", SEGUE_EXPORT_URL="/some/folder")[0] == 2
