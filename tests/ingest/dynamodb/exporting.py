"""Exports in a folder, written as DynamoDB writes them; each can be spoilt afterwards."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration.local.dynamodb_exports.files import Job, new_arn, write

TABLE_ARN = "arn:aws:dynamodb:ap-northeast-2:111122223333:table/segue_bot"
START = datetime(2026, 11, 1, tzinfo=UTC)
ME, YOU = "a" * 64, "b" * 64
Item = dict[str, Any]


class Bucket:
    """A folder that stands for a bucket; exports lie below `exports/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = str(folder / "exports")

    def put(self, key: str, content: bytes) -> None:
        """Write one object."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def full(self, items: Sequence[Item], hours: float = 0, table_arn: str = TABLE_ARN) -> Path:
        """A full export of the state at some hours after START; the path of its summary comes back."""
        at = START + timedelta(hours=hours)
        job = Job(new_arn(table_arn, at), table_arn, "id", "b", "exports", at, at)
        return self.folder / write(job, ((str(item.get("pk")), {"Item": item}) for item in items), self.put).manifest

    def incremental(self, changes: Sequence[Mapping[str, Any]], since: float, until: float) -> Path:
        """An incremental export of a window, in hours after START."""
        start, end = START + timedelta(hours=since), START + timedelta(hours=until)
        job = Job(new_arn(TABLE_ARN, end), TABLE_ARN, "id", "b", "exports", end, end, start, end)
        return self.folder / write(job, ((str(change["Keys"]), change) for change in changes), self.put).manifest


def request(person: str = ME, number: int = 1, **more: Any) -> Item:
    """One request of a person's."""
    at = f"2026-11-01T00:00:0{number}.000Z"
    return {
        "pk": {"S": f"PERSON#{person}"},
        "sk": {"S": f"REQUEST#{at}#m{number}"},
        "type": {"S": "request"},
        "person": {"S": person},
        "message": {"S": f"m{number}"},
        "asked_at": {"S": at},
        "locale": {"S": "ko"},
        "kind": {"S": "artist"},
        "outcome": {"S": "answered"},
        "search_key": {"S": "에스파"},
        "artist_id": {"S": "6YVMFz59CuY7ngCxTxjpxE"},
        **more,
    }


def alias(*persons: str) -> Item:
    """An alias that these persons confirmed."""
    return {
        "pk": {"S": "ALIAS#에스파"},
        "sk": {"S": "ARTIST#6YVMFz59CuY7ngCxTxjpxE"},
        "type": {"S": "alias"},
        "alias": {"S": "에스파"},
        "persons": {"SS": list(persons)},
        "confirmed_at": {"S": "2026-11-01T00:00:00.000Z"},
    }


def changed(after: Item | None, hours: float, before: Item | None = None) -> dict[str, Any]:
    """A change at some hours after START: an insert, an update or, without `after`, a delete."""
    micros = int((START + timedelta(hours=hours)).timestamp() * 1_000_000)
    item = after or before or {}
    images = {name: image for name, image in (("OldImage", before), ("NewImage", after)) if image}
    return {
        "Metadata": {"WriteTimestampMicros": {"N": str(micros)}},
        "Keys": {name: item[name] for name in ("pk", "sk")},
        **images,
    }


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change one JSON manifest and leave its checksum as it is not: removed."""
    content = [json.loads(line) for line in path.read_text().splitlines()]
    for one in content:
        change(one)
    path.write_text("".join(json.dumps(one) + "\n" for one in content))
    path.with_suffix(".md5").unlink(missing_ok=True)
