"""`segue chat` in a real browser: page, local Messenger, queue, worker and bot, as a person meets them."""

import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from orchestration.chat import serve
from orchestration.errors import CalledWrongly, ChatFailed
from orchestration.local.aws_client import client
from orchestration.local.stack import lease
from orchestration.settings import read_settings
from tests.chalice_bot import rows
from tests.segue_command import Segue, segue_in

pytestmark = pytest.mark.slow
_PATIENCE_MS = 30_000
GENERATION = "g20261123t013000z_abc123"
FOCUSED = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Segue, str]]:
    """A state folder with nothing published; its Postgres, whose address comes with it, runs until the last test."""
    with segue_in(tmp_path_factory.mktemp("chat") / "state") as segue, lease(segue.home, ["postgres"], {}) as services:
        yield segue, services["SEGUE_POSTGRES_URL"]


@pytest.fixture(scope="module")
def segue(bare: tuple[Segue, str]) -> Segue:
    """The same, with a small generation published by hand."""
    with psycopg.connect(bare[1]) as connection:
        rows.install(connection)
        rows.publish(connection, GENERATION)
        listed = "insert into serving.generations (generation, run_id, row_counts) values (%s, 'test', '{}')"
        connection.execute(listed, [GENERATION])
    return bare[0]


@pytest.fixture(scope="module")
def address(browser: Browser, segue: Segue) -> Iterator[str]:
    """Where the page of a running `segue chat` is; Ctrl-C ends it, and it says nothing more."""
    process = segue.start("chat")
    try:
        assert process.stdout is not None
        first, second = process.stdout.readline(), process.stdout.readline()
        assert second == "Ctrl-C ends it.\n"
        yield first.removeprefix("Chat with segue: ").strip()
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (0, "", "")


