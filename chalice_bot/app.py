"""The bot's routes: verify, receive, consume. Everything else is in chalicelib/.

What only the worker needs is imported by the worker, so that the webhook starts quickly.
"""

import hmac
import logging
import os
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from chalice.app import (
    BadRequestError,
    Chalice,
    CloudWatchEvent,
    ConvertToMiddleware,
    ForbiddenError,
    NotFoundError,
    Rate,
    Request,
    Response,
    SQSEvent,
)
from chalicelib import observing, waiting, webhook
from chalicelib.config import Config, read_config, require
from chalicelib.errors import BadPayload, BadSignature, QueueUnavailable

if TYPE_CHECKING:
    from chalicelib.memory import Memory
    from chalicelib.worker import Worker

app = Chalice(app_name="segue", configure_logs=False)
for _wrapper in observing.observed():
    app.register_middleware(ConvertToMiddleware(_wrapper))
_log = logging.getLogger("segue.app")
_PLAIN: dict[str, str | list[str]] = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}


@cache
def config() -> Config:
    """The environment of this process, read at its first event."""
    return read_config(os.environ)


@cache
def queue() -> waiting.Queue:
    """The queue that the worker empties."""
    return waiting.Queue(_client("sqs"), require(config(), "queue_url").queue_url)


@cache
def worker() -> "Worker":
    """What answers; it lives as long as this process, its connections with it."""
    from chalicelib.staff import hire

    return hire(config(), _client("sqs"), _client("dynamodb"))


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
    """A delivery: checked as bytes, then parsed, then queued. Nothing else, as Messenger waits."""
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


@app.route("/deletion", methods=["POST"], content_types=["application/x-www-form-urlencoded"])
def ask_for_deletion() -> Response:
    """Facebook's callback for somebody who wants to be forgotten: checked, queued, told where to look."""
    from chalicelib import deletion

    form = parse_qs(_raw_body()[: webhook.LARGEST_BODY].decode("utf-8", "replace"))
    try:
        person = deletion.app_scoped_id(form.get("signed_request", [""])[0], _app_secrets())
    except (BadSignature, BadPayload) as error:
        _log.warning("refused a request for deletion: %s", error)
        raise ForbiddenError("bad signed_request") from None
    code = deletion.new_code()
    now = int(time.time() * 1000)
    taken = _take([webhook.Message(person, code, mid=f"deletion {code}", timestamp_ms=now, kind="deletion")])
    if taken.status_code != 200:
        return taken
    return Response({"url": _own_url(code), "confirmation_code": code})


@app.route("/deletion/{code}", methods=["GET"])
def show_deletion(code: str) -> Response:
    """For a person to read: what came of a request to be forgotten."""
    from chalicelib import deletion
    from chalicelib.deletion_page import page

    if not deletion.is_code(code):
        raise NotFoundError("there is no such request")
    html = page(_remembered().deletion(code), code, _request().headers.get("accept-language", ""))
    return Response(html, headers={**_PLAIN, "Content-Type": "text/html; charset=utf-8"})


@app.on_sqs_message(queue="segue-messages.fifo", batch_size=5, name="consume")
def consume(event: SQSEvent) -> Any:
    """Answer queued messages; the response names those that the queue shall deliver again."""
    return worker().work(event.to_dict())


@app.schedule(Rate(1, unit=Rate.MINUTES), name="catch_up")
def catch_up(event: CloudWatchEvent) -> None:
    """Answer what is owed since a provider put it off, or since a worker died over it."""
    worker().catch_up()


def _take(messages: list[webhook.Message]) -> Response:
    try:
        queue().put(messages)
    except QueueUnavailable as error:
        _log.error("%s", error)
        return Response("try again", status_code=503, headers=_PLAIN)
    for message in messages:
        with observing.about(message.key):
            _log.info("queued: %s", message.kind)
    observing.count("Queued", len(messages))
    return Response("EVENT_RECEIVED", status_code=200, headers=_PLAIN)


def _remembered() -> "Memory":
    from chalicelib.memory import Memory

    return Memory(_client("dynamodb"), config().bot_table, require(config(), "person_key").person_key)


def _own_url(code: str) -> str:
    """Where this very route is, as the world sees it, and the code behind it."""
    headers, path = _request().headers, _request().context.get("path", "/deletion")
    return f"{headers.get('x-forwarded-proto', 'https')}://{headers.get('host', '')}{path}/{code}"


def _request() -> Request:
    assert app.current_request is not None, "only routes ask for the request"
    return app.current_request


def _raw_body() -> bytes:
    """The bytes as they came; Chalice hands an absent body over as text."""
    body = _request().raw_body
    return body.encode() if isinstance(body, str) else body


def _app_secrets() -> tuple[str, ...]:
    return require(config(), "app_secrets").app_secrets


def _client(service: str) -> Any:
    """A client that gives up before Messenger does: a delivery is acknowledged within five seconds, or not at all."""
    import boto3
    from botocore.config import Config as ClientConfig

    patience = ClientConfig(
        connect_timeout=1,
        read_timeout=2,
        retries={"total_max_attempts": 2, "mode": "standard"},
        parameter_validation=False,  # AWS validates as well; here it is a tenth of each call
        user_agent="segue",  # of its own making botocore builds it twice a call, which is another tenth
    )
    return boto3.client(service, config=patience)  # type: ignore[call-overload]  # the stubs know each service by a literal
