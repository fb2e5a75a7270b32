"""The Messenger Profile API: what it takes, what it refuses, what a person sees of it."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.errors import GraphError
from orchestration.local.messenger.profile import Profile
from orchestration.local.messenger.server import ServerInfo, serving

STARTED = {"get_started": {"payload": "GET_STARTED"}}
ITEM = {"type": "postback", "title": "Help", "payload": "HELP"}


def menu(title: str, locale: str = "default") -> dict[str, Any]:
    return {"locale": locale, "composer_input_disabled": False, "call_to_actions": [{**ITEM, "title": title}]}


@pytest.fixture
def messenger() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


def test_a_profile_is_set_read_seen_by_locale_and_unset(messenger: ServerInfo) -> None:
    url = f"{messenger.graph_api_url}/me/messenger_profile?access_token={PAGE_TOKEN}"
    body = {**STARTED, "persistent_menu": [menu("Help"), menu("도움말", "ko_KR")]}
    assert requests.post(url, json=body).json() == {"result": "success"}
    assert requests.get(f"{url}&fields=get_started,greeting").json() == {"data": [STARTED]}
    requests.patch(f"{messenger.origin}/chat/1", json={"locale": "ko_KR"})
    titles = [
        requests.get(f"{messenger.origin}/chat/{person}/profile").json()["persistent_menu"]["call_to_actions"][0][
            "title"
        ]
        for person in "12"
    ]
    assert titles == ["도움말", "Help"]
    assert requests.delete(url, json={"fields": ["persistent_menu"]}).json() == {"result": "success"}
    assert requests.get(f"{url}&fields=persistent_menu").json() == {"data": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"unknown": 1},
        {"get_started": {"payload": "P" * 1001}},
        {"persistent_menu": [menu("Help")]},
        {**STARTED, "persistent_menu": [menu("Help", "ko_KR")]},
        {**STARTED, "persistent_menu": [menu("T" * 31)]},
        {**STARTED, "persistent_menu": [{"locale": "default", "call_to_actions": [ITEM] * 21}]},
        {"greeting": [{"locale": "default", "text": "에" * 161}]},
        {"greeting": [{"text": "no locale"}]},
        {"ice_breakers": [{"locale": "default", "call_to_actions": [{"question": "q", "payload": "p"}] * 5}]},
        {"ice_breakers": [{"locale": "default", "call_to_actions": [{"question": "q"}]}]},
        {"commands": [{"locale": "default", "commands": [{"name": "n" * 33, "description": "d"}]}]},
    ],
)
def test_what_breaks_a_limit_is_refused_as_a_whole(body: dict[str, Any]) -> None:
    profile = Profile()
    with pytest.raises(GraphError) as refused:
        profile.set(body)
    assert refused.value.code == 100
    assert profile.fields == {}


def test_ten_calls_in_ten_minutes_are_enough() -> None:
    now = [0.0]
    profile = Profile(_clock=lambda: now[0])
    for _ in range(10):
        profile.set(STARTED)
    with pytest.raises(GraphError) as refused:
        profile.get("get_started")
    assert refused.value.code == 613
    now[0] = 600.0
    assert profile.get("get_started") == [STARTED]
