from dataclasses import replace

import pytest
import requests

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.server import ServerInfo, serving
from orchestration.local.music_api.settings import Settings

from .conftest import Serve, made_id

TRACKS = [made_id("track", number) for number in range(1, 121)]
LITHIUM, NO_FEATURES = made_id("track", 302), made_id("track", 303)
VALUES = [
    "acousticness",
    "danceability",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "speechiness",
    "tempo",
    "valence",
]


@pytest.fixture
def server(serve: Serve) -> ServerInfo:
    return serve(reccobeats_unknown_percent=0.0)


def ask(server: ServerInfo, http: requests.Session, ids: list[str]) -> list[dict[str, object]]:
    content = http.get(f"{server.reccobeats_url}/audio-features", params={"ids": ids}).json()["content"]
    assert isinstance(content, list)
    return content


def spotify_ids(rows: list[dict[str, object]]) -> list[str]:
    return [str(row["href"]).removeprefix("https://open.spotify.com/track/") for row in rows]


def test_both_spellings_answer_alike(server: ServerInfo, http: requests.Session) -> None:
    assert ask(server, http, TRACKS[:3]) == ask(server, http, [",".join(TRACKS[:3])])


def test_row_has_the_eleven_values_and_no_more(server: ServerInfo, http: requests.Session) -> None:
    (row,) = ask(server, http, [LITHIUM])
    assert list(row) == ["id", "href", "isrc", *VALUES]
    assert (row["tempo"], row["loudness"]) == (120.25, -5.5)


def test_order_is_not_kept(server: ServerInfo, http: requests.Session) -> None:
    found = spotify_ids(ask(server, http, TRACKS[:40]))
    assert sorted(found) == TRACKS[:40]
    assert found != TRACKS[:40]


def test_beyond_forty_ids_are_dropped_silently(server: ServerInfo, http: requests.Session) -> None:
    assert sorted(spotify_ids(ask(server, http, TRACKS[:60]))) == TRACKS[:40]


def test_unknown_ids_and_tracks_without_features_are_left_out(server: ServerInfo, http: requests.Session) -> None:
    assert spotify_ids(ask(server, http, ["0" * 22, LITHIUM, NO_FEATURES, "???"])) == [LITHIUM]
    assert ask(server, http, ["0" * 22]) == []


def test_fixed_share_of_tracks_is_unknown(catalogue: Catalogue, http: requests.Session) -> None:
    answers = []
    for _ in range(2):
        with serving(catalogue, Settings(reccobeats_unknown_percent=30)) as server:
            answers.append([spotify_ids(ask(server, http, TRACKS[at : at + 40])) for at in (0, 40, 80)])
    assert answers[0] == answers[1], "the same ones at every start"
    assert 66 < sum(map(len, answers[0])) < 102


def test_isrc_of_two_tracks_gives_two_rows(serve: Serve, http: requests.Session, catalogue: Catalogue) -> None:
    """Same artist, title and length: one recording on two albums."""
    first = catalogue.tracks[LITHIUM]
    twin = "T" * 22
    both = dict(catalogue.tracks) | {twin: replace(first, track_id=twin)}
    joined = Catalogue(catalogue.artists, both, catalogue.albums, tracks_of_isrc={first.isrc: [LITHIUM, twin]})
    with serving(joined, Settings(reccobeats_unknown_percent=0)) as server:
        rows = ask(server, http, [first.isrc])
    assert {LITHIUM, twin} <= set(spotify_ids(rows))
    assert {row.get("isrc") for row in rows} <= {first.isrc, None}


def test_uuid_route_takes_uuids_only(server: ServerInfo, http: requests.Session) -> None:
    (row,) = ask(server, http, [LITHIUM])
    by_uuid = http.get(f"{server.reccobeats_url}/track/{row['id']}/audio-features")
    assert by_uuid.json()["energy"] == row["energy"]
    assert ask(server, http, [str(row["id"])]) == [row]
    refused = http.get(f"{server.reccobeats_url}/track/{LITHIUM}/audio-features")
    assert (refused.status_code, refused.json()["status"]) == (404, 4041)


def test_track_describes_itself(server: ServerInfo, http: requests.Session) -> None:
    (row,) = http.get(f"{server.reccobeats_url}/track", params={"ids": LITHIUM}).json()["content"]
    assert (row["trackTitle"], row["durationMs"], row["artists"][0]["name"]) == ("Lithium", 180_302, "Nirvana")


def test_no_ids_is_a_bad_request(server: ServerInfo, http: requests.Session) -> None:
    answer = http.get(f"{server.reccobeats_url}/audio-features")
    assert (answer.status_code, answer.json()["status"]) == (400, 4001)


def test_too_fast_is_429_with_retry_after(serve: Serve, http: requests.Session) -> None:
    server = serve(reccobeats_rate=0.01)
    url = f"{server.reccobeats_url}/audio-features?ids={LITHIUM}"
    assert http.get(url).status_code == 200
    answer = http.get(url)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["status"]) == (429, "1", 4291)


@pytest.mark.slow
def test_real_catalogue_has_rows_without_key_isrc_or_a_value(shared_data: object, http: requests.Session) -> None:
    with serving(f"{shared_data}/catalog", Settings()) as server:
        ids = list(server.apis.catalogue.tracks)[:8000]
        rows = [row for at in range(0, len(ids), 40) for row in ask(server, http, ids[at : at + 40])]
    assert 0.96 < len(rows) / len(ids) < 0.98, "3 in 100 are unknown"
    assert 0.01 < sum("isrc" not in row for row in rows) / len(rows) * 1.5 < 0.03
    assert any(row["key"] == -1 for row in rows)
    assert any("liveness" not in row for row in rows)
