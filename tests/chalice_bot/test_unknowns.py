"""Unknown artists over a local Spotify with a 2026 key, ReccoBeats, MusicBrainz, DynamoDB Local and the Graph API."""

import csv
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chalicelib.answering import Answerer
from chalicelib.catalogue import Catalogue
from chalicelib.errors import LookupFailed, PutOff, TemporarySendFailure
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.music_apis import MusicApis
from chalicelib.once import Once
from chalicelib.owed import Lookups
from chalicelib.reply import Reply
from chalicelib.resolution import Asked
from chalicelib.sealing import Owed, Seal
from chalicelib.table import Table
from chalicelib.unknowns import Unknowns
from chalicelib.webhook import Message

from ingest.deadlines import Deadlines
from ingest.json_api import JsonApi
from ingest.spotify.client import Client
from orchestration.local.messenger import PAGE_TOKEN
from orchestration.local.messenger.conversation import Conversation
from orchestration.local.messenger.server import serving as serving_messenger
from orchestration.local.music_api import catalogue as served
from orchestration.local.music_api.reading import read
from orchestration.local.music_api.server import ServerInfo, serving
from orchestration.local.music_api.settings import Settings
from tests.chalice_bot.in_memory import InMemory
from tests.chalice_bot.rows import identifier

pytestmark = pytest.mark.slow

NOW = int(time.time())
DAY = 86_400
NEW = identifier("newcomer")
TWICE = identifier("almosttwice")
PEOPLE = ("24601987654321001", "24601987654321002", "24601987654321003")
KEY = "a key of thirty-two bytes or more"


@pytest.fixture(scope="module")
def known_to_spotify(tmp_path_factory: pytest.TempPathFactory) -> served.Catalogue:
    """The newcomer, with a track shared with IVE, another artist of a like name, and aespa, who is in the catalogue."""
    folder = tmp_path_factory.mktemp("newcomers")
    artists = {NEW: "Newcomer", TWICE: "Almost Twice", identifier("aespa"): "aespa"}
    tracks = {identifier("first"): [NEW], identifier("second"): [NEW, identifier("ive")]}
    _write(
        folder / "artists.csv",
        [
            {"artist_id": one, "name": name, "genres": '["k-pop girl group"]', "popularity": 50, "followers": 1000}
            for one, name in artists.items()
        ],
    )
    _write(
        folder / "tracks.csv",
        [
            {
                "track_id": one,
                "name": f"Song {one[:6]}",
                "artist_ids": json.dumps(by),
                "album_id": identifier("album"),
                "album_name": "Album",
                "release_date": "2021-05-17",
                "popularity": 40,
                "explicit": "False",
                "duration_ms": 180_000,
            }
            for one, by in tracks.items()
        ],
    )
    half = dict.fromkeys(("danceability", "speechiness", "acousticness", "instrumentalness"), 0.5)
    more = {"energy": 0.7, "liveness": 0.1, "valence": 0.4, "key": 3, "mode": 1, "loudness": -5.5, "tempo": 120.0}
    values = half | more | {"duration_ms": 180_000, "time_signature": 4}
    _write(folder / "audio_features.csv", [{"track_id": one, **values} for one in tracks])
    alias = {"alias": "Neuling", "script": "latin", "name": "Newcomer", "spotify_id": NEW, "ambiguous": "False"}
    _write(folder / "aliases.csv", [alias])
    return read(folder)


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@dataclass
class Bot:
    """A bot whose clock is told the time, and the servers that it talks to."""

    answerer: Answerer
    unknowns: Unknowns
    lookups: Lookups
    memory: Memory
    music: ServerInfo
    conversation: Conversation
    apis: Callable[[], MusicApis]
    now: list[float] = field(default_factory=lambda: [float(NOW)])

    def ask(self, person: str, text: str, mid: str = "", payload: str = "") -> Reply | None:
        message = Message(person, text, payload, mid or f"m_{person}_{text}", int(self.now[0] * 1000))
        return self.answerer.answer(message)

    def said_to(self, person: str) -> list[str]:
        """What a person got: texts, and of cards their titles."""
        return [_words(one["body"]["message"]) for one in self.conversation.messages(person)]

    def searches(self) -> int:
        return len([entry for entry in self.music.apis.log if entry["path"].endswith("/search")])


def _words(message: dict[str, Any]) -> str:
    if "text" in message:
        return str(message["text"])
    return " / ".join(element["title"] for element in message["attachment"]["payload"]["elements"])


