"""One bad id, or one entry that cannot be read, costs itself and not its batch."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ingest.answers import Answers
from ingest.spotify.client import Client
from ingest.spotify.library import Library
from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.server import serving
from orchestration.local.music_api.settings import Settings
from tests.ingest.spotify.running import Running, made_id

UNKNOWN = made_id("track", 999_999)
MALFORMED = "not-base62"
SONGS = [made_id("track", 200 + number) for number in range(1, 13)]  # SHINee's twelve


class NoDeadline:
    """Calls are allowed at any time."""

    def current(self) -> None:
        return None


Open = Callable[..., tuple[Library, Running]]


@pytest.fixture
def opened(catalogue: Catalogue, tmp_path: Path) -> Iterator[Open]:
    """A library of an extended key over the local API with these rules of misbehaviour; it never sleeps."""
    with ExitStack() as stack:

        def start(*faults: Any, **settings: Any) -> tuple[Library, Running]:
            server = stack.enter_context(serving(catalogue, Settings(**settings), faults))
            client = Client(
                "segue-local",
                "secret-segue-local",
                NoDeadline(),  # type: ignore[arg-type]
                api_url=server.spotify_url,
                token_url=server.token_url,
                sleep=lambda _: None,
            )
            answers = stack.enter_context(Answers(tmp_path / "answers.sqlite"))
            return Library(client, answers, "key"), Running(server, {})

        yield start


def answered(library: Library, ids: list[str], kind: str = "tracks") -> dict[str, Any]:
    return {one: answer.value for one, answer in library.several(kind, ids)}


@pytest.mark.parametrize("at", [0, 5, 12])
@pytest.mark.parametrize("kind", ["tracks", "audio_features"])
def test_a_malformed_id_is_set_aside_alone(opened: Open, kind: str, at: int) -> None:
    library, running = opened()
    found = answered(library, [*SONGS[:at], MALFORMED, UNKNOWN, *SONGS[at:]], kind)
    assert {one for one, value in found.items() if value} == set(SONGS)
    assert found[UNKNOWN] is None
    assert [(bad.record_id, "invalid id" in bad.reason) for bad in library.bad] == [(MALFORMED, True)]
    assert len(running.calls()) <= 9  # 14 ids: the whole, and two halves on each of four levels


def test_two_malformed_ids_have_a_row_each(opened: Open) -> None:
    library, _ = opened()
    found = answered(library, ["bad1", *SONGS, "bad2"])
    assert set(found) == set(SONGS)
    assert {bad.record_id for bad in library.bad} == {"bad1", "bad2"}


def test_an_entry_that_cannot_be_read_is_set_aside_alone(opened: Open) -> None:
    library, _ = opened({"match": f"/tracks.*{SONGS[7]}", "times": None, "action": "truncate"})
    found = answered(library, SONGS)
    assert set(found) == set(SONGS) - {SONGS[7]}
    (bad,) = library.bad
    assert bad.record_id == SONGS[7]
    assert bad.payload is not None and bad.payload.startswith("{")


def test_where_every_id_is_bad_the_calls_end(opened: Open) -> None:
    library, running = opened({"match": "/tracks", "times": None, "action": {"status": 400}})
    ids = [made_id("track", number) for number in range(50)]
    assert answered(library, ids) == {}
    assert sorted(str(bad.record_id) for bad in library.bad) == ids
    assert len(running.calls()) <= 41


@pytest.mark.parametrize("entry", ['"nonsense"', "{}", '{"id": "another"}'])
def test_an_entry_that_is_no_track_is_asked_again_next_time(opened: Open, entry: str) -> None:
    wrong = {"kind": "rewrite", "pattern": r"(?s)^.*$", "replacement": f'{{"tracks": [{entry}, null]}}'}
    library, _ = opened({"match": "/tracks", "times": 1, "action": wrong})
    assert answered(library, [SONGS[0], UNKNOWN]) == {UNKNOWN: None}
    (bad,) = library.bad
    assert (bad.record_id, bad.payload) == (SONGS[0], entry)
    assert answered(library, [SONGS[0], UNKNOWN])[SONGS[0]]["name"] == "Song 2-1"