@dataclass
class Person:
    """One person's half of the page."""

    element: Locator

    def type(self, text: str) -> None:
        field = self.element.get_by_role("textbox")
        field.fill(text)
        field.press("Enter")

    def tap(self, name: str) -> None:
        self.element.get_by_role("button", name=name, exact=True).last.click()

    def sees(self, text: str) -> None:
        expect(self.element.get_by_role("log").locator(".theirs").filter(has_text=text).last).to_be_visible()

    def card(self, title: str) -> Locator:
        heading = self.element.page.locator("strong", has_text=re.compile(f"^{re.escape(title)}$"))
        return self.element.get_by_role("listitem").filter(has=heading).last

    def is_offered(self, title: str) -> None:
        expect(self.element.get_by_role("group").get_by_role("button", name=title, exact=True)).to_be_visible()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh window that reaches nothing beyond this machine; no script of the page may fail."""
    context = browser.new_context(locale="en-US", color_scheme="light")
    context.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)
    problems: list[str] = []

    def stay_here(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            route.abort()

    context.route("**/*", stay_here)
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def open_as(page: Page, address: str, query: str = "") -> Person:
    """Open the page and begin anew."""
    page.goto(address + query)
    person = Person(page.locator("#person-1"))
    person.tap("처음부터" if "lang=ko" in query else "Start over")
    expect(person.element.locator(".row.mine")).to_have_count(0)
    return person


def test_without_anything_published_it_says_what_to_type(bare: tuple[Segue, str], tmp_path: Path) -> None:
    with pytest.raises(ChatFailed, match="make run"):
        serve(read_settings({"SEGUE_HOME": str(bare[0].home)}, tmp_path))


def test_an_artist_brings_cards_with_reasons(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.type("AESPA")
    person.sees("Artists to hear after aespa")
    first = person.card("IVE")
    expect(first).to_contain_text("both k-pop girl group and k-pop; close in energy")
    expect(first).to_contain_text("Start with: LOVE DIVE")
    song = first.get_by_role("link", name="▶ LOVE DIVE")
    expect(song).to_have_attribute("href", f"https://open.spotify.com/track/{rows.identifier('lovedive')}")
    expect(first.locator(".picture img")).to_have_count(0)  # the picture cannot be had, so its letter stays
    first.get_by_role("button", name="Why?").click()
    person.sees("close in energy: aespa 71 of 100, IVE 69 of 100")
    person.tap("Similar artists")
    person.sees("I know IVE")


def test_a_song_brings_songs_of_others_or_of_anybody(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.type("next level")
    person.sees("Songs that feel like “Next Level” by aespa")
    expect(person.card("LOVE DIVE")).to_contain_text("IVE (2022)")
    person.tap("Any artist")
    person.sees("Songs by anyone, aespa included")
    person.is_offered("Other artists only")


def test_a_slip_is_asked_back_and_one_tap_answers(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.type("beyonsey")
    person.sees("I don't know “beyonsey”. Did you mean one of these?")
    person.is_offered("None of these")
    person.tap("Beyoncé")
    person.sees("I know Beyoncé")


def test_an_unknown_artist_is_looked_up_and_the_bot_writes_when_it_is_ready(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.type("BLACKPINK")
    person.sees("I don't know “BLACKPINK” yet. I'm asking around")
    person.sees("Here you are! Artists to hear after BLACKPINK")
    person.sees("This is a first guess")
    expect(person.card("aespa")).to_contain_text("both k-pop")


def test_an_artist_that_nobody_knows_is_said_to_be_unknown(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.type("Qqxxyy Wwzz")
    person.sees("I don't know “Qqxxyy Wwzz”, and Spotify doesn't either.")


def test_a_sticker_gets_a_kind_word(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.tap("Send a thumb up")
    expect(person.element.get_by_role("img", name="Thumb up (sticker)")).to_be_visible()
    person.sees("Stickers I cannot look up")
    person.tap("Send a picture")
    person.sees("I can neither look at pictures")


def test_a_thumb_is_thanked_for_and_kept(page: Page, address: str, segue: Segue) -> None:
    person = open_as(page, address)
    person.type("aespa")
    person.tap("👍 Good")
    person.sees("Glad you like it")
    subject, deadline = f"ARTIST|{rows.identifier('aespa')}", time.monotonic() + _PATIENCE_MS / 1000
    with lease(segue.home, ["dynamodb"], {}) as services:
        table = client("dynamodb", services["AWS_ENDPOINT_URL_DYNAMODB"])
        while time.monotonic() < deadline:  # it is written down after the thanks
            items = table.scan(TableName="segue_bot")["Items"]
            if any(item["type"]["S"] == "feedback" and item["subject"]["S"] == subject for item in items):
                return
    pytest.fail("the thumb is not in DynamoDB")


def test_the_menu_and_the_first_questions_are_the_pages_own(page: Page, address: str) -> None:
    person = open_as(page, address)
    person.tap("Who to hear after aespa?")
    person.sees("Artists to hear after aespa")
    person.tap("Menu")
    person.tap("한국어로 말하기")
    person.sees("이제부터 한국어로 답할게요.")
    person.type("aespa")
    person.sees("aespa 다음에 들을 만한 아티스트")
    person.tap("Menu")
    person.tap("Delete what you know of me")
    person.tap("지워 주세요")
    person.sees("모두 지웠어요")


def test_two_people_talk_side_by_side_each_in_a_language(page: Page, address: str) -> None:
    one = open_as(page, address, "?people=2&lang=en,ko")
    two = Person(page.locator("#person-2"))
    two.tap("처음부터")
    two.type("aespa")
    two.sees("aespa 다음에 들을 만한 아티스트")
    one.type("aespa")
    one.sees("Artists to hear after aespa")
    expect(two.element.locator(".row.mine")).to_have_count(1)
    expect(two.element.locator(".seen")).to_have_text("읽음")


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    open_as(page, address)
    page.locator("#person-1 .composer input").focus()
    page.keyboard.type("aespa")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(2)
    page.locator("#person-1 .log").focus()
    reached: list[str] = []
    while "Message" not in reached and len(reached) < 30:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    wanted = [
        "2 cards",
        "IVE, opens in a new tab",
        "Similar artists",
        "Why?",
        "Songs",
        "👍 Good",
        "👎 Not for me",
        "Message",
    ]
    places = [reached.index(name) for name in wanted]
    assert places == sorted(places)
    page.locator(".card").first.get_by_role("button", name="Why?").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".log")).to_contain_text("Why IVE after aespa")
    for role, name in (("log", "Conversation with segue"), ("group", "Quick replies"), ("textbox", "Message")):
        expect(page.get_by_role(role, name=name)).to_be_visible()  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_a_phone_by_day_and_by_night(page: Page, address: str, theme: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    person = open_as(page, address, "?lang=ko")
    person.type("에스파")
    person.sees("aespa 다음에 들을 만한 아티스트")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    shade = page.evaluate("getComputedStyle(document.querySelector('.person')).backgroundColor")
    assert (max(map(int, shade.strip("rgb()").split(","))) < 60) == (theme == "dark")


def test_with_a_messenger_of_ones_own_it_does_not_begin(tmp_path: Path) -> None:
    with pytest.raises(CalledWrongly, match="MESSENGER_PAGE_TOKEN is set"):
        serve(read_settings({"MESSENGER_PAGE_TOKEN": "mine", "SEGUE_HOME": str(tmp_path)}, tmp_path))
