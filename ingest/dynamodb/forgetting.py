"""Makes the lake and the exports forget whom the bot has forgotten, and writes that down: digests, never who it was."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import dlt
from botocore.exceptions import BotoCoreError, ClientError
from dlt.extract import DltResource

from ingest import tables
from ingest.dynamodb.forgotten import Forgotten, hashes
from ingest.dynamodb.items import DATASET, PROVIDER
from ingest.dynamodb.manifest import Export, find_summaries, read_export
from ingest.dynamodb.rewriting import Edit, change_lake, edit_exports
from ingest.errors import Final
from ingest.loaded import into

OF_PEOPLE = tuple(table for table in tables.tables(DATASET) if table not in ("exports", "forgotten"))


def whom_the_bot_forgot(client: Any, table: str) -> dict[str, datetime]:
    """Digest -> when. Raises Final where DynamoDB does not tell."""
    try:
        pages = client.get_paginator("query").paginate(
            TableName=table, KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "FORGOTTEN"}}
        )
        items = [item for page in pages for item in page["Items"]]
    except (BotoCoreError, ClientError) as problem:
        raise Final(
            f"cannot read from the DynamoDB table {table} whom the bot has forgotten: {problem}. Nothing is loaded "
            "while that is unknown. Next: compare SEGUE_BOT_TABLE, AWS_ENDPOINT_URL_DYNAMODB and the credentials."
        ) from problem
    return {item["sk"]["S"]: datetime.fromisoformat(item["forgotten_at"]["S"]) for item in items}


def forget(lake_url: str, export_url: str, table: str, moments: Mapping[str, datetime]) -> dict[str, int]:
    """Take all of these people out of every raw file and every export; how much that was comes back."""
    people = Forgotten(moments)
    found = find_summaries(export_url) if export_url else []
    return {
        "forgotten": len(moments),
        "rows_rewritten": change_lake(lake_url, OF_PEOPLE, people.cleaned),
        "lines_rewritten": edit_exports((partial(read_export, url, table) for url in found), partial(_edit, people)),
    }


@dlt.source(name="dynamodb", max_table_nesting=0)
def in_the_ledger(moments: Mapping[str, datetime]) -> Iterator[DltResource]:
    """The rows that keep these people out from now on."""
    at = datetime.now(UTC)
    rows = [
        {"provider": PROVIDER, "retrieved_at": at, "digest": digest, "forgotten_at": moment}
        for digest, moment in sorted(moments.items())
    ]
    yield dlt.resource(lambda: iter([into(DATASET, "forgotten", rows)]), name="dynamodb_forgotten")


def _edit(people: Forgotten, export: Export) -> Edit:
    def edit(text: str) -> str | None:
        micros = _written(text) or export.to_micros
        gone = {one for one in hashes([text]) if people.covers(one, micros)}
        return _without(text, gone) if gone else text

    return edit


def _without(text: str, gone: set[str]) -> str | None:
    """The line of an alias without some of its persons; nothing of any other line."""
    try:
        line = json.loads(text)
        key = (line.get("Item") or line["Keys"])["pk"]["S"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    if not key.startswith("ALIAS#"):
        return None
    for image in ("Item", "OldImage", "NewImage"):
        persons = (line.get(image) or {}).get("persons")
        if persons is not None:
            persons["SS"] = [one for one in persons["SS"] if one not in gone]
            if not persons["SS"]:
                del line[image]["persons"]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _written(text: str) -> int | None:
    """When a change was written; None for a line of a full export."""
    try:
        return int(json.loads(text)["Metadata"]["WriteTimestampMicros"]["N"])
    except (ValueError, KeyError, TypeError):
        return None
