"""`python -m ingest dynamodb`."""

import argparse
import logging
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config
from dlt.extract import DltSource

from ingest.dynamodb import dynamodb
from ingest.dynamodb.expiring import expire
from ingest.dynamodb.exports import Exporter, now
from ingest.dynamodb.forgetting import forget, in_the_ledger, whom_the_bot_forgot
from ingest.dynamodb.forgotten import Forgotten
from ingest.dynamodb.ledger import forgotten, loaded_exports
from ingest.dynamodb.manifest import FULL, Export, find_summaries, read_export
from ingest.errors import CalledWrongly
from ingest.pipelines import Summary, load_each
from ingest.settings import Settings

HELP = "what people asked, chose and tapped, from a point-in-time export of the bot's DynamoDB table"

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this source."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--incremental", action="store_true", help="export only what changed since the last one loaded")
    which.add_argument("--newest", action="store_true", help="start none: take the newest that is finished there")
    which.add_argument("--summary", metavar="URL", help="take the export of this manifest-summary.json")
    which.add_argument(
        "--forget",
        action="store_true",
        help="load nothing: forget whom the bot has forgotten, and texts older than 30 days",
    )


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Forget whom the bot has forgotten, then load the exports that the lake lacks, each whole or not at all.

    Raises CalledWrongly without SEGUE_EXPORT_URL, what Exporter raises, ExportRefused, ExportDamaged.
    """
    logging.getLogger("botocore").setLevel(logging.WARNING)
    did: dict[str, Any] = {"exports": [], "already_loaded": 0}
    url = _place(arguments, settings.environment)
    summary = load_each("dynamodb", _work(arguments, settings, url, did), settings)
    summary.details.update(did)
    if summary.quarantined:
        logger.warning("dynamodb: %d lines in quarantine, see raw_dynamodb/quarantine", summary.quarantined)
    return summary


def _work(arguments: argparse.Namespace, settings: Settings, url: str, did: dict[str, Any]) -> Iterator[DltSource]:
    """What is to be loaded, one by one, so that the lake is looked at anew each time; `did` says what was done."""
    table = settings.environment.get("SEGUE_BOT_TABLE") or "segue_bot"
    if not (arguments.newest or arguments.summary):
        yield from _forget(_client(), table, settings, url, did)
    did.update(expire(settings.lake_url, url, table, settings.started_at))
    if arguments.forget:
        return
    exports = [read_export(one, table) for one in _summaries(arguments, settings, table, url)]
    if arguments.newest:
        exports = _since_the_newest_full(exports)
    for export in sorted(exports, key=lambda one: one.order):
        if export.arn in loaded_exports(settings.lake_url):
            did["already_loaded"] += 1
            continue
        did["exports"].append(export.arn)
        yield dynamodb(export, Forgotten(forgotten(settings.lake_url)))


def _forget(client: Any, table: str, settings: Settings, url: str, did: dict[str, Any]) -> Iterator[DltSource]:
    done = forgotten(settings.lake_url)
    moments = whom_the_bot_forgot(client, table)
    new = {digest: moment for digest, moment in moments.items() if digest not in done or done[digest] < moment}
    if new:
        did.update(forget(settings.lake_url, url, table, new))
        yield in_the_ledger(new)


def _place(arguments: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """Where exports are, or go; empty where nothing needs it."""
    url = environment.get("SEGUE_EXPORT_URL", "").rstrip("/")
    if arguments.summary or arguments.forget:
        return url
    if not url:
        raise CalledWrongly("SEGUE_EXPORT_URL is not set. Right would be where exports go: s3://bucket/prefix.")
    if not arguments.newest and not url.startswith("s3://"):
        raise CalledWrongly(f"SEGUE_EXPORT_URL is {url!r}: DynamoDB exports to S3 alone. Right: s3://bucket/prefix.")
    return url


def _summaries(arguments: argparse.Namespace, settings: Settings, table: str, url: str) -> list[str]:
    if arguments.summary:
        return [arguments.summary]
    if arguments.newest:
        return find_summaries(url)
    exporter = Exporter(_client(), table, url, float(settings.environment.get("SEGUE_EXPORT_POLL_SECONDS") or 15))
    known = loaded_exports(settings.lake_url)
    if arguments.incremental and known:
        found = exporter.incremental(max(known.values()), now())
        if not found:
            logger.info("dynamodb: the last export is less than 15 minutes old, and no window may be shorter")
        return found
    return [exporter.full()]


def _since_the_newest_full(exports: list[Export]) -> list[Export]:
    """The newest full export and what changed after it; what is older is in it."""
    full = max((one for one in exports if one.kind == FULL), key=lambda one: one.order, default=None)
    return [one for one in exports if one is full or (full and one.kind != FULL and one.to_time > full.to_time)]


def _client() -> Any:
    config = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 4, "mode": "standard"})
    return boto3.client("dynamodb", config=config)
