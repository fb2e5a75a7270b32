"""From the local Spotify server to the words of a reply, through every part, as a user types it.

One small catalogue of real names is enough: what is walked here is the path, not the size.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.segue_command import KOREAN, ROCK, Segue, segue_in
from tests.serving_marts import marts, served, words_of_a_run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["development", "extended"])
def published(
    request: pytest.FixtureRequest, small_catalogue: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Segue]:
    """The whole job, on both kinds of keys."""
    if request.param == "development":
        yield request.getfixturevalue("undisturbed").segue
        return
    with segue_in(tmp_path_factory.mktemp("home") / "state") as segue:
        segue.run(*words_of_a_run(small_catalogue, request.param))
        yield segue


def test_a_song_walks_from_the_server_to_the_words_of_a_reply(published: Segue) -> None:
    song, artist = published.rows(
        """
        select tracks.name, tracks.artist_name
        from marts.dim_tracks as tracks
        inner join marts.track_similarity as neighbours using (track_id)
        where tracks.artist_name = 'IU' and neighbours.rank = 1 and neighbours.variant = 'other_artists'
        order by tracks.name limit 1
        """
    )[0]
    reply = json.loads(published.run("ask", f"{song}", "--json", "--locale", "en").stdout)
    assert artist == "IU" and reply["kind"] == "track" and song in reply["text"]
    titles = {name for (name,) in published.rows("select name from marts.dim_tracks")}
    assert reply["cards"] and all(any(title in card["title"] for title in titles) for card in reply["cards"])
    assert all(card["why"] for card in reply["cards"])


@pytest.mark.parametrize("spelling", ["aespa", "AESPA", "ａｅｓｐａ", "에스파"])
def test_an_artist_is_found_by_any_spelling_and_answered_with_kindred_artists(published: Segue, spelling: str) -> None:
    reply = json.loads(published.run("ask", spelling, "--json").stdout)
    assert reply["kind"] == "artist" and "aespa" in reply["text"]
    assert reply["locale"] == ("ko" if spelling == "에스파" else "en")
    assert reply["cards"][0]["title"] in KOREAN and reply["cards"][0]["why"]


def test_a_nonsense_name_is_not_answered_as_somebody(published: Segue) -> None:
    reply = json.loads(published.run("ask", "qwxz vbnm", "--json").stdout)
    assert reply["kind"] == "unknown" and not reply["cards"]


def test_every_name_is_accounted_for(published: Segue) -> None:
    (spotify,) = (step["answer"] for step in published.last_run()["steps"] if step["name"] == "ingest_spotify")
    assert spotify["rows"]["name_matches"] == len(KOREAN) + len(ROCK) + 1
    names = published.rows("select status, count(*) from staging.stg_spotify__name_matches group by status")
    assert dict(names) == {"matched": len(KOREAN) + len(ROCK), "missing": 1}


def test_the_same_run_again_asks_nothing_and_changes_no_row(published: Segue, small_catalogue: Path) -> None:
    first = published.last_run()["run_id"]
    before = marts(published)
    names = ("--names", str(small_catalogue / "names.txt"))
    published.run("run", "--source", "spotify", "--catalogue", str(small_catalogue), *names)
    loads = [step["answer"] for step in published.last_run()["steps"] if step["answer"]]
    assert [sum(answer["rows"].values()) for answer in loads] == [0, 0, 0]
    assert marts(published) == served(published) == before
    answer = published.run("rollback")
    assert first.lower().replace("-", "_") in answer.stdout, "rollback names the generation it went back to"