@pytest.fixture(scope="module")
def graph() -> Iterator[Any]:
    with serving_messenger() as server:
        yield server


@pytest.fixture
def bot(
    catalogue: Catalogue, memory: Memory, dynamodb: Any, graph: Any, known_to_spotify: served.Catalogue
) -> Iterator[Bot]:
    for item in dynamodb.scan(TableName="segue_state")["Items"] if _has_state(dynamodb) else ():
        dynamodb.delete_item(TableName="segue_state", Key={"pk": item["pk"]})
    graph.conversation.clear()
    settings = Settings(profile="development", musicbrainz_rate=0.0, reccobeats_unknown_percent=0.0)
    with serving(known_to_spotify, settings, ()) as music:
        now = [float(NOW)]

        def clock() -> float:
            return now[0]

        def deadlines(provider: str) -> Deadlines:
            return Deadlines(provider, "key", "segue_state", dynamodb, clock, recheck_seconds=0.0)

        def apis() -> MusicApis:
            spotify = Client(
                "segue-local",
                "secret-segue-local",
                deadlines("spotify"),
                "KR",
                music.spotify_url,
                music.token_url,
                sleep=lambda _: None,
                clock=clock,
            )
            reccobeats = JsonApi("reccobeats", music.reccobeats_url, deadlines("reccobeats"), "segue")
            musicbrainz = JsonApi("musicbrainz", music.musicbrainz_url, deadlines("musicbrainz"), "segue")
            return MusicApis(spotify, reccobeats, musicbrainz, now=lambda: datetime.fromtimestamp(now[0], UTC))

        messenger = Messenger(graph.graph_api_url, PAGE_TOKEN, pause=lambda _: None)
        seal = Seal(KEY)
        lookups = Lookups(Table(dynamodb, "segue_waiting", "SEGUE_WAITING_TABLE"), lambda: seal)
        unknowns = Unknowns(catalogue, messenger, memory, lookups, apis, clock)
        answerer = Answerer(catalogue, messenger, Once(InMemory()), memory, unknowns=unknowns)
        yield Bot(answerer, unknowns, lookups, memory, music, graph.conversation, apis, now)
        messenger.close()


def _has_state(dynamodb: Any) -> bool:
    return "segue_state" in dynamodb.list_tables()["TableNames"]


def test_everything_that_a_2026_key_gives_is_learned(bot: Bot) -> None:
    learned = bot.apis().learn(NEW)
    assert learned is not None
    assert learned.artist["name"] == "Newcomer"
    assert learned.artist["provider"] == "spotify"
    assert {track["track_id"] for track in learned.tracks} == {identifier("first"), identifier("second")}
    assert all(track["features_provider"] == "reccobeats" for track in learned.tracks)
    assert learned.tracks[0]["features"]["energy"] == pytest.approx(0.7)
    assert bot.apis().learn(identifier("nobody")) is None

    bot.memory.record_learned(learned)
    again = bot.memory.learned(NEW)
    assert again is not None
    assert [track["track_id"] for track in again.tracks] == [track["track_id"] for track in learned.tracks]
    assert float(again.tracks[0]["features"]["energy"]) == pytest.approx(0.7)


def test_a_quota_puts_off_and_a_broken_spotify_fails(bot: Bot) -> None:
    bot.music.apis.faults.add([{"match": {"path": "/search"}, "times": None, "action": {"status": 500}}])
    with pytest.raises(LookupFailed):
        bot.apis().candidates("Newcomer")
    bot.music.apis.faults.clear()
    bot.music.apis.faults.add([_quota()])
    with pytest.raises(PutOff) as put_off:
        bot.apis().candidates("Newcomer")
    assert put_off.value.until.timestamp() == pytest.approx(NOW + 3600, abs=2)
    calls = len(bot.music.apis.log)
    with pytest.raises(PutOff):
        bot.apis().candidates("Newcomer")
    assert len(bot.music.apis.log) == calls  # before the deadline nobody is asked


def _quota(seconds: int = 3600) -> dict[str, Any]:
    action = {"status": 429, "headers": {"Retry-After": str(seconds)}, "body": {"error": {"status": 429}}}
    return {"match": {"path": "/search"}, "times": None, "action": action}


