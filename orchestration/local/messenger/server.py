"""The Graph API over HTTP on 127.0.0.1, the chat page in front of it, and /_control to look and to disturb."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from flask import Flask, Response, jsonify, request
from waitress import create_server, wasyncore  # type: ignore[import-untyped]

from orchestration.local.messenger import PAGE_ID, PAGE_TOKEN, VERSION, app_scoped, events
from orchestration.local.messenger.chat import WAITING, chat
from orchestration.local.messenger.conversation import Conversation
from orchestration.local.messenger.errors import ControlError, GraphError
from orchestration.local.messenger.limits import check
from orchestration.local.messenger.profile import Profile
from orchestration.local.messenger.subscription import Subscription, Webhook
from orchestration.local.messenger.threads import Threads

_LARGEST_BODY = 1_000_000


@dataclass(frozen=True)
class ServerInfo:
    """Where a running server is, and its memory for tests in the same process."""

    origin: str
    conversation: Conversation
    threads: Threads
    subscription: Subscription

    @property
    def graph_api_url(self) -> str:
        """Return the value for GRAPH_API_URL."""
        return f"{self.origin}/{VERSION}"


def make_app(
    conversation: Conversation, threads: Threads, subscription: Subscription, page_token: str, stopping: Event
) -> Flask:
    """Wire routes to what they change; `stopping` ends waits that a fault asked for."""
    app = Flask("messenger", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_BODY
    page_id, profile = subscription.page, Profile()
    app.register_blueprint(chat(threads, profile, subscription, page_id))

    @app.post(f"/{VERSION}/<page>/messages")
    def send(page: str) -> Any:
        body = _body()
        fault = conversation.next_fault() if "sender_action" not in body else None
        if fault and fault.wait_seconds and not fault.after_sending:
            stopping.wait(fault.wait_seconds)
        _check_token(page_token)
        _check_page(page)
        recipient = check(body)
        threads.check_window(recipient)
        if fault and fault.error and not fault.after_sending:
            raise fault.error
        answer = conversation.take(page_id, recipient, body)
        threads.sent(recipient, body)
        _tell(recipient, answer.get("message_id"), body.get("message"))
        if fault and fault.after_sending:
            stopping.wait(fault.wait_seconds)
            if fault.error:
                raise fault.error
        return jsonify(answer)

    @app.route(f"/{VERSION}/<page>/messenger_profile", methods=["GET", "POST", "DELETE"])
    def messenger_profile(page: str) -> Any:
        _check_token(page_token)
        _check_page(page)
        if request.method == "GET":
            return jsonify({"data": profile.get(request.args.get("fields", ""))})
        if request.method == "POST":
            profile.set(_body())
        else:
            profile.delete(_body().get("fields"))
        return jsonify({"result": "success"})

    @app.get(f"/{VERSION}/<person>")
    def person(person: str) -> Any:
        _check_token(page_token)
        known = {"id": person, "locale": threads.locale_of(person)}
        wanted = request.args.get("fields", "").split(",")
        return jsonify({name: value for name, value in known.items() if name in (*wanted, "id")})

    @app.get(f"/{VERSION}/<identifier>/ids_for_pages")
    def ids_for_pages(identifier: str) -> Any:
        _check_token(page_token)
        known = conversation.messages(app_scoped(identifier))
        return jsonify({"data": [{"id": app_scoped(identifier), "page": {"id": page_id}}] if known else []})

    def _check_page(page: str) -> None:
        if page not in ("me", page_id):
            raise GraphError(100, f"Unsupported post request. Object with ID '{page}' does not exist", subcode=33)

    def _tell(person: str, mid: str | None, message: dict[str, Any] | None) -> None:
        """Echo, delivery and read, as they follow a message to a person whose Messenger is open."""
        if mid is None or message is None:
            return
        now = events.now_ms()
        subscription.send(events.echo(person, page_id, mid, message))
        subscription.send(events.delivered(person, page_id, mid, now))
        subscription.send(events.read(person, page_id, now))

    @app.post("/_control/webhook")
    def subscribe() -> Any:
        words = _body()
        try:
            webhook = Webhook(**words)
        except TypeError:
            raise ControlError("A webhook has url, app_secret and verify_token, and may have copies.") from None
        subscription.subscribe(webhook)
        return "", 204

    @app.get("/_control/health")
    def health() -> Any:
        return jsonify({"status": "ok", "messages": len(conversation.messages())})

    @app.get("/_control/messages")
    def messages() -> Any:
        return jsonify(conversation.messages(request.args.get("recipient")))

    @app.delete("/_control/messages")
    def clear() -> Any:
        conversation.clear()
        return "", 204

    @app.post("/_control/faults")
    def faults() -> Any:
        return jsonify({"waiting": conversation.misbehave(request.get_json(force=True, silent=True))})

    @app.errorhandler(GraphError)
    def refuse(error: GraphError) -> tuple[Response, int]:
        return jsonify(error.body(secrets.token_urlsafe(8))), error.status

    @app.errorhandler(ControlError)
    def refuse_control(error: ControlError) -> tuple[Response, int]:
        return jsonify({"error": str(error)}), 400

    @app.errorhandler(404)
    @app.errorhandler(405)
    def unknown(_: Exception) -> tuple[Response, int]:
        return refuse(GraphError(2500, f"Unknown path components: {request.path}", status=404))

    @app.errorhandler(413)
    def too_large(_: Exception) -> tuple[Response, int]:
        return refuse(GraphError(100, "(#100) The request is too large", status=413))

    return app


def _check_token(expected: str) -> None:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    given = request.args.get("access_token") or bearer
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise GraphError(100, "(#100) The request's body must be a JSON object in UTF-8")
    return body


@contextmanager
def serving(port: int = 0, page_token: str = PAGE_TOKEN, page_id: str = PAGE_ID) -> Iterator[ServerInfo]:
    """Serve on 127.0.0.1, on a free port by default, until the block ends."""
    conversation, threads, subscription, stopping = Conversation(), Threads(), Subscription(page_id), Event()
    app = make_app(conversation, threads, subscription, page_token, stopping)
    server = create_server(app, host="127.0.0.1", port=port, threads=WAITING + 12, ident=None)
    thread = Thread(target=server.run, name="messenger", daemon=True)
    thread.start()
    try:
        yield ServerInfo(f"http://127.0.0.1:{server.effective_port}", conversation, threads, subscription)
    finally:
        stopping.set()
        threads.wake()
        subscription.close()
        server.task_dispatcher.shutdown()
        with suppress(OSError):  # an earlier wake-up of the loop may run the lambda and close what we would write to
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join()
