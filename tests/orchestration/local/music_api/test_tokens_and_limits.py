import pytest
import requests
from spotipy import SpotifyException, SpotifyOauthError

from orchestration.local.music_api.application import MusicApis
from orchestration.local.music_api.catalogue import Catalogue
from orchestration.local.music_api.messages import Request
from orchestration.local.music_api.settings import Settings

from .conftest import AESPA, Connect, Serve, token

FORM = {"grant_type": "client_credentials"}
ARTIST = f"/v1/artists/{AESPA}"


class Clock:
    """Time that passes only when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Caller:
    """Calls the APIs without sockets, at a time of its choosing."""

    def __init__(self, catalogue: Catalogue, **settings: object) -> None:
        self.clock = Clock()
        self.apis = MusicApis(catalogue, Settings(**settings), self.clock)  # type: ignore[arg-type]

    def token(self, client_id: str) -> str:
        body = f"grant_type=client_credentials&client_id={client_id}&client_secret=secret-{client_id}"
        answer = self.apis.answer(Request("POST", "/api/token", body=body.encode()))
        return str(answer.payload["access_token"])

    def get(self, token: str, path: str = ARTIST) -> tuple[int, dict[str, str], str]:
        """Return status, headers and reason."""
        answer = self.apis.answer(Request("GET", path, headers={"authorization": f"Bearer {token}"}))
        return answer.status, dict(answer.headers), str(answer.payload.get("error", {}).get("reason", ""))


def test_token_is_given_for_basic_auth_and_for_form_fields(serve: Serve) -> None:
    server = serve(token_seconds=120)
    basic = requests.post(server.token_url, FORM, auth=("me", "secret-me"), timeout=5).json()
    fields = {"client_id": "me", "client_secret": "secret-me"}
    form = requests.post(server.token_url, FORM | fields, timeout=5).json()
    assert basic["access_token"] != form["access_token"]
    for answer in (basic, form):
        assert (answer["token_type"], answer["expires_in"], answer["access_token"][:2]) == ("Bearer", 120, "BQ")


@pytest.mark.parametrize("auth", [("me", "wrong"), ("", "secret-"), None], ids=["wrong secret", "no id", "nothing"])
def test_wrong_secret_is_invalid_client(serve: Serve, auth: tuple[str, str] | None) -> None:
    answer = requests.post(serve().token_url, FORM, auth=auth, timeout=5)
    assert answer.status_code == 400
    assert answer.json() == {"error": "invalid_client", "error_description": "Invalid client"}


def test_other_grants_are_refused(serve: Serve) -> None:
    answer = requests.post(serve().token_url, {"grant_type": "password"}, auth=("me", "secret-me"), timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_spotipy_reports_a_wrong_secret(serve: Serve, connect: Connect) -> None:
    spotify = connect(serve())
    spotify.auth_manager.client_secret = "wrong"
    with pytest.raises(SpotifyOauthError) as caught:
        spotify.artist(AESPA)
    assert caught.value.error == "invalid_client"


@pytest.mark.parametrize(
    ("header", "kind"),
    [({}, "missing_token"), ({"Authorization": "Bearer nonsense"}, "invalid_token"), (FORM, "missing_token")],
)
def test_without_a_good_token_it_is_401(serve: Serve, header: dict[str, str], kind: str) -> None:
    answer = requests.get(serve().spotify_url + f"artists/{AESPA}", headers=header, timeout=5)
    assert (answer.status_code, answer.json()["error"]["status"]) == (401, 401)
    assert kind in answer.headers["WWW-Authenticate"]


def test_token_ends_with_its_time(catalogue: Catalogue) -> None:
    caller = Caller(catalogue, token_seconds=60)
    token = caller.token("me")
    caller.clock.now += 59.9
    assert caller.get(token)[0] == 200
    caller.clock.now += 0.1
    status, headers, _ = caller.get(token)
    assert status == 401
    assert "invalid_token" in headers["WWW-Authenticate"]
    assert caller.get(caller.token("me"))[0] == 200


def test_rate_limit_counts_30_seconds_of_one_client(catalogue: Catalogue) -> None:
    caller = Caller(catalogue, rate_limit=3)
    mine, other = caller.token("me"), caller.token("other")
    assert [caller.get(mine)[0] for _ in range(3)] == [200, 200, 200]
    caller.clock.now += 10
    status, headers, reason = caller.get(mine)
    assert (status, headers["Retry-After"], reason) == (429, "20", "")
    assert caller.get(other)[0] == 200, "another client has a window of its own"
    caller.clock.now += 20
    assert caller.get(mine)[0] == 200


def test_quota_is_one_pool_for_all_clients(catalogue: Catalogue) -> None:
    caller = Caller(catalogue, quota=5)
    mine, other = caller.token("me"), caller.token("other")
    assert [caller.get(each)[0] for each in (mine, other, mine, other, mine)] == [200] * 5
    for each in (mine, other):
        assert caller.get(each) == (429, {"Retry-After": "86236"}, "QUOTA_EXCEEDED")
    caller.clock.now += 3600
    assert caller.get(caller.token("third"))[0] == 429, "waiting an hour does not help"


def test_quota_may_come_without_retry_after(catalogue: Catalogue) -> None:
    caller = Caller(catalogue, quota=1, quota_retry_after=None)
    mine = caller.token("me")
    caller.get(mine)
    assert caller.get(mine) == (429, {}, "QUOTA_EXCEEDED")


def test_spotipy_sees_the_quota_of_another_client(serve: Serve, connect: Connect) -> None:
    server = serve(quota=2)
    first, second = connect(server, "first"), connect(server, "second")
    first.artist(AESPA)
    second.artist(AESPA)
    with pytest.raises(SpotifyException) as caught:
        first.artist(AESPA)
    assert (caught.value.http_status, caught.value.reason) == (429, "QUOTA_EXCEEDED")
    assert caught.value.headers["Retry-After"] == "86236"
    spotify_calls = [entry for entry in server.apis.log if entry["path"] == ARTIST]
    assert [(entry["client_id"], entry["status"]) for entry in spotify_calls] == [
        ("first", 200),
        ("second", 200),
        ("first", 429),
    ]


def test_owner_without_premium_is_refused_everywhere(serve: Serve) -> None:
    server = serve(profile="development", needs_premium=True)
    answer = requests.get(f"{server.spotify_url}search?q=x&type=track", headers=token(server), timeout=5)
    assert answer.status_code == 403
    assert "Premium" in answer.json()["error"]["message"].title()
