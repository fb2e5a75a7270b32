"""What may be written to DynamoDB once a batch of messages is through: all tables' items in as few calls as can be."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import MemoryUnavailable
from chalicelib.table import Item

_AT_ONCE = 25  # DynamoDB's limit of a call
_PAUSES = (0.05, 0.2, 0.8)  # seconds before each further try to write what DynamoDB was too busy for
Key = tuple[str, ...]


class Later:
    """Items that wait to be written whole; of two with one key the second counts."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._items: dict[tuple[str, Key], Item] = {}

    def put(self, table: str, key: Key, item: Item) -> None:
        """Write an item of DynamoDB's own values, later."""
        self._items[table, key] = item

    def get(self, table: str, key: Key) -> Item | None:
        """An item that waits."""
        return self._items.get((table, key))

    def write(self) -> None:
        """Write what waits. Raises MemoryUnavailable; then what is not written is given up."""
        waiting = [(table, {"PutRequest": {"Item": item}}) for (table, _), item in self._items.items()]
        self._items.clear()
        for start in range(0, len(waiting), _AT_ONCE):
            asked: dict[str, list[Item]] = {}
            for table, request in waiting[start : start + _AT_ONCE]:
                asked.setdefault(table, []).append(request)
            self._write(asked)

    def _write(self, asked: dict[str, list[Item]]) -> None:
        try:
            for pause in (*_PAUSES, None):
                asked = self._client.batch_write_item(RequestItems=asked).get("UnprocessedItems", {})
                if not asked:
                    return
                if pause is not None:
                    time.sleep(pause)
            name = "UnprocessedItems"
        except (BotoCoreError, ClientError) as error:  # by its name alone: its text may repeat what somebody typed
            name = type(error).__name__
        raise MemoryUnavailable(
            f"DynamoDB did not do batch_write_item ({name}). Next: see that the tables of SEGUE_BOT_TABLE and "
            "SEGUE_ANSWERED_TABLE exist and that this function may use them"
        )
