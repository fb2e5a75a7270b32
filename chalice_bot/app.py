"""The bot's routes: verify, receive, consume. Everything else is in chalicelib/."""

import hmac
import logging
import os
from collections.abc import Mapping
from functools import cache

import boto3
from botocore.config import Config as AwsConfig
from botocore.exceptions import BotoCoreError
from chalice.app import BadRequestError, Chalice, ForbiddenError, NotFoundError, Request, Response, SQSEvent
from chalicelib import waiting, webhook
from chalicelib.answering import answer
from chalicelib.catalogue import Catalogue, open_pool
from chalicelib.config import Config, read_config, require
from chalicelib.errors import (
    AccessRefused,
    BadPayload,
    BadSignature,
    BotError,
    NotConfigured,
    QueueUnavailable,
    TemporarySendFailure,
    Throttled,
)
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.snapshot import Connection
from psycopg_pool import ConnectionPool

app = Chalice(app_name="segue")
logging.getLogger("segue").setLevel(logging.INFO)
_log = logging.getLogger("segue.app")
_SOON = AwsConfig(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
_PLAIN: dict[str, str | list[str]] = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


@cache
def config() -> Config:
    """The environment of this process, read at its first event."""
    return read_config(os.environ)


@cache
def pool() -> ConnectionPool[Connection]:
    """Connections that live as long as this process."""
    return open_pool(require(config(), "postgres_url").postgres_url)


@cache
def catalogue() -> Catalogue:
    """The published generation, through the pool."""
    return Catalogue(pool().connection)


@cache
def messenger() -> Messenger:
    """The page's voice."""
    settings = require(config(), "page_token")
    return Messenger(settings.graph_api_url, settings.page_token)


@cache
def queue() -> waiting.Queue:
    """The queue that the worker empties."""
    return waiting.Queue(boto3.client("sqs"), config().queue_url)


@cache
def memory() -> Memory | None:
    """What people asked and told; without a key to hash them by, nothing is remembered."""
    if not config().person_key:
        return None
    try:
        return Memory(boto3.client("dynamodb", config=_SOON), config().bot_table, config().person_key)
    except BotoCoreError as error:
        _log.error("nothing is remembered: no client of DynamoDB (%s)", error)
        return None


@app.route("/webhook", methods=["GET"])
def verify() -> Response:
    """Messenger's check that this URL is ours: the right token gets its challenge back, as plain text."""
    query: Mapping[str, str] = _request().query_params or {}
    expected = require(config(), "verify_token").verify_token
    given = query.get("hub.verify_token") or ""
    right = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
    challenge = query.get("hub.challenge")
    if not right or query.get("hub.mode") != "subscribe" or challenge is None:
        raise ForbiddenError("verification failed")
    return Response(challenge, status_code=200, headers=_PLAIN)


@app.route("/webhook", methods=["POST"])
def receive() -> Response:
    """A delivery: checked as bytes, then parsed, then queued (or answered here where there is no queue)."""
    raw = _raw_body()
    if len(raw) > webhook.LARGEST_BODY:
        return Response("too large", status_code=413, headers=_PLAIN)
    try:
        webhook.check_signature(raw, _request().headers.get("x-hub-signature-256"), _app_secrets())
        delivery = webhook.parse(raw)
    except BadSignature as error:
        _log.warning("refused a delivery: %s", error)
        raise ForbiddenError("bad signature") from None
    except BadPayload as error:
        _log.warning("refused a delivery: %s", error)
        raise BadRequestError("malformed") from None
    if delivery.get("object") != "page":
        raise NotFoundError("not a page")
    return _take(webhook.messages(delivery))


@app.on_sqs_message(queue="segue-messages.fifo", batch_size=1, name="consume")
def consume(event: SQSEvent) -> None:
    """Answer one queued message. What may pass later is raised, so that the queue delivers it again.

    A missing variable and a page token that is no longer valid are mended by somebody: until then nobody's message is
    at fault, so they wait too, in the end among the dead letters.
    """
    for record in event:
        try:
            answer(catalogue(), messenger(), webhook.message_from_json(record.body), memory())
        except (TemporarySendFailure, Throttled, AccessRefused, NotConfigured):
            raise
        except BotError as error:
            _log.error("gave up on a message: %s", error)


def _request() -> Request:
    assert app.current_request is not None, "only routes ask for the request"
    return app.current_request


def _raw_body() -> bytes:
    """The bytes as they came; Chalice hands an absent body over as text."""
    body = _request().raw_body
    return body.encode() if isinstance(body, str) else body


def _app_secrets() -> tuple[str, ...]:
    return require(config(), "app_secrets").app_secrets


def _take(messages: list[webhook.Message]) -> Response:
    if config().queue_url:
        try:
            for message in messages:
                queue().put(message)
        except QueueUnavailable as error:
            _log.error("%s", error)
            return Response("try again", status_code=503, headers=_PLAIN)
    else:
        for message in messages:
            _answer_here(message)
    return Response("EVENT_RECEIVED", status_code=200, headers=_PLAIN)


def _answer_here(message: webhook.Message) -> None:
    """Answer without a queue; a message that fails must not make Messenger repeat the whole delivery."""
    try:
        answer(catalogue(), messenger(), message, memory())
    except BotError as error:
        _log.error("no answer: %s", error)
    except Exception as error:  # the top of the webhook: a fault of ours, told by its type alone
        _log.error("no answer: %s, a fault in the bot", type(error).__name__)