def test_many_ask_at_once_and_spotify_is_asked_once_and_everybody_is_told_once(bot: Bot) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda person: bot.ask(person, "newcomer"), PEOPLE))
    assert bot.searches() == 2  # the artist by name, and its tracks
    for person in PEOPLE:
        said = bot.said_to(person)
        found = [words for words in said if "Newcomer" in words and "Artists to hear after" in words]
        assert len(found) == 1, said
        assert any("IVE" in words for words in said)
    assert list(bot.lookups.take_owed(Asked("name", "newcomer"))) == []


def test_a_provisional_answer_says_that_it_is_one_and_why(bot: Bot) -> None:
    bot.ask(PEOPLE[0], "Newcomer")
    heading = next(words for words in bot.said_to(PEOPLE[0]) if "Artists to hear after" in words)
    assert heading.startswith("Here you are!")
    assert "first guess" in heading
    cards = bot.conversation.messages(PEOPLE[0])[-1]["body"]["message"]["attachment"]["payload"]["elements"]
    assert cards[0]["title"] == "IVE"  # same genre, and a track together
    assert "k-pop girl group" in cards[0]["subtitle"]

    reply = bot.ask(PEOPLE[1], "NEWCOMER")  # learned by now: an answer at once
    assert reply is not None
    assert reply.kind == "artist"
    assert reply.subject == f"ARTIST|{NEW}"
    assert bot.searches() == 2


def test_a_provisional_answer_has_more_and_thumbs(bot: Bot, monkeypatch: pytest.MonkeyPatch, dynamodb: Any) -> None:
    monkeypatch.setattr("chalicelib.unknowns.CARDS", 1)
    bot.ask(PEOPLE[0], "Newcomer")
    offered = bot.conversation.messages(PEOPLE[0])[-1]["body"]["message"]["quick_replies"]
    more, up, down = (one["payload"] for one in offered)
    assert (more, up) == (f"MORE|artist|{NEW}|1|en", f"THUMB|up|artist|{NEW}|-|en")
    reply = bot.ask(PEOPLE[0], "More", "m_more", more)
    assert reply is not None
    assert (reply.text, len(reply.cards)) == ("More artists to hear after Newcomer", 1)
    assert reply.cards[0].title != "IVE"  # who came first
    assert bot.searches() == 2
    thanks = bot.ask(PEOPLE[0], "", "m_down", down)
    assert thanks is not None
    assert thanks.kind == "thanks"
    given = [item for item in dynamodb.scan(TableName="segue_bot")["Items"] if item.get("type") == {"S": "feedback"}]
    assert [(item["subject"]["S"], item["thumb"]["N"]) for item in given] == [(f"ARTIST|{NEW}", "-1")]
    end = bot.ask(PEOPLE[0], "More", "m_end", f"MORE|artist|{NEW}|20|en")
    assert end is not None
    assert end.kind == "no_more"


def test_a_name_that_spotify_does_not_have_quite_so_is_asked_back(bot: Bot) -> None:
    bot.ask(PEOPLE[0], "almost")
    assert any("Almost Twice" in words for words in bot.said_to(PEOPLE[0]))
    choosing = bot.conversation.messages(PEOPLE[0])[-1]["body"]["message"]
    payload = choosing["quick_replies"][0]["payload"]
    assert payload == f"CHOOSE|artist|{TWICE}|almost|en"
    bot.ask(PEOPLE[0], "Almost Twice", mid="m_tap", payload=payload)
    assert any("Artists to hear after Almost Twice" in words for words in bot.said_to(PEOPLE[0]))
    assert bot.memory.choice_of(bot.memory.hashed(PEOPLE[0]), "almost") == f"ARTIST|{TWICE}"


def test_a_link_is_looked_up_by_its_id(bot: Bot) -> None:
    bot.ask(PEOPLE[0], f"https://open.spotify.com/intl-ko/artist/{NEW}?si=1")
    assert any("Artists to hear after Newcomer" in words for words in bot.said_to(PEOPLE[0]))
    bot.ask(PEOPLE[1], f"spotify:track:{identifier('first')}")
    assert any("Artists to hear after Newcomer" in words for words in bot.said_to(PEOPLE[1]))
    bot.ask(PEOPLE[2], f"spotify:artist:{identifier('nobody')}")
    assert "nothing behind that link" in bot.said_to(PEOPLE[2])[-1]


def test_what_nobody_knows_is_said_to_be_so(bot: Bot) -> None:
    bot.ask(PEOPLE[0], "zzqqxxyy")
    assert "Spotify doesn't either" in bot.said_to(PEOPLE[0])[-1]


