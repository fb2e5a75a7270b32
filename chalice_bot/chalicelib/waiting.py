"""The queue between webhook and worker: a message goes in, and leaves only when it is answered or refused."""

from hashlib import sha256
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import QueueUnavailable
from chalicelib.webhook import Message


class Queue:
    """An SQS queue; in a FIFO queue the messages of one person stay in order, and a repeated one is taken once."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def put(self, message: Message) -> None:
        """Store the message; raises QueueUnavailable if the queue did not take it."""
        body = message.to_json()
        order = {}
        if self._url.endswith(".fifo"):
            order["MessageGroupId"] = _digest(message.person)
            order["MessageDeduplicationId"] = _digest(message.mid or body)
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body, **order)
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable(
                f"The queue of SEGUE_QUEUE_URL did not take a message ({type(error).__name__}). "
                "Next: see that it exists and that this function may send to it"
            ) from None


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
