"""`python -m ingest dynamodb`."""

import argparse
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from dlt.extract import DltSource

from ingest.dynamodb import dynamodb
from ingest.dynamodb.exports import Exporter, now
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


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Make or find exports, then load those that the lake lacks, each whole or not at all.

    Raises CalledWrongly without SEGUE_EXPORT_URL, what Exporter raises, ExportRefused, ExportDamaged.
    """
    logging.getLogger("botocore").setLevel(logging.WARNING)
    table = settings.environment.get("SEGUE_BOT_TABLE") or "segue_bot"
    known = loaded_exports(settings.lake_url)
    exports = [read_export(url, table) for url in _summaries(arguments, settings.environment, table, known)]
    if arguments.newest:
        exports = _since_the_newest_full(exports)
    loaded: list[str] = []
    summary = load_each("dynamodb", _new(exports, settings, loaded), settings)
    summary.details.update(exports=loaded, already_loaded=len(exports) - len(loaded))
    if summary.quarantined:
        logger.warning("dynamodb: %d lines in quarantine, see raw_dynamodb/quarantine", summary.quarantined)
    return summary


def _new(exports: Iterable[Export], settings: Settings, loaded: list[str]) -> Iterator[DltSource]:
    """The exports that the lake lacks, oldest state first; asked for one by one, so that the lake is looked at anew."""
    for export in sorted(exports, key=lambda one: one.order):
        if export.arn not in loaded_exports(settings.lake_url):
            loaded.append(export.arn)
            yield dynamodb(export, Forgotten(forgotten(settings.lake_url)))


def _summaries(
    arguments: argparse.Namespace, environment: Mapping[str, str], table: str, known: Mapping[str, datetime]
) -> list[str]:
    if arguments.summary:
        return [arguments.summary]
    url = environment.get("SEGUE_EXPORT_URL", "").rstrip("/")
    if not url:
        raise CalledWrongly("SEGUE_EXPORT_URL is not set. Right would be where exports go: s3://bucket/prefix.")
    if arguments.newest:
        return find_summaries(url)
    if not url.startswith("s3://"):
        raise CalledWrongly(f"SEGUE_EXPORT_URL is {url!r}: DynamoDB exports to S3 alone. Right: s3://bucket/prefix.")
    exporter = Exporter(_client(), table, url, float(environment.get("SEGUE_EXPORT_POLL_SECONDS") or 15))
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
