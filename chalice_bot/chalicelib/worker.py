"""A batch of the queue -> answers, and which of its messages shall come again: SQS's partial batch response.

The messages of one person stay in order: behind one that failed, that person's others come again as well, untried.
"""

import logging
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.errors import (
    AccessRefused,
    BadPayload,
    BotError,
    CatalogueUnavailable,
    MemoryUnavailable,
    NotConfigured,
    NothingPublished,
    QueueUnavailable,
    TemporarySendFailure,
    Throttled,
)
from chalicelib.observing import about, count
from chalicelib.once import Once
from chalicelib.waiting import Queue
from chalicelib.webhook import Message, message_from_json

_log = logging.getLogger("segue.worker")
MAY_PASS = (
    AccessRefused,
    CatalogueUnavailable,
    MemoryUnavailable,
    NotConfigured,
    NothingPublished,
    QueueUnavailable,
    TemporarySendFailure,
    Throttled,
)
"""Nobody's message is at fault, and what is wrong passes or is mended: the message waits, for a day at most."""
TRIES = 5
"""So often a message is tried that fails by a fault of ours, or that ends its worker."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5, 300  # seconds; between them it doubles


class Worker:
    """Answers what the queue delivers; what no trying helps goes to the dead letters."""

    def __init__(
        self,
        answer: Callable[[Message], object],
        once: Once,
        queue: Queue,
        dead_letters: Queue,
        settle: Callable[[], None] = lambda: None,
        close: Callable[[], None] = lambda: None,
        catch_up: Callable[[], int] = lambda: 0,
    ) -> None:
        self._answer = answer
        self._once = once
        self._queue = queue
        self._dead_letters = dead_letters
        self._settle = settle
        self.close = close
        """Ends the connections that this worker keeps."""
        self.catch_up = catch_up
        """Answers what is owed since a provider put it off; returns how many look-ups there were."""

    def work(self, event: dict[str, Any]) -> PartialItemFailureResponse:
        """Handle every record; the response names those that shall come again."""
        processor = SqsFifoPartialProcessor(skip_group_on_error=True)
        processor.raise_on_entire_batch_failure = False  # it is no other failure than one of a part
        try:
            response = process_partial_response(event, self._take, processor)
        finally:
            self._write_down()
        failed = {failure["itemIdentifier"] for failure in response["batchItemFailures"]}
        records = [SQSRecord(record) for record in event["Records"] if record["messageId"] in failed]
        self._give_back(records)
        return response

    def _write_down(self) -> None:
        """Write what the batch left to write: if this worker ends before, its messages come again, and all is made up.

        What cannot be written is given up, as the messages are answered.
        """
        try:
            self._settle()
        except MemoryUnavailable as error:
            _log.warning("%s", error)

    def _take(self, record: SQSRecord) -> None:
        try:
            message = message_from_json(record.body)
        except BadPayload as error:
            self._bury(record, str(error))
            return
        with about(message.key):
            try:
                self._try(record, message)
            except MAY_PASS as error:
                _log.warning("later: %s", error)
                raise
            except BotError as error:
                _log.error("gave up on a message: %s", error)
                count("GaveUp")
            except Exception as error:  # the top of the worker: a fault of ours, told by its type alone
                _log.error("no answer: %s, a fault in the bot", type(error).__name__)
                if _received(record) < TRIES:
                    raise _Fault(type(error).__name__) from None
                self._bury(record, f"{type(error).__name__}, {TRIES} times")

    def _try(self, record: SQSRecord, message: Message) -> None:
        """Answer. From the second time on the try itself is recorded, to see what ends its worker again and again."""
        received = _received(record)
        if received == 1:
            self._answer(message)
            return
        tries = [f"try {record.message_id} {number}" for number in range(1, received + 1)]
        before = tries[-TRIES:-1]
        if received > TRIES and all(self._once.state(message.key, one) == "INPROGRESS" for one in before):
            self._bury(record, f"it ended its worker {TRIES - 1} times")
            return
        self._once.do(message.key, tries[-1], lambda: self._answer(message))

    def _bury(self, record: SQSRecord, why: str) -> None:
        _log.error("to the dead letters: %s", why)
        self._dead_letters.keep(record.body, record.attributes.message_group_id or "none", record.message_id)
        count("DeadLetters")

    def _give_back(self, records: list[SQSRecord]) -> None:
        """Let what failed come again after a pause that grows: of one person all after the same, to stay in order."""
        pauses: dict[str | None, int] = {}
        for record in records:
            pauses.setdefault(record.attributes.message_group_id, pause(_received(record)))
        for record in records:
            try:
                self._queue.hide(record.receipt_handle, pauses[record.attributes.message_group_id])
            except QueueUnavailable as error:  # it comes back at the queue's own time
                _log.warning("%s", error)
        if records:
            count("GivenBack", len(records))


class _Fault(Exception):
    """Stands for a fault of ours in Powertools' account of a batch, without what its message may say."""


def pause(received: int) -> int:
    """Seconds until a message that was received so often comes again."""
    return min(_FIRST_PAUSE << min(received - 1, 10), _LONGEST_PAUSE)


def _received(record: SQSRecord) -> int:
    received: str = record.attributes.approximate_receive_count
    return int(received or 1)
