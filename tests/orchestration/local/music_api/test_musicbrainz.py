import re

import pytest
import requests

from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.limits import Limits
from orchestration.local.music_api.musicbrainz import CAP, STREAMING, mbid
from orchestration.local.music_api.server import ServerInfo

from .conftest import AESPA, NIRVANA, OTHER_NIRVANA, SHINEE, Serve, made_id

LINK = "https://open.spotify.com/artist/"
EVERYTHING = {"inc": "aliases+url-rels+genres+tags"}


@pytest.fixture
def server(serve: Serve) -> ServerInfo:
    return serve(musicbrainz_rate=0.0)


def links(server: ServerInfo, http: requests.Session, resources: list[str]) -> requests.Response:
    return http.get(f"{server.musicbrainz_url}/url", params={"resource": resources, "inc": "artist-rels"})


def test_links_lead_to_artists(server: ServerInfo, http: requests.Session) -> None:
    answer = links(server, http, [LINK + AESPA, LINK + "0" * 22, LINK + SHINEE]).json()
    assert (answer["url-count"], answer["url-offset"]) == (2, 0)
    assert [url["resource"] for url in answer["urls"]] == [LINK + AESPA, LINK + SHINEE]
    (relation,) = answer["urls"][0]["relations"]
    assert (relation["type-id"], relation["direction"]) == (STREAMING, "backward")
    assert (relation["artist"]["id"], relation["artist"]["name"]) == (mbid(AESPA), "aespa")


def test_one_link_alone_is_the_url_itself_and_404_when_unknown(server: ServerInfo, http: requests.Session) -> None:
    assert links(server, http, [LINK + AESPA]).json()["resource"] == LINK + AESPA
    assert links(server, http, [LINK + "0" * 22]).status_code == 404
    assert links(server, http, [LINK + "0" * 22, LINK + "1" * 22]).json()["urls"] == []


def test_links_are_canonical_only(server: ServerInfo, http: requests.Session) -> None:
    odd = [f"https://open.spotify.com/intl-ko/artist/{AESPA}", f"{LINK}{AESPA}?si=1", AESPA]
    assert links(server, http, odd).json()["urls"] == []


def test_links_beyond_a_hundred_are_cut_silently(server: ServerInfo, http: requests.Session) -> None:
    many = [LINK + made_id("nobody", number) for number in range(CAP)]
    assert links(server, http, [*many[1:], LINK + AESPA]).json()["url-count"] == 1
    assert links(server, http, [*many, LINK + AESPA]).json()["url-count"] == 0


def test_artist_with_all_its_parts(server: ServerInfo, http: requests.Session) -> None:
    artist = http.get(f"{server.musicbrainz_url}/artist/{mbid(AESPA)}", params=EVERYTHING).json()
    assert [(alias["name"], alias["locale"]) for alias in artist["aliases"]] == [("에스파", "ko"), ("エスパ", "ja")]
    assert [(genre["name"], genre["count"]) for genre in artist["genres"]] == [("k-pop", 6), ("k-pop girl group", 5)]
    assert artist["relations"][0]["url"]["resource"] == LINK + AESPA
    assert artist["relations"][0]["direction"] == "forward"
    assert re.fullmatch(r"[0-9a-f-]{36}", artist["id"])


def test_parts_come_only_when_asked_for(server: ServerInfo, http: requests.Session) -> None:
    artist = http.get(f"{server.musicbrainz_url}/artist/{mbid(AESPA)}").json()
    assert not {"aliases", "genres", "tags", "relations"} & set(artist)


def test_artist_without_genres_has_none_here(server: ServerInfo, http: requests.Session) -> None:
    artist = http.get(f"{server.musicbrainz_url}/artist/{mbid(OTHER_NIRVANA)}", params=EVERYTHING).json()
    assert (artist["genres"], artist["tags"]) == ([], [])


def test_unknown_and_malformed_mbids(server: ServerInfo, http: requests.Session) -> None:
    assert http.get(f"{server.musicbrainz_url}/artist/{mbid('nobody')}").status_code == 404
    assert http.get(f"{server.musicbrainz_url}/artist/{AESPA}").status_code == 400


def test_search_by_alias_and_name(server: ServerInfo, http: requests.Session) -> None:
    def found(query: str) -> list[tuple[str, int]]:
        answer = http.get(f"{server.musicbrainz_url}/artist", params={"query": query, "limit": "5"}).json()
        return [(artist["id"], artist["score"]) for artist in answer["artists"]]

    assert found('alias:"에스파"') == [(mbid(AESPA), 100)]
    assert found('alias:"aespa"') == [], "the name itself is no alias"
    assert found("artist:nirvana")[:2] == [(mbid(NIRVANA), 100), (mbid(OTHER_NIRVANA), 100)]
    assert found("artist:nirvana")[2][1] < 100
    assert found('alias:"그룹"') == [], "an ambiguous alias belongs to nobody"


def test_isrc_leads_to_a_recording(server: ServerInfo, http: requests.Session, catalogue: Catalogue) -> None:
    isrc = catalogue.tracks[made_id("track", 301)].isrc
    answer = http.get(f"{server.musicbrainz_url}/isrc/{isrc}").json()
    (recording,) = answer["recordings"]
    assert (answer["isrc"], recording["title"], recording["length"]) == (isrc, "Butter", 180_301)
    assert (recording["first-release-date"], recording["video"]) == ("1998", False)
    assert http.get(f"{server.musicbrainz_url}/isrc/ZZXXX0000000").status_code == 404


@pytest.mark.parametrize("agent", ["python-requests/2.32", "Python-urllib/3.11", "curl/8", ""])
def test_agent_that_names_nobody_is_blocked(server: ServerInfo, http: requests.Session, agent: str) -> None:
    http.headers["User-Agent"] = agent
    assert http.get(f"{server.musicbrainz_url}/isrc/x").status_code == 403


def test_json_comes_only_when_asked_for(server: ServerInfo, http: requests.Session) -> None:
    url = f"{server.musicbrainz_url}/artist/{mbid(AESPA)}"
    http.headers["Accept"] = "*/*"
    assert http.get(url).headers["Content-Type"].startswith("application/xml")
    assert http.get(url, params={"fmt": "json"}).json()["name"] == "aespa"


def test_too_fast_is_503_for_everything(serve: Serve, http: requests.Session) -> None:
    server = serve(musicbrainz_rate=0.01)
    url = f"{server.musicbrainz_url}/artist/{mbid(AESPA)}"
    assert [http.get(url).status_code for _ in range(3)] == [200, 503, 503]


def test_refusals_last_until_the_rate_drops() -> None:
    now = [100.0]
    limits = Limits(lambda: now[0])

    def after(seconds: float, source: str = "a") -> bool:
        now[0] += seconds
        return limits.slow_enough(source, 1.0)

    assert after(0)
    assert [after(0.5) for _ in range(4)] == [False] * 4, "asking on keeps the door shut"
    assert after(0, "b"), "another source has a rate of its own"
    assert after(1.0)
    assert after(0.97), "a sleep of one second may come out a little short"
