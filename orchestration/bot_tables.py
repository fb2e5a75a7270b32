"""The bot's three DynamoDB tables, made once where the bot is set up; Lambda never makes any.

`segue_bot` is what is remembered and exported, `segue_waiting` who is owed an answer (never exported), `segue_answered`
which messages are answered (Powertools' idempotency).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from orchestration.settings import Settings

_WAITER = {"Delay": 1, "MaxAttempts": 60}


@dataclass(frozen=True)
class Table:
    """A table: the variable that names it, its usual name, its keys, and the attribute by which items expire."""

    variable: str
    name: str
    keys: tuple[str, ...]
    expiry: str


BOT = Table("SEGUE_BOT_TABLE", "segue_bot", ("pk", "sk"), "expires_at")
WAITING = Table("SEGUE_WAITING_TABLE", "segue_waiting", ("pk", "sk"), "expires_at")
ANSWERED = Table("SEGUE_ANSWERED_TABLE", "segue_answered", ("id",), "expiration")
TABLES = (BOT, WAITING, ANSWERED)


def has_bot(settings: Settings) -> bool:
    """Whether anybody may have told a bot anything: its exports have a place, or its queue was started here."""
    return bool(settings.variables.get("SEGUE_EXPORT_URL")) or (settings.home / "sqs").is_dir()


def names(variables: Mapping[str, str]) -> dict[str, str]:
    """Return variable -> name of the three tables; what is set wins."""
    return {table.variable: variables.get(table.variable) or table.name for table in TABLES}


def create_tables(dynamodb: Any, variables: Mapping[str, str]) -> None:
    """Make the tables that are missing, with their expiry; harmless where they are there."""
    for table in TABLES:
        make_table(dynamodb, names(variables)[table.variable], table.keys, table.expiry)


def protect(dynamodb: Any, variables: Mapping[str, str]) -> None:
    """Switch point-in-time recovery on for the table that is exported."""
    dynamodb.update_continuous_backups(
        TableName=names(variables)[BOT.variable],
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )


def make_table(dynamodb: Any, name: str, keys: tuple[str, ...], expiry: str) -> None:
    """Make one table whose keys are text; a table that is there keeps what it holds."""
    kinds = ("HASH", "RANGE")
    with suppress(dynamodb.exceptions.ResourceInUseException):
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig=_WAITER)
    if dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry})
