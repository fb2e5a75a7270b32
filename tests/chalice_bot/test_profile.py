"""What `setup` gives the page is within the limits of the Profile API, which the local one enforces."""

from collections.abc import Iterator
from typing import Any

import hypothesis.strategies as st
import pytest
import requests
from chalicelib import actions
from chalicelib.__main__ import main
from chalicelib.music import Artist
from chalicelib.profile import profile
from hypothesis import given, settings

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.profile import Profile
from orchestration.local.messenger.server import ServerInfo, serving
from tests.chalice_bot.rows import identifier

NAMES = st.text(min_size=1, max_size=300) | st.sampled_from(["👨‍👩‍👧‍👦" * 30, "에" * 200])


@pytest.fixture(scope="module")
def graph() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@settings(max_examples=50, deadline=None)
@given(st.lists(NAMES, max_size=6))
def test_no_profile_breaks_a_limit(names: list[str]) -> None:
    Profile().set(profile([Artist(identifier("aespa"), name) for name in names]))


def test_every_button_of_it_is_one_that_the_bot_reads() -> None:
    body = profile([Artist(identifier("aespa"), "aespa")])
    items = [
        item for field in ("persistent_menu", "ice_breakers") for one in body[field] for item in one["call_to_actions"]
    ]
    assert len(items) == 2 * 3 + 2 * 2
    assert [item for item in [*items, body["get_started"]] if actions.read(item["payload"]) is None] == []


@pytest.mark.parametrize(
    ("locale", "titles", "question"),
    [
        ("ko_KR", ["뭘 할 수 있어요?", "Speak English", "내 기록 지우기"], "aespa 다음에 누구를 들을까요?"),
        ("fr_FR", ["What can you do?", "한국어로 말하기", "Delete what you know of me"], "Who to hear after aespa?"),
    ],
)
def test_a_person_sees_it_in_the_own_language_or_in_english(
    graph: ServerInfo, postgres_url: str, locale: str, titles: list[str], question: str
) -> None:
    variables = {
        "SEGUE_POSTGRES_URL": postgres_url,
        "MESSENGER_PAGE_TOKEN": PAGE_TOKEN,
        "GRAPH_API_URL": graph.graph_api_url,
    }
    assert main(["setup"], variables) == 0
    graph.threads.change("7", locale)
    seen: dict[str, Any] = requests.get(f"{graph.origin}/chat/7/profile").json()
    assert [item["title"] for item in seen["persistent_menu"]["call_to_actions"]] == titles
    assert seen["ice_breakers"]["call_to_actions"][0]["question"] == question


def test_a_wrong_token_is_told_by_its_kind(
    graph: ServerInfo, postgres_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    variables = {
        "SEGUE_POSTGRES_URL": postgres_url,
        "MESSENGER_PAGE_TOKEN": "old",
        "GRAPH_API_URL": graph.graph_api_url,
    }
    assert main(["setup"], variables) == 1
    assert "code 190" in capsys.readouterr().err
