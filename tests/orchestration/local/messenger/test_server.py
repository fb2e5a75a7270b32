"""The local Graph API over real HTTP: it takes what Messenger takes and refuses what Messenger refuses."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from orchestration.local.messenger import PAGE_ID, PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo, serving

PERSON = "2017000000000001"


@pytest.fixture(scope="module")
def running() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture
def server(running: ServerInfo) -> ServerInfo:
    running.conversation.clear()
    return running


def post(server: ServerInfo, body: Any, *, token: str = PAGE_TOKEN, page: str = "me") -> requests.Response:
    url = f"{server.graph_api_url}/{page}/messages"
    return requests.post(url, params={"access_token": token}, json=body, timeout=10)


def said(message: Any, **top: Any) -> dict[str, Any]:
    return {"recipient": {"id": PERSON}, "messaging_type": "RESPONSE", "message": message, **top}


def carousel(*elements: Any) -> dict[str, Any]:
    return said(
        {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": list(elements)}}}
    )


def test_same_message_twice_is_taken_twice_and_kept_in_order(server: ServerInfo) -> None:
    first, second = post(server, said({"text": "에스파"})), post(server, said({"text": "에스파"}), page=PAGE_ID)
    assert first.json()["recipient_id"] == PERSON
    assert first.json()["message_id"] != second.json()["message_id"]
    log = requests.get(f"{server.origin}/_control/messages", timeout=10).json()
    assert [entry["body"]["message"]["text"] for entry in log] == ["에스파", "에스파"]


def test_typing_is_answered_without_a_message_id(server: ServerInfo) -> None:
    answer = post(server, {"recipient": {"id": PERSON}, "sender_action": "typing_on"})
    assert answer.json() == {"recipient_id": PERSON}


BUTTON = {"type": "postback", "title": "t", "payload": "p"}
CARD = {"title": "aespa", "subtitle": "s"}
REPLY = {"content_type": "text", "title": "t", "payload": "p"}


@pytest.mark.parametrize(
    "body",
    [
        said({"text": "a" * 1999}),
        said({"text": "🎵" * 999}),
        said({"text": "t", "quick_replies": [REPLY] * 13}),
        said({"text": "t", "metadata": "m" * 999}),
        said({"text": "t"}, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT"),
        carousel(*[CARD] * 10),
        carousel({"title": "t" * 80, "subtitle": "s" * 80, "buttons": [BUTTON] * 3}),
        carousel({"title": "t", "default_action": {"type": "web_url", "url": "https://open.spotify.com/artist/1"}}),
        carousel({"title": "t", "buttons": [{"type": "postback", "title": "t" * 20, "payload": "p" * 1000}]}),
    ],
)
def test_what_just_fits_is_taken(server: ServerInfo, body: Any) -> None:
    assert post(server, body).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        said({}),
        said({"text": ""}),
        said({"text": " "}),
        said({"text": 5}),
        said({"text": "a" * 2000}),
        said({"text": "🎵" * 1000}),
        said({"text": "t", "attachment": {"type": "image", "payload": {"url": "https://i.example/"}}}),
        said({"quick_replies": [REPLY]}),
        said({"text": "t", "quick_replies": [REPLY] * 14}),
        said({"text": "t", "quick_replies": [{**REPLY, "title": "t" * 21}]}),
        said({"text": "t", "quick_replies": [{**REPLY, "payload": "p" * 1001}]}),
        said({"text": "t", "metadata": "m" * 1000}),
        said({"text": "t", "surprise": 1}),
        said({"text": "t"}, messaging_type=None),
        said({"text": "t"}, messaging_type="MESSAGE_TAG", tag="ACCOUNT_UPDATE"),
        said({"text": "t"}, tag="HUMAN_AGENT"),
        said({"text": "t"}, sender_action="typing_on"),
        said({"text": "t"}, recipient={"id": 5}),
        said({"text": "t"}, recipient={"id": "nobody"}),
        {"recipient": {"id": PERSON}, "sender_action": "dance"},
        carousel(),
        carousel(*[CARD] * 11),
        carousel({"title": "alone"}),
        carousel({"title": "t" * 81, "subtitle": "s"}),
        carousel({"title": "t", "subtitle": "s" * 81}),
        carousel({"title": "t", "subtitle": ""}),
        carousel({"title": "t", "image_url": "ftp://i.example/"}),
        carousel({"title": "t", "buttons": []}),
        carousel({"title": "t", "buttons": [BUTTON] * 4}),
        carousel({"title": "t", "buttons": [{**BUTTON, "title": "t" * 21}]}),
        carousel({"title": "t", "buttons": [{"type": "web_url", "title": "t", "url": "javascript:alert(1)"}]}),
        carousel({"title": "t", "default_action": {"type": "web_url", "url": "https://x.example/", "title": "t"}}),
        said({"attachment": {"type": "template", "payload": {"template_type": "button", "text": "t", "buttons": []}}}),
        said(
            {
                "attachment": {
                    "type": "template",
                    "payload": {"template_type": "button", "text": "t" * 641, "buttons": [BUTTON]},
                }
            }
        ),
        said({"attachment": {"type": "template", "payload": {"template_type": "list", "elements": [CARD]}}}),
        said({"attachment": {"type": "sticker", "payload": {"url": "https://i.example/"}}}),
    ],
)
def test_what_breaks_a_limit_is_refused_with_error_100(server: ServerInfo, body: Any) -> None:
    answer = post(server, body)
    assert answer.status_code == 400
    assert answer.json()["error"].keys() >= {"message", "type", "code", "fbtrace_id"}
    assert answer.json()["error"]["code"] == 100
    assert server.conversation.messages() == []


@pytest.mark.parametrize("token", ["", "wrong", "토큰"])
def test_a_wrong_token_is_refused_with_error_190(server: ServerInfo, token: str) -> None:
    answer = post(server, said({"text": "t"}), token=token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_faults_are_shown_in_order_and_then_it_works_again(server: ServerInfo) -> None:
    rules = [{"code": 1200, "times": 2}, {"code": 551, "subcode": 1545041}]
    assert requests.post(f"{server.origin}/_control/faults", json=rules, timeout=10).json() == {"waiting": 2}
    answers = [post(server, said({"text": "t"})) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [500, 500, 400, 200]
    assert answers[2].json()["error"]["error_subcode"] == 1545041
    assert len(server.conversation.messages()) == 1


def test_a_fault_after_sending_keeps_the_message(server: ServerInfo) -> None:
    server.conversation.misbehave([{"code": 2, "after_sending": True}])
    assert post(server, said({"text": "t"})).status_code == 500
    assert len(server.conversation.messages()) == 1


@pytest.mark.parametrize("rules", [{}, [5], [{}], [{"cod": 1}], [{"code": "1"}], [{"times": -1}]])
def test_a_senseless_fault_rule_is_refused(server: ServerInfo, rules: Any) -> None:
    answer = requests.post(f"{server.origin}/_control/faults", json=rules, timeout=10)
    assert answer.status_code == 400
    assert "fault rule" in answer.json()["error"].lower()


@pytest.mark.parametrize("path", ["/v25.0/me/messages", "/v26.0/me/nothing", "/"])
def test_an_unknown_path_is_refused_in_metas_shape(server: ServerInfo, path: str) -> None:
    assert requests.post(server.origin + path, json={}, timeout=10).json()["error"]["code"] == 2500


def test_another_pages_messages_are_refused(server: ServerInfo) -> None:
    assert post(server, said({"text": "t"}), page="42").json()["error"]["error_subcode"] == 33


@pytest.mark.slow
def test_command_says_where_it_listens_and_stops_on_sigterm() -> None:
    command = [sys.executable, "-m", "orchestration.local.messenger"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        origin = process.stdout.readline().removeprefix("listening on ").strip()
        assert requests.get(f"{origin}/_control/health", timeout=10).json()["status"] == "ok"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""
