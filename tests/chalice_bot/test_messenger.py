"""Every kind of failure of the Send API, shown by the local Graph API over real HTTP."""

import socket
from collections.abc import Callable, Iterator
from threading import Event

import pytest
import requests
from chalicelib import messenger as sending
from chalicelib.errors import (
    AccessRefused,
    MessageRefused,
    PartlySent,
    PersonUnreachable,
    SendFailed,
    TemporarySendFailure,
    Throttled,
    UncertainSend,
    WindowClosed,
)
from chalicelib.messenger import Messenger
from chalicelib.payloads import compose
from chalicelib.reply import Card, Reply

from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.server import ServerInfo, serving

TWO = compose(Reply("artist", "en", "heading", (Card("aespa", "why"),)), "2017000000000001")


PERSON = "2017000000000001"
NOW = 1_790_000_000.0


@pytest.fixture(scope="module")
def running() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture
def graph(running: ServerInfo) -> ServerInfo:
    running.conversation.clear()
    running.threads.clear(PERSON)
    return running


@pytest.fixture
def speak(graph: ServerInfo) -> Iterator[Callable[..., Messenger]]:
    """Makes messengers that note their pauses instead of waiting, and closes them."""
    made: list[Messenger] = []

    def make(
        url: str = graph.graph_api_url,
        token: str = PAGE_TOKEN,
        pauses: list[float] | None = None,
        clock: Callable[[], float] = lambda: NOW,
    ) -> Messenger:
        made.append(Messenger(url, token, (pauses if pauses is not None else []).append, clock))
        return made[-1]

    yield make
    for messenger in made:
        messenger.close()


def kinds(graph: ServerInfo) -> list[str]:
    return ["text" if "text" in entry["body"]["message"] else "cards" for entry in graph.conversation.messages()]


def test_a_reply_is_sent_in_order(graph: ServerInfo, speak: Callable[..., Messenger]) -> None:
    speak().deliver(TWO)
    assert kinds(graph) == ["text", "cards"]


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"code": 10, "subcode": 2018278}, PersonUnreachable),
        ({"code": 551, "subcode": 1545041}, PersonUnreachable),
        ({"code": 10}, MessageRefused),
        ({"code": 100}, MessageRefused),
        ({"code": 190}, AccessRefused),
        ({"code": 200}, AccessRefused),
        ({"code": 4}, Throttled),
        ({"code": 613}, Throttled),
        ({"code": 98765, "status": 400}, MessageRefused),
        ({"code": 98765, "status": 429}, Throttled),
    ],
)
def test_a_final_failure_is_told_by_kind_and_not_repeated(
    graph: ServerInfo, speak: Callable[..., Messenger], fault: dict[str, int], kind: type[SendFailed]
) -> None:
    graph.conversation.misbehave([fault])
    with pytest.raises(kind) as failure:
        speak().deliver(TWO)
    assert failure.value.code == fault["code"]
    assert kinds(graph) == []


@pytest.mark.parametrize(
    "fault", [{"code": 1200}, {"code": 1, "subcode": 99}, {"code": 2}, {"code": 98765, "status": 500}]
)
def test_a_temporary_failure_is_tried_three_times(
    graph: ServerInfo, speak: Callable[..., Messenger], fault: dict[str, int]
) -> None:
    pauses: list[float] = []
    graph.conversation.misbehave([{**fault, "times": 2}])
    speak(pauses=pauses).deliver(TWO)
    assert (kinds(graph), pauses) == (["text", "cards"], [0.3, 1.0])
    graph.conversation.misbehave([{**fault, "times": 3}])
    with pytest.raises(TemporarySendFailure):
        speak().deliver(TWO)
    assert len(kinds(graph)) == 2


def test_once_part_is_sent_nothing_is_worth_repeating(graph: ServerInfo, speak: Callable[..., Messenger]) -> None:
    graph.conversation.misbehave([{"code": 613, "skip": 1}])
    with pytest.raises(PartlySent, match="1 of 2"):
        speak().deliver(TWO)
    assert kinds(graph) == ["text"]


