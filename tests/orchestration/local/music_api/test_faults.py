"""Every kind of misbehaviour, and what requests and spotipy make of it (facts/faults.md, cases 1 to 8)."""

from typing import Any

import pytest
import requests
from spotipy import Spotify, SpotifyException

from orchestration.local.music_api.errors import FaultRuleError
from orchestration.local.music_api.faults import Faults, parse_rule
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.server import ServerInfo

from .conftest import AESPA, LONG_ALBUM, Connect, Serve, made_id

ARTIST = f"/v1/artists/{AESPA}"


@pytest.fixture
def server(serve: Serve) -> ServerInfo:
    return serve()


@pytest.fixture
def spotify(server: ServerInfo, connect: Connect) -> Spotify:
    client = connect(server)
    client.artist(AESPA)
    return client


def spoil(server: ServerInfo, action: Any, path: str = "^/v1/", **rule: Any) -> None:
    """Add one rule over HTTP, as a test of another folder would."""
    body = [{"match": {"path": path}, "action": action, **rule}]
    answer = requests.post(f"{server.origin}/_control/faults", json=body, timeout=5)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "retry_after",
    ["1", "3600", "86236", "Sun, 22 Nov 2026 10:00:00 GMT", "-5", "", "99999999", None],
    ids=["second", "hour", "day", "date", "negative", "empty", "absurd", "missing"],
)
def test_429_with_any_retry_after_reaches_the_client(
    server: ServerInfo, spotify: Spotify, retry_after: str | None
) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = {"error": {"status": 429, "message": "API rate limit exceeded"}}
    spoil(server, {"status": 429, "headers": headers, "body": body})
    with pytest.raises(SpotifyException) as caught:
        spotify.artist(AESPA)
    assert caught.value.http_status == 429
    assert caught.value.headers.get("Retry-After") == retry_after
    assert spotify.artist(AESPA)["id"] == AESPA, "once only"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_5xx_burst_ends(server: ServerInfo, spotify: Spotify, status: int) -> None:
    spoil(server, {"status": status, "body": "upstream"}, times=2)
    for _ in range(2):
        with pytest.raises(SpotifyException) as caught:
            spotify.artist(AESPA)
        assert caught.value.http_status == status
    assert spotify.artist(AESPA)


def test_empty_400(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, {"status": 400})
    with pytest.raises(SpotifyException) as caught:
        spotify.artist(AESPA)
    assert caught.value.http_status == 400


@pytest.mark.parametrize("kind", ["truncate", "html", "empty"])
def test_200_that_is_no_json_is_none_in_spotipy(server: ServerInfo, spotify: Spotify, kind: str) -> None:
    spoil(server, kind)
    assert spotify.artist(AESPA) is None


def test_wrong_charset_is_no_utf8(server: ServerInfo, connect: Connect) -> None:
    korean = connect(server, language="ko")
    spoil(server, "wrong_charset", path=ARTIST)
    answer = korean._session.get(server.origin + ARTIST, headers=korean._auth_headers() | {"Accept-Language": "ko"})
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_cut_connection_is_a_connection_error(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, "cut")
    with pytest.raises(requests.ConnectionError, match=r"reset by peer|aborted"):
        spotify.artist(AESPA)
    assert spotify.artist(AESPA)["id"] == AESPA


def test_connection_cut_in_the_body(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, "cut_body")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        spotify.artist(AESPA)


def test_slow_drip_outlasts_the_read_timeout_yet_comes_whole(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, {"kind": "drip", "seconds": 0.6})
    spotify.requests_timeout = 0.4
    assert spotify.artist(AESPA)["name"] == "aespa"


def test_answer_held_back_is_a_timeout(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, {"kind": "hold", "seconds": 30})
    spotify.requests_timeout = 0.1
    with pytest.raises(requests.exceptions.ReadTimeout):
        spotify.artist(AESPA)


