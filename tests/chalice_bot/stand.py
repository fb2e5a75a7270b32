"""The bot with all that it needs: a page that delivers events, queues, tables, the Graph API, and a worker by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import app as bot
import pytest
from chalice.test import Client, HTTPResponse

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo
from orchestration.local.worker import poll
from tests.chalice_bot.test_webhook import PERSON, delivery, event, signed

SECRET = "app-secret-of-this-test"
VERIFY = "verify-token-of-this-test"


S = TypeVar("S")


@dataclass
class Page(Generic[S]):
    """A page that delivers to a bot; `sqs` is a client of the bot's queues, or what imitates one."""

    client: Client
    sqs: S
    variables: dict[str, str]

    def post(self, body: Any, *, secret: str = SECRET, **headers: str) -> HTTPResponse:
        """Deliver a body, signed as Messenger signs."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signature = {"X-Hub-Signature-256": signed(raw, secret), "Content-Type": "application/json"}
        return self.client.http.post("/webhook", headers={**signature, **headers}, body=raw)

    def say(self, text: str, mid: str, person: str = PERSON) -> HTTPResponse:
        """Deliver one message."""
        return self.post(delivery(event(message={"mid": mid, "text": text}) | {"sender": {"id": person}}))


@dataclass
class Stand(Page[Any]):
    """A page, what answers it, and what its people get."""

    graph: ServerInfo

    def ask(self, text: str, mid: str = "m1") -> list[str]:
        """Deliver one message, let the worker work, and return all texts that the person got so far."""
        assert self.say(text, mid).status_code == 200
        self.work()
        return self.texts()

    def work(self) -> int:
        """Let the worker take what waits; the number of messages it was given, repeated ones counted each time."""
        taken = 0
        while found := poll(self.sqs, self.variables["SEGUE_QUEUE_URL"], bot.consume, 5, 60, wait_seconds=0):
            taken += found
        return taken

    def texts(self, person: str = PERSON) -> list[str]:
        """The texts that a person got."""
        bodies = [entry["body"].get("message", {}) for entry in self.graph.conversation.messages(person)]
        return [body["text"] for body in bodies if "text" in body]

    def dead_letters(self) -> list[dict[str, Any]]:
        """What lies among the dead letters; they stay there."""
        url = self.variables["SEGUE_DEAD_LETTERS_URL"]
        answer = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return list(answer.get("Messages", []))


@contextmanager
def paging(sqs: S, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Page[S]]:
    """Start the webhook in this process, with these variables and the secrets of this module."""
    secrets = {"MESSENGER_APP_SECRET": f"{SECRET}, the next one", "MESSENGER_VERIFY_TOKEN": VERIFY}
    for name, value in {**variables, **secrets}.items():
        monkeypatch.setenv(name, value)
    forget()
    with Client(bot.app, stage_name="dev", project_dir=str(Path(bot.__file__).parent)) as client:
        yield Page(client, sqs, variables)
    forget()


@contextmanager
def standing(
    graph: ServerInfo, sqs: Any, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stand]:
    """Start webhook and worker in this process."""
    graph.conversation.clear()
    own = {"GRAPH_API_URL": graph.graph_api_url, "MESSENGER_PAGE_TOKEN": PAGE_TOKEN}
    with paging(sqs, {**variables, **own}, monkeypatch) as page:
        yield Stand(page.client, page.sqs, page.variables, graph)


def forget() -> None:
    """Let the bot read its environment again, as a fresh process does."""
    if bot.worker.cache_info().currsize:
        bot.worker().close()
    for function in (bot.config, bot.queue, bot.worker):
        function.cache_clear()
