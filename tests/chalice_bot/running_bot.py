"""The bot as processes: `chalice local`, workers that can be killed, and all the services that they need."""

import hmac
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import psycopg
import requests

from orchestration.local.aws_client import client
from orchestration.local.service import HOST, PROJECT, free_port
from orchestration.local.stack import lease
from tests.chalice_bot import rows

_SERVICES = ("postgres", "dynamodb", "sqs", "messenger")
_FOREIGN = ("SEGUE_", "AWS_", "MESSENGER_", "GRAPH_")
PAGE = "100000000000001"


@dataclass
class RunningBot:
    """One bot; `url` is its webhook, `log` holds all that its processes print."""

    url: str
    variables: dict[str, str]
    log: Path
    visibility_seconds: int
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    killed: int = 0
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def message(self, person: str, mid: str, text: str) -> bytes:
        """A delivery of one message, as bytes."""
        event = {"sender": {"id": person}, "recipient": {"id": PAGE}, "timestamp": time.time_ns() // 1_000_000}
        entry = {"id": PAGE, "messaging": [{**event, "message": {"mid": mid, "text": text}}]}
        return json.dumps({"object": "page", "entry": [entry]}).encode()

    def deliver(self, raw: bytes, session: requests.Session) -> int:
        """Post a delivery, signed as Messenger signs; returns the status."""
        secret = self.variables["MESSENGER_APP_SECRET"].encode()
        headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(secret, raw, sha256).hexdigest()}
        return session.post(self.url, data=raw, headers={**headers, "Content-Type": "application/json"}).status_code

    def start_worker(self) -> None:
        """Start one more worker; it works as soon as it can."""
        words = ["--visibility-seconds", str(self.visibility_seconds)]
        command = [sys.executable, "-P", "-m", "orchestration.local.worker", *words]
        with self.log.open("ab") as log:
            self.workers.append(_start(command, self.variables, log))

    def kill_worker(self, number: int) -> None:
        """End a worker with SIGKILL, wherever it stands, and start another in its place."""
        worker = self.workers.pop(number % len(self.workers))
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.killed += 1
        self.start_worker()

    def messages(self) -> list[dict[str, Any]]:
        """All that the Graph API took, oldest first, without typing indicators."""
        taken: list[dict[str, Any]] = requests.get(f"{self._control}/messages").json()
        return [one for one in taken if "message" in one["body"]]

    def sent(self) -> int:
        """How much the Graph API took."""
        return int(requests.get(f"{self._control}/health").json()["messages"])

    def forget_messages(self) -> None:
        """Let the Graph API forget what it took."""
        requests.delete(f"{self._control}/messages")

    @property
    def _control(self) -> str:
        return self.variables["GRAPH_API_URL"].rsplit("/", 1)[0] + "/_control"

    def waiting(self) -> int:
        """How many messages are in the queue, hidden ones too."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        sqs = client("sqs", self.variables["AWS_ENDPOINT_URL_SQS"])
        found = sqs.get_queue_attributes(QueueUrl=self.variables["SEGUE_QUEUE_URL"], AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def wait_until_empty(self, seconds: float = 600) -> None:
        """Wait until nothing is in the queue any more."""
        wait_for(lambda: self.waiting() == 0, seconds)


@contextmanager
def running_bot(home: Path, workers: int, visibility_seconds: int = 60) -> Iterator[RunningBot]:
    """Run the bot on the hand-written catalogue, its state in `home`."""
    with ExitStack() as stack:
        services = stack.enter_context(lease(home, _SERVICES, {}))
        with psycopg.connect(services["SEGUE_POSTGRES_URL"]) as connection:
            rows.install(connection)
            rows.publish(connection, "g20261123t013000z_abc123")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        variables = {**kept, **services, "PYTHONUNBUFFERED": "1"}
        port, log = free_port(), home / "bot.log"
        command = [str(Path(sys.executable).with_name("chalice")), "local", "--no-autoreload", "--port", str(port)]
        with log.open("ab") as output:
            webhook = _start(command, variables, output)
        bot = RunningBot(f"http://{HOST}:{port}/webhook", variables, log, visibility_seconds)
        stack.callback(lambda: _end(webhook, *bot.workers))
        for _ in range(workers):
            bot.start_worker()
        wait_for(lambda: _answers(bot.url), 60)
        yield bot


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A temporary folder, in memory where there is room: DynamoDB Local waits for the disk at every write."""
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2**30
    with tempfile.TemporaryDirectory(dir=memory if is_roomy else None, prefix="segue-") as folder:
        yield Path(folder)


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.1)


def _start(command: list[str], variables: dict[str, str], log: BinaryIO) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=PROJECT / "chalice_bot",
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def _end(*processes: "subprocess.Popen[bytes]") -> None:
    for process in processes:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(url).status_code == 403
    except requests.ConnectionError:
        return False