def test_token_expires_in_the_middle_of_paging(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, "expire_token", path=f"/v1/albums/{LONG_ALBUM}/tracks", nth=2)
    first = spotify.album_tracks(LONG_ALBUM, limit=50)
    for _ in range(2):
        with pytest.raises(SpotifyException) as caught:
            spotify.next(first)
        assert caught.value.http_status == 401, "the token stays expired"
    spotify.auth_manager.cache_handler.token_info = None
    assert len(spotify.next(first)["items"]) == 50


def test_null_items_in_every_list(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, {"kind": "null_items", "positions": [0, 2]}, path="search")
    items = spotify.search("song", limit=4)["tracks"]["items"]
    assert [item is None for item in items] == [True, False, True, False]
    spoil(server, "null_items", path="audio-features")
    with pytest.warns(DeprecationWarning):
        assert spotify.audio_features([made_id("track", 1)]) == [None]


def test_repeated_item_and_looping_next(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, "repeat_items", path="tracks")
    ids = [item["id"] for item in spotify.album_tracks(LONG_ALBUM, limit=3)["items"]]
    assert ids == [made_id("track", number) for number in (1, 1, 2, 3)]
    spoil(server, "next_loop", path="tracks")
    page = spotify.album_tracks(LONG_ALBUM, limit=3)
    assert page["next"] == page["href"]


def test_rewrite_changes_types_and_hosts(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, {"kind": "rewrite", "pattern": '"popularity":80', "replacement": '"popularity":"80"'})
    assert spotify.artist(AESPA)["popularity"] == "80"
    spoil(server, {"kind": "rewrite", "pattern": r'"next":"http://[^/]*', "replacement": '"next":"http://elsewhere'})
    assert spotify.album_tracks(LONG_ALBUM)["next"].startswith("http://elsewhere/v1/albums")


def test_faults_reach_the_token_call_and_the_other_apis(server: ServerInfo, http: requests.Session) -> None:
    spoil(server, {"status": 503}, path="/api/token|/reccobeats|/musicbrainz", times=3)
    urls = (f"{server.reccobeats_url}/audio-features?ids=x", f"{server.musicbrainz_url}/isrc/x")
    assert [http.post(server.token_url).status_code, *(http.get(url).status_code for url in urls)] == [503] * 3


def test_log_says_what_went_wrong_on_purpose(server: ServerInfo, spotify: Spotify) -> None:
    spoil(server, "cut")
    with pytest.raises(requests.ConnectionError):
        spotify.artist(AESPA)
    last = server.apis.log[-1]
    assert (last["path"], last["status"], last["fault"]) == (ARTIST, None, "cut")


def test_rules_count_from_nth_for_times_and_by_method() -> None:
    faults = Faults()
    faults.add([{"match": {"path": "x", "method": "GET"}, "nth": 2, "times": 2, "action": "empty"}])
    faults.add([{"match": "y", "times": None, "action": "html"}])

    def hit(path: str, method: str = "GET") -> str | None:
        rule = faults.hitting(Request(method, path))
        return rule.kind if rule else None

    assert [hit("/x") for _ in range(4)] == [None, "empty", "empty", None]
    assert hit("/x", "POST") is None
    assert [hit("/y") for _ in range(3)] == ["html"] * 3
    faults.clear()
    assert hit("/y") is None


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("cut", "it is an object"),
        ({"action": "explode"}, "known are cut, cut_body"),
        ({"action": {"status": "429"}}, "whole number from 200"),
        ({"action": "cut", "times": 0}, "whole numbers from 1"),
        ({"action": "cut", "match": "("}, "no regular expression"),
        ({"action": "cut", "when": "now"}, "it is an object"),
        ({"action": {"kind": "rewrite", "pattern": "x"}}, "needs replacement"),
    ],
)
def test_impossible_rule_is_refused(rule: Any, complaint: str) -> None:
    with pytest.raises(FaultRuleError, match=complaint):
        parse_rule(rule)