def test_a_missing_answer_is_not_repeated(
    graph: ServerInfo, speak: Callable[..., Messenger], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "_SECONDS", (1, 0.1))
    graph.conversation.misbehave([{"after_sending": True, "wait_seconds": 0.4}])
    with pytest.raises(UncertainSend):
        speak().deliver(TWO)
    assert kinds(graph) == ["text"]


def test_after_too_many_nothing_is_sent_for_a_moment(graph: ServerInfo, speak: Callable[..., Messenger]) -> None:
    pauses: list[float] = []
    now = [NOW]
    messenger = speak(pauses=pauses, clock=lambda: now[0])
    graph.conversation.misbehave([{"code": 613}])
    with pytest.raises(Throttled):
        messenger.deliver(TWO)
    now[0] += 0.5
    messenger.deliver(TWO[:1])
    assert pauses == [1.5]
    now[0] += 2
    messenger.deliver(TWO[1:])
    assert (pauses, kinds(graph)) == ([1.5], ["text", "cards"])


@pytest.mark.parametrize(("hours", "is_open"), [(0, True), (23.9, True), (24.1, False)])
def test_the_window_closes_24_hours_after_the_last_act(
    speak: Callable[..., Messenger], hours: float, is_open: bool
) -> None:
    check = speak().check_window
    last_act = round((NOW - hours * 3600) * 1000)
    if is_open:
        check(last_act)
    else:
        with pytest.raises(WindowClosed):
            check(last_act)


def test_a_message_without_a_time_is_answered(speak: Callable[..., Messenger]) -> None:
    speak().check_window(0)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_an_answer_that_takes_more_than_a_moment_is_announced(
    graph: ServerInfo, speak: Callable[..., Messenger], monkeypatch: pytest.MonkeyPatch, is_wanted: bool
) -> None:
    asked = Event()

    def want() -> bool:
        asked.set()
        return is_wanted

    monkeypatch.setattr(sending, "_SOON_SECONDS", 0)
    messenger = speak()
    with messenger.typing(PERSON, want):
        assert asked.wait(10)
    messenger.close()  # for that a message is read nobody waits
    shown = requests.get(f"{graph.origin}/chat/{PERSON}").json()
    assert (shown["is_typing"], shown["seen_ms"] > 0) == (is_wanted, True)
    assert kinds(graph) == []


def test_an_answer_at_once_is_not_announced(speak: Callable[..., Messenger], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_SOON_SECONDS", 60)
    with speak().typing(PERSON, lambda: pytest.fail("it was to be announced")):
        pass


@pytest.mark.parametrize("broken", [{"token": "wrong"}, {"url": "http://127.0.0.1:1/v26.0"}])
def test_an_announcement_that_fails_is_no_failure(
    speak: Callable[..., Messenger], monkeypatch: pytest.MonkeyPatch, broken: dict[str, str]
) -> None:
    monkeypatch.setattr(sending, "_SOON_SECONDS", 0)
    asked = Event()
    with speak(**broken).typing(PERSON, lambda: asked.set() or True):  # type: ignore[func-returns-value]
        assert asked.wait(10)


def test_a_persons_locale_is_asked_for_once(graph: ServerInfo, speak: Callable[..., Messenger]) -> None:
    messenger = speak()
    graph.threads.change(PERSON, "ko_KR")
    assert messenger.locale_of(PERSON) == "ko_KR"
    graph.threads.change(PERSON, "en_US")
    assert messenger.locale_of(PERSON) == "ko_KR"


@pytest.mark.parametrize("broken", [{"token": "wrong"}, {"url": "http://127.0.0.1:1/v26.0"}])
def test_a_locale_that_may_not_be_known_is_none(speak: Callable[..., Messenger], broken: dict[str, str]) -> None:
    assert speak(**broken).locale_of(PERSON) is None


def test_no_failure_tells_the_token(graph: ServerInfo, speak: Callable[..., Messenger]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}/v26.0"
        with pytest.raises(TemporarySendFailure) as failure:
            speak(nobody, token="secret-token").deliver(TWO)
    assert "secret-token" not in str(failure.value)
    assert failure.value.__cause__ is None and failure.value.__suppress_context__
    with pytest.raises(AccessRefused) as refused:
        speak(token="secret-token").deliver(TWO)
    assert "secret-token" not in str(refused.value)
