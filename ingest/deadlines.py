"""The moment before which nobody may call a provider, shared by all processes with one key, in DynamoDB.

A leaf that chalice_bot/vendor/ ships with spotify/client.py: imports nothing of ours. One item per provider and key,
without the key.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

KEPT_SECONDS = 86_400
"""A deadline stays readable this long after it has passed, then DynamoDB may drop it."""
_TABLE_WAIT = {"Delay": 1, "MaxAttempts": 60}

logger = logging.getLogger(__name__)


class StateUnreachable(Exception):
    """The shared state cannot be read or written, so nobody knows whether calls are allowed: none are made."""


@dataclass(frozen=True)
class Deadline:
    """No call before `not_before` (epoch seconds)."""

    not_before: float
    reason: str


class Deadlines:
    """The deadline of one provider and key. Read again after `recheck_seconds` at the earliest."""

    def __init__(
        self,
        provider: str,
        key: str,
        table: str,
        client: Any = None,
        clock: Callable[[], float] = time.time,
        recheck_seconds: float = 3.0,
    ) -> None:
        self.item = f"deadline#{provider}#{hashlib.sha256(key.encode()).hexdigest()[:16]}"
        self._table = table
        self._client = client
        self._clock = clock
        self._recheck_seconds = recheck_seconds
        self._known: Deadline | None = None
        self._checked_at: float | None = None

    def current(self) -> Deadline | None:
        """Return the deadline that is still ahead, if any. Raises StateUnreachable."""
        now = self._clock()
        if self._checked_at is None or not 0 <= now - self._checked_at < self._recheck_seconds:
            self._known = self._read()
            self._checked_at = now
        return self._known if self._known and self._known.not_before > now else None

    def extend(self, deadline: Deadline) -> None:
        """Store a deadline; one that is stored already and later stays. Raises StateUnreachable."""
        attributes = {
            "pk": {"S": self.item},
            "not_before": {"N": str(int(deadline.not_before + 0.999))},
            "reason": {"S": deadline.reason},
            "expires_at": {"N": str(int(deadline.not_before) + KEPT_SECONDS)},
        }
        self._checked_at = None
        self._ask(
            "put_item",
            Item=attributes,
            ConditionExpression="attribute_not_exists(pk) OR not_before < :new",
            ExpressionAttributeValues={":new": attributes["not_before"]},
        )
        try:
            self._let_items_expire()
        except (ClientError, BotoCoreError) as problem:
            # The deadline is stored, and that is what counts; an item too old is harmless.
            logger.warning("cannot see to it that items of %s expire: %s", self._table, problem)

    def _read(self) -> Deadline | None:
        answer = self._ask("get_item", Key={"pk": {"S": self.item}}, ConsistentRead=True)
        found = answer.get("Item")
        if not found:
            return None
        return Deadline(float(found["not_before"]["N"]), found.get("reason", {}).get("S", ""))

    def _ask(self, operation: str, may_create: bool = True, **arguments: Any) -> dict[str, Any]:
        try:
            self._client = self._client or _connect()
            return dict(getattr(self._client, operation)(TableName=self._table, **arguments))
        except ClientError as refused:
            code = refused.response.get("Error", {}).get("Code")
            if code == "ConditionalCheckFailedException":
                return {}
            if code == "ResourceNotFoundException" and may_create:
                self._create()
                return self._ask(operation, may_create=False, **arguments)
            raise self._unreachable(refused) from refused
        except BotoCoreError as problem:
            raise self._unreachable(problem) from problem

    def _create(self) -> None:
        """Make the table, or wait for whoever is making it: a first run against an empty account must work."""
        try:
            with suppress(self._client.exceptions.ResourceInUseException):
                self._client.create_table(
                    TableName=self._table,
                    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                    BillingMode="PAY_PER_REQUEST",
                )
            self._client.get_waiter("table_exists").wait(TableName=self._table, WaiterConfig=_TABLE_WAIT)
            self._let_items_expire()
        except (ClientError, BotoCoreError) as problem:
            raise self._unreachable(problem) from problem

    def _let_items_expire(self) -> None:
        """Switch expiry on; a run killed between making the table and this leaves it off, so it is looked at again."""
        expiry = self._client.describe_time_to_live(TableName=self._table)["TimeToLiveDescription"]
        if expiry["TimeToLiveStatus"] == "DISABLED":
            specification = {"Enabled": True, "AttributeName": "expires_at"}
            self._client.update_time_to_live(TableName=self._table, TimeToLiveSpecification=specification)

    def _unreachable(self, problem: Exception) -> StateUnreachable:
        return StateUnreachable(
            f"cannot read the shared state: DynamoDB table {self._table!r}, item {self.item!r}: {problem}. No call is "
            "made to the provider while its deadline is unknown. Next: check AWS_ENDPOINT_URL_DYNAMODB, "
            "AWS_DEFAULT_REGION, the credentials and SEGUE_STATE_TABLE; on one machine, `segue up` starts it."
        )


def _connect() -> Any:
    config = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 3, "mode": "standard"})
    return boto3.client("dynamodb", config=config)
