"""The queue between webhook and worker: a message goes in, and leaves only when it is answered or refused."""

from collections.abc import Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.digests import digest
from chalicelib.errors import QueueUnavailable
from chalicelib.webhook import Message

_AT_ONCE = 10  # SQS's limit of a batch


class Queue:
    """An SQS FIFO queue: the messages of one person stay in order, and one repeated within minutes is taken once."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, messages: Sequence[Message]) -> None:
        """Store all of them, in order; raises QueueUnavailable if the queue did not take every one."""
        for some in _batches(messages):
            entries = [
                {
                    "Id": str(number),
                    "MessageBody": message.to_json(),
                    "MessageGroupId": digest(message.person),
                    "MessageDeduplicationId": message.key,
                }
                for number, message in enumerate(some)
            ]
            answer = self._ask("send_message_batch", Entries=entries)
            if answer.get("Failed"):
                raise _unavailable(str(answer["Failed"][0].get("Code", "")))

    def keep(self, body: str, group: str, key: str) -> None:
        """Store a message as it stands."""
        self._ask("send_message", MessageBody=body, MessageGroupId=group, MessageDeduplicationId=key)

    def hide(self, receipt: str, seconds: int) -> None:
        """Let a received message come back after so many seconds."""
        self._ask("change_message_visibility", ReceiptHandle=receipt, VisibilityTimeout=seconds)

    def receive(self, seconds: int) -> list[dict[str, Any]]:
        """Take up to ten messages, hidden from others for so long."""
        answer = self._ask(
            "receive_message",
            MaxNumberOfMessages=_AT_ONCE,
            VisibilityTimeout=seconds,
            MessageSystemAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def delete(self, receipt: str) -> None:
        """Forget a received message."""
        self._ask("delete_message", ReceiptHandle=receipt)

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            return dict(getattr(self._client, operation)(QueueUrl=self._url, **arguments))
        except (BotoCoreError, ClientError) as error:
            code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
            raise _unavailable(f"{operation}: {code or type(error).__name__}") from None


def _batches(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), _AT_ONCE):
        yield messages[start : start + _AT_ONCE]


def _unavailable(what: str) -> QueueUnavailable:
    return QueueUnavailable(
        f"The queue did not do its part ({what}). "
        "Next: see that the queues of SEGUE_QUEUE_URL and SEGUE_DEAD_LETTERS_URL exist, and that we may use them"
    )
