from typing import Any

import pytest
import requests

from .conftest import AESPA, Serve, token


def test_health_counts_what_is_served(serve: Serve, http: requests.Session) -> None:
    answer = http.get(f"{serve(profile='development').origin}/_control/health").json()
    assert (answer["ok"], answer["profile"], answer["artists"], answer["tracks"]) == (True, "development", 6, 136)


def test_log_holds_every_request_but_the_control_ones(serve: Serve, http: requests.Session) -> None:
    server = serve()
    http.get(f"{server.spotify_url}artists/{AESPA}", params={"market": "KR"}, headers=token(server, "me"))
    http.get(f"{server.spotify_url}artists/{AESPA}")
    http.get(f"{server.origin}/_control/health")
    log = http.get(f"{server.origin}/_control/requests").json()
    assert [(entry["method"], entry["path"], entry["status"], entry["client_id"]) for entry in log] == [
        ("POST", "/api/token", 200, None),
        ("GET", f"/v1/artists/{AESPA}", 200, "me"),
        ("GET", f"/v1/artists/{AESPA}", 401, None),
    ]
    assert (log[1]["query"], log[1]["at"][-6:]) == ("market=KR", "+00:00")
    assert len(http.get(f"{server.origin}/_control/requests", params={"path": "^/v1"}).json()) == 2
    http.delete(f"{server.origin}/_control/requests")
    assert http.get(f"{server.origin}/_control/requests").json() == []


def test_settings_change_while_it_runs_and_come_back(serve: Serve, http: requests.Session) -> None:
    server = serve()
    header = token(server)

    def top_tracks() -> int:
        url = f"{server.spotify_url}artists/{AESPA}/top-tracks?market=KR"
        return http.get(url, headers=header).status_code

    assert top_tracks() == 200
    changed = http.post(f"{server.origin}/_control/settings", json={"profile": "development", "quota": 1})
    assert (changed.status_code, changed.json()["quota"]) == (200, 1)
    assert top_tracks() == 429, "the call before counts"
    http.delete(f"{server.origin}/_control")
    assert top_tracks() == 200


@pytest.mark.parametrize(
    ("path", "body", "complaint"),
    [
        ("settings", {"profile": "premium"}, "known are extended, development"),
        ("settings", {"speed": 1}, "known are musicbrainz_rate"),
        ("settings", {"quota": "many"}, "must be a number"),
        ("settings", [], "must be a JSON dict"),
        ("faults", {"action": "cut"}, "must be a JSON list"),
        ("faults", [{"action": "explode"}], "known are cut"),
    ],
)
def test_impossible_orders_are_refused(
    serve: Serve, http: requests.Session, path: str, body: Any, complaint: str
) -> None:
    answer = http.post(f"{serve().origin}/_control/{path}", json=body)
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


def test_log_is_not_filtered_by_what_is_no_pattern(serve: Serve, http: requests.Session) -> None:
    answer = http.get(f"{serve().origin}/_control/requests", params={"path": "("})
    assert (answer.status_code, "no regular expression" in answer.json()["error"]) == (400, True)


def test_faults_are_dropped(serve: Serve, http: requests.Session) -> None:
    server = serve()
    http.post(f"{server.origin}/_control/faults", json=[{"action": {"status": 500}, "times": None}])
    assert http.post(server.token_url).status_code == 500
    listed = http.get(f"{server.origin}/_control/faults").json()
    assert listed == [{"path": "", "kind": "status", "matched": 1}]
    http.delete(f"{server.origin}/_control/faults")
    assert http.post(server.token_url).status_code == 400


def test_unknown_control_says_what_there_is(serve: Serve, http: requests.Session) -> None:
    answer = http.get(f"{serve().origin}/_control/nothing")
    assert answer.status_code == 404
    assert "DELETE" in answer.json()["known"]
