"""One DynamoDB table with the keys `pk` and `sk`: plain values in and out, failures as MemoryUnavailable."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import MemoryUnavailable

Item = dict[str, Any]

_write = TypeSerializer().serialize
_read = TypeDeserializer().deserialize


class Table:
    """A table by the client that reaches it. `variable` names what configures it, for messages.

    Values that are None are left out of what is written.
    """

    def __init__(self, client: Any, name: str, variable: str) -> None:
        self._client = client
        self.name = name
        self._variable = variable

    def get(self, pk: str, sk: str) -> Item | None:
        """One item, as it is at this moment."""
        found = self._ask("get_item", Key=typed({"pk": pk, "sk": sk}), ConsistentRead=True).get("Item")
        return plain(found) if found else None

    def get_all(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Item]:
        """Those of some items (100 at most) that are there, as they are at this moment, by their keys."""
        found: dict[tuple[str, str], Item] = {}
        asked: Any = {self.name: {"Keys": [typed({"pk": pk, "sk": sk}) for pk, sk in keys], "ConsistentRead": True}}
        while asked:
            answer = self._ask("batch_get_item", RequestItems=asked)
            items = map(plain, answer["Responses"].get(self.name, []))
            found |= {(item["pk"], item["sk"]): item for item in items}
            asked = answer.get("UnprocessedKeys")
        return found

    def query(self, pk: str) -> Iterator[Item]:
        """Every item of a partition, as they are at this moment, by their sort keys."""
        more: dict[str, Any] = {}
        while True:
            values = typed({":pk": pk})
            found = self._ask(
                "query",
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues=values,
                ConsistentRead=True,
                **more,
            )
            yield from map(plain, found["Items"])
            if "LastEvaluatedKey" not in found:
                return
            more = {"ExclusiveStartKey": found["LastEvaluatedKey"]}

    def put(self, pk: str, sk: str, values: Mapping[str, Any]) -> Item:
        """Write an item whole; what it replaced comes back."""
        item = typed({"pk": pk, "sk": sk, **values})
        return plain(self._ask("put_item", Item=item, ReturnValues="ALL_OLD").get("Attributes", {}))

    def put_if(
        self, pk: str, sk: str, values: Mapping[str, Any], condition: str, names: dict[str, str], given: Item
    ) -> bool:
        """Write an item whole where the condition holds of what is there; False where it does not."""
        answer = self._ask(
            "put_item",
            Item=typed({"pk": pk, "sk": sk, **values}),
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=typed(given),
        )
        return bool(answer)

    def update(self, pk: str, sk: str, expression: str, given: Item, names: dict[str, str] | None = None) -> None:
        """Change an item by an update expression."""
        self._ask(
            "update_item",
            Key=typed({"pk": pk, "sk": sk}),
            UpdateExpression=expression,
            ExpressionAttributeValues=typed(given),
            **({"ExpressionAttributeNames": names} if names else {}),
        )

    def take(self, pk: str, sk: str) -> bool:
        """Delete an item; False where somebody else did before."""
        answer = self._ask("delete_item", Key=typed({"pk": pk, "sk": sk}), ConditionExpression="attribute_exists(pk)")
        return bool(answer)

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer; nothing at all where a condition does not hold."""
        try:
            where = {} if "RequestItems" in arguments else {"TableName": self.name}
            return dict(getattr(self._client, operation)(**where, **arguments))
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "ClientError"))
            if code == "ConditionalCheckFailedException":
                return {}
            raise self._unavailable(operation, code) from None
        except BotoCoreError as error:
            raise self._unavailable(operation, type(error).__name__) from None

    def _unavailable(self, operation: str, name: str) -> MemoryUnavailable:
        """Name a failure alone: its text may repeat what somebody typed."""
        return MemoryUnavailable(
            f"DynamoDB did not do {operation} on the table of {self._variable} ({name}). "
            "Next: see that the table exists and that this function may use it"
        )


def typed(values: Item) -> Item:
    """Values as DynamoDB writes them; what is None is left out."""
    return {name: _write(_storable(value)) for name, value in values.items() if value is not None}


def plain(item: Item) -> Item:
    """Values as Python has them: numbers as Decimal, sets as sets."""
    return {name: _read(value) for name, value in item.items()}


def _storable(value: Any) -> Any:
    """What DynamoDB takes: text without lone surrogates, decimals for floats."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {name: _storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner) for inner in value]
    return value
