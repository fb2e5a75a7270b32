"""`python -m orchestration.local.worker`: stands in for Lambda's event source, and runs one of its instances.

It polls the queue, calls the handler with what it got, as Lambda does, and deletes what is not given back. The handler
is loaded by its name from the folder that is packaged for Lambda. SIGTERM and Ctrl-C end it after its batch.
"""

import argparse
import importlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.local.service import PROJECT

Handler = Callable[[dict[str, Any], "Context"], Any]
_POLL_SECONDS = 1
_PAUSE_SECONDS = 1
_ROUND_SECONDS = 5
"""How often the scheduled handler is called; in production it is once a minute."""


@dataclass
class Context:
    """What Lambda tells a handler about the call."""

    function_name: str
    seconds: float
    memory_limit_in_mb: int = 512
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    invoked_function_arn: str = "arn:aws:lambda:ap-northeast-2:000000000000:function:segue-local-consume"
    began: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        """How long the call may still take."""
        return max(0, int((self.began + self.seconds - time.monotonic()) * 1000))


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Return 0 after a clean stop, 2 where a variable is missing."""
    options = _parser().parse_args(arguments)
    queue = environ.get("SEGUE_QUEUE_URL")
    if not queue:
        sys.stderr.write("worker: SEGUE_QUEUE_URL is not set. Next: start the queue with `segue up sqs`\n")
        return 2
    stop, next_round = Event(), 0.0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sys.path.insert(0, str(options.folder))
    module, _, name = options.handler.rpartition(".")
    bot = importlib.import_module(module)
    handler: Handler = getattr(bot, name)
    catch_up: Handler | None = getattr(bot, options.schedule, None)
    sqs: Any = boto3.client("sqs")
    sys.stdout.write("polling\n")
    sys.stdout.flush()
    while not stop.is_set():
        if catch_up and time.monotonic() >= next_round:
            next_round = time.monotonic() + _ROUND_SECONDS
            _run_schedule(catch_up, options.schedule)
        try:
            poll(sqs, queue, handler, options.batch_size, options.visibility_seconds)
        except (BotoCoreError, ClientError) as error:
            sys.stderr.write(f"worker: the queue does not answer ({type(error).__name__}); trying again\n")
            stop.wait(_PAUSE_SECONDS)
    return 0


def poll(
    sqs: Any, queue: str, handler: Handler, batch_size: int, visibility_seconds: int, wait_seconds: int = _POLL_SECONDS
) -> int:
    """One round: receive, handle, delete what is done with; returns how many messages were received."""
    answer = sqs.receive_message(
        QueueUrl=queue,
        MaxNumberOfMessages=batch_size,
        WaitTimeSeconds=wait_seconds,
        VisibilityTimeout=visibility_seconds,
        MessageSystemAttributeNames=["All"],
    )
    messages = answer.get("Messages", [])
    if messages:
        failed = _failed(handler, messages, Context("segue-local-consume", visibility_seconds))
        done = [message for message in messages if message["MessageId"] not in failed]
        entries = [{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(done)]
        if entries:
            sqs.delete_message_batch(QueueUrl=queue, Entries=entries)
    return len(messages)


def _failed(handler: Handler, messages: list[dict[str, Any]], context: Context) -> set[str]:
    """Call the handler; the ids of what it gives back, which is everything where it raises."""
    try:
        response = handler({"Records": [_record(message) for message in messages]}, context) or {}
    except Exception as error:  # as Lambda: whatever a handler raises fails the batch
        sys.stderr.write(f"worker: the handler raised {type(error).__name__}\n")
        return {message["MessageId"] for message in messages}
    return {failure["itemIdentifier"] for failure in response.get("batchItemFailures", [])}


def _run_schedule(handler: Handler, name: str) -> None:
    """Call a scheduled handler with an event of EventBridge's form; what it raises is told and forgotten, as there."""
    event = {"version": "0", "id": str(uuid4()), "detail-type": "Scheduled Event", "source": "aws.events"}
    details = {"account": "000000000000", "region": "ap-northeast-2", "resources": [], "detail": {}}
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    try:
        handler({**event, **details, "time": when}, Context(f"segue-local-{name}", 60))
    except Exception as error:
        sys.stderr.write(f"worker: {name} raised {type(error).__name__}\n")


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message as Lambda's event source hands it on."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:000000000000:segue-messages.fifo",
        "awsRegion": "ap-northeast-2",
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.local.worker", description="Answer what waits in SEGUE_QUEUE_URL, until SIGTERM."
    )
    parser.add_argument("--folder", type=Path, default=PROJECT / "chalice_bot", help="where the handler's module lies")
    parser.add_argument("--handler", default="app.consume", help="the handler's name, as Lambda is told it")
    parser.add_argument("--schedule", default="catch_up", help="the scheduled handler in the same module, if any")
    parser.add_argument("--batch-size", type=int, default=5, help="messages of one call at most")
    parser.add_argument(
        "--visibility-seconds", type=int, default=60, help="when a message comes again whose worker has died"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
