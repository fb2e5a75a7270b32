"""Start an export of the bot's table, or take up one that is under way, and wait for it: the real API's calls only."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from ingest.dynamodb.errors import ExportFailed, RecoveryIsOff
from ingest.dynamodb.manifest import FOLDER, SUMMARY
from ingest.errors import Deferred, Final

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
"""Of the window of an incremental export."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Exporter:
    """The table, where its exports go (s3://bucket/prefix), and how patiently they are waited for."""

    client: Any
    table: str
    url: str
    poll_seconds: float = 15.0
    wait_seconds: float = 3_600.0
    sleep: Callable[[float], None] = time.sleep

    def full(self) -> str:
        """Export the table as it is now; the URL of the finished export's summary comes back.

        Raises RecoveryIsOff, ExportFailed, Deferred where it takes longer than this command waits.
        """
        return self._finished(self._under_way() or self._start())

    def incremental(self, since: datetime, until: datetime) -> list[str]:
        """Export what changed since, in as many windows as it takes; an empty list where the last one is too short."""
        found = []
        while until - since >= SHORTEST:
            end = min(until, since + LONGEST)
            if timedelta(0) < until - end < SHORTEST:
                end = until - SHORTEST
            found.append(self._finished(self._start(since, end)))
            since = end
        return found

    def _start(self, since: datetime | None = None, until: datetime | None = None) -> str:
        place = urlsplit(self.url)
        arguments: dict[str, Any] = {"S3Bucket": place.netloc, "ExportFormat": "DYNAMODB_JSON"}
        if prefix := place.path.strip("/"):
            arguments["S3Prefix"] = prefix
        if since is not None:
            arguments["ExportType"] = "INCREMENTAL_EXPORT"
            arguments["IncrementalExportSpecification"] = {
                "ExportFromTime": since,
                "ExportToTime": until,
                "ExportViewType": "NEW_AND_OLD_IMAGES",
            }
        described = self._ask("export_table_to_point_in_time", TableArn=self._table_arn(), **arguments)
        arn = str(described["ExportDescription"]["ExportArn"])
        logger.info("dynamodb: export %s is under way", arn.rpartition("/")[2])
        return arn

    def _under_way(self) -> str | None:
        """A full export to the same place that was started and is not finished: a run before this one was killed."""
        listed = self._ask("list_exports", TableArn=self._table_arn())["ExportSummaries"]
        place = urlsplit(self.url)
        for one in listed:
            if one["ExportStatus"] != "IN_PROGRESS" or one.get("ExportType", "FULL_EXPORT") != "FULL_EXPORT":
                continue
            described = self._ask("describe_export", ExportArn=one["ExportArn"])["ExportDescription"]
            if (described["S3Bucket"], described.get("S3Prefix") or "") == (place.netloc, place.path.strip("/")):
                return str(one["ExportArn"])
        return None

    def _finished(self, arn: str) -> str:
        deadline = time.monotonic() + self.wait_seconds
        while True:
            described = self._ask("describe_export", ExportArn=arn)["ExportDescription"]
            if described["ExportStatus"] == "COMPLETED":
                return f"{self.url.rstrip('/')}/{FOLDER}/{arn.rpartition('/')[2]}/{SUMMARY}.json"
            if described["ExportStatus"] == "FAILED":
                why = f"{described.get('FailureCode', 'no code')}, {described.get('FailureMessage', 'no reason')}"
                raise ExportFailed(
                    f"DynamoDB could not export {self.table} to {self.url}: {why}. Expected a bucket that the caller "
                    "may write to. Next: mend that, and run the same command again."
                )
            if time.monotonic() > deadline:
                raise Deferred(
                    f"the export {arn} is still under way after {self.wait_seconds:.0f} s. It goes on by itself. Next: "
                    "run the same command again later, which takes it up."
                )
            self.sleep(self.poll_seconds)

    def _table_arn(self) -> str:
        return str(self._ask("describe_table", TableName=self.table)["Table"]["TableArn"])

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            return dict(getattr(self.client, operation)(**arguments))
        except ClientError as refused:
            if refused.response.get("Error", {}).get("Code") == "PointInTimeRecoveryUnavailableException":
                raise RecoveryIsOff(self.table) from refused
            raise self._failed(operation, refused) from refused
        except BotoCoreError as problem:
            raise self._failed(operation, problem) from problem

    def _failed(self, operation: str, problem: Exception) -> Final:
        return Final(
            f"DynamoDB did not do {operation} for the table {self.table}: {problem}. Expected a table that exists and "
            "a caller who may export it. Next: compare SEGUE_BOT_TABLE, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_DYNAMODB "
            "and the credentials with what the table needs."
        )


def now() -> datetime:
    """The moment, to the second: DynamoDB's windows are no finer."""
    return datetime.now(UTC).replace(microsecond=0)