def test_a_used_up_quota_is_told_and_the_answer_comes_after_it(bot: Bot) -> None:
    bot.music.apis.faults.add([_quota()])
    bot.ask(PEOPLE[0], "newcomer")
    bot.ask(PEOPLE[1], "newcomer")
    assert all("may not look up new artists before" in bot.said_to(person)[-1] for person in PEOPLE[:2])
    assert bot.searches() == 1

    bot.music.apis.faults.clear()
    assert bot.unknowns.catch_up() == 0
    bot.now[0] += 3602
    assert bot.unknowns.catch_up() == 1
    for person in PEOPLE[:2]:
        assert [words for words in bot.said_to(person) if "Artists to hear after Newcomer" in words]
    assert bot.unknowns.catch_up() == 0


def test_a_quota_beyond_the_window_is_said_to_be_too_long_and_nobody_is_written_to_later(bot: Bot) -> None:
    bot.music.apis.faults.add([_quota(DAY + 600)])
    bot.ask(PEOPLE[0], "newcomer")
    assert "ask me again then" in bot.said_to(PEOPLE[0])[-1]
    bot.music.apis.faults.clear()
    before = bot.said_to(PEOPLE[0])
    bot.now[0] += DAY + 700
    bot.unknowns.catch_up()
    assert bot.said_to(PEOPLE[0]) == before


def test_a_worker_that_died_over_a_look_up_is_replaced(bot: Bot) -> None:
    asked = Asked("name", "newcomer", "newcomer")
    bot.lookups.owe(asked, bot.memory.hashed(PEOPLE[0]), Owed(PEOPLE[0], "ko", NOW * 1000), NOW)
    assert bot.lookups.begin(asked, NOW)
    assert not bot.lookups.begin(asked, NOW + 30)
    assert bot.unknowns.catch_up() == 0
    bot.now[0] += 61
    assert bot.unknowns.catch_up() == 1
    assert any("알아봤어요!" in words for words in bot.said_to(PEOPLE[0]))


def test_who_cannot_be_written_to_right_now_goes_on_waiting(bot: Bot) -> None:
    bot.ask(PEOPLE[1], "zzqqxxyy")  # another look-up, to have the sessions open
    asked = Asked("name", "newcomer", "newcomer")
    bot.lookups.owe(asked, bot.memory.hashed(PEOPLE[0]), Owed(PEOPLE[0], "en", NOW * 1000), NOW)
    bot.conversation.misbehave([{"code": 1200, "status": 500}] * 3)
    with pytest.raises(TemporarySendFailure):
        bot.unknowns.settle(asked)
    bot.unknowns.settle(asked)
    told = [words for words in bot.said_to(PEOPLE[0]) if "Artists to hear after Newcomer" in words]
    assert len(told) == 1


def test_the_waiting_list_tells_nobody_who_waits(bot: Bot, dynamodb: Any) -> None:
    bot.music.apis.faults.add([_quota()])
    bot.ask(PEOPLE[0], "newcomer")
    kept = json.dumps(dynamodb.scan(TableName="segue_waiting")["Items"])
    assert "OWED#name#newcomer" in kept
    assert PEOPLE[0] not in kept
    owed = bot.lookups.see_owed(Asked("name", "newcomer"))
    assert [one.person for one in owed] == [PEOPLE[0]]
    assert Seal("another key of thirty-two bytes....").open(Seal(KEY).close(owed[0]), DAY) is None


def test_who_turned_out_of_reach_is_not_told_of_anything_else(bot: Bot) -> None:
    names = ("newcomer", "almost")
    for name in names:
        asked = Asked("name", name, name)
        bot.lookups.owe(asked, bot.memory.hashed(PEOPLE[0]), Owed(PEOPLE[0], "en", NOW * 1000), NOW)
    bot.conversation.misbehave([{"code": 551}])
    for name in names:
        bot.unknowns.settle(Asked("name", name, name))
    assert bot.said_to(PEOPLE[0]) == []
    assert [list(bot.lookups.take_owed(Asked("name", name, name))) for name in names] == [[], []]
    bot.now[0] = time.time() + 1
    assert bot.ask(PEOPLE[0], "aespa") is not None
    assert not bot.memory.person(bot.memory.hashed(PEOPLE[0])).unreachable_since_ms
