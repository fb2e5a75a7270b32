"""What somebody typed is gone after 30 days: from raw files, quarantine and exports; the request stays counted."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

from ingest.dynamodb.expiring import KEPT, MARK, expire
from ingest.dynamodb.manifest import read_export
from tests.ingest.conftest import Ingest
from tests.ingest.dynamodb.exporting import ME, START, Bucket, changed, request
from tests.ingest.visible import visible_rows

DATASET = "raw_dynamodb"
EXPIRY = {"N": str(int((START + KEPT).timestamp()))}
TYPED = {"outcome": {"S": "unknown"}, "text": {"S": "typed"}, "search_key": {"S": "typed"}, "expires_at": EXPIRY}


def texts_of(export: Path) -> list[str]:
    """Every line of an export that holds what was typed."""
    files = [Path(file.path) for file in read_export(str(export), "segue_bot").files]
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    return [line.decode() for line in lines if b"typed" in line]


def test_texts_go_when_their_time_is_over_and_not_before(ingest: Ingest, home: Path, bucket: Bucket) -> None:
    wrong = request(ME, 3, **TYPED) | {"kind": {"X": "typed"}}
    full = bucket.full([request(), request(ME, 2, **TYPED), wrong])
    changes = bucket.incremental([changed(request(ME, 4, **TYPED), 0.5)], since=0, until=1)
    assert ingest("dynamodb", "--newest", SEGUE_EXPORT_URL=bucket.url)[0] == 0
    lake = str(home / "lake")

    assert expire(lake, bucket.url, "segue_bot", START + timedelta(days=29)) == {"texts_expired": 0}
    assert len(texts_of(full)) == 2
    assert expire(lake, bucket.url, "segue_bot", START + KEPT + timedelta(hours=2)) == {"texts_expired": 6}

    rows = {row["sk"][-2:]: (row["text"], row["search_key"]) for row in visible_rows(home, DATASET, "requests")}
    assert rows == {"m1": (None, "에스파"), "m2": (None, None), "m4": (None, None)}
    assert [row["payload"] for row in visible_rows(home, DATASET, "quarantine")] == [None]
    assert [json.loads(line)["Item"]["kind"] for line in texts_of(full)] == [{"X": "typed"}]
    assert texts_of(changes) == []
    assert (full.parent / MARK).exists()
    assert expire(lake, bucket.url, "segue_bot", START + KEPT + timedelta(hours=3)) == {"texts_expired": 0}
    assert read_export(str(full), "segue_bot").items == 3
