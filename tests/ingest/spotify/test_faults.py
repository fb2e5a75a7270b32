"""Cases 1-8 of the fault list, as the local API plays them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.conftest import Ingest
from tests.ingest.spotify.conftest import Serve
from tests.ingest.visible import visible_rows

pytestmark = pytest.mark.slow

QUOTA = {"error": {"status": 429, "message": "Too many requests", "reason": "QUOTA_EXCEEDED"}}
RATE = {"error": {"status": 429, "message": "API rate limit exceeded"}}


def limited(after: str | None, body: Any = RATE, nth: int = 1, path: str = "/v1/") -> dict[str, Any]:
    headers = {} if after is None else {"Retry-After": after}
    return {"match": path, "nth": nth, "times": None, "action": {"status": 429, "headers": headers, "body": body}}


def counts(home: Path, *tables: str) -> list[int]:
    return [len(visible_rows(home, "raw_spotify", table)) for table in tables]


def test_case_1_a_deadline_keeps_what_was_fetched_and_stops_every_process(
    ingest: Ingest, home: Path, serve: Serve, names: Path, tmp_path: Path
) -> None:
    running = serve(limited("3600", nth=3))
    code, summary = ingest("spotify", "--names", names, **running.environment)
    assert code == 75
    assert summary["rows"]["artists"] == 2
    assert counts(home, "artists", "name_matches") == [2, 2]
    assert len(running.calls()) == 3
    running.server.apis.faults.clear()
    running.forget()
    code, _ = ingest("spotify", "--names", names, SEGUE_HOME=str(tmp_path / "another"))
    assert (code, list(running.server.apis.log)) == (75, [])


def test_after_the_deadline_only_the_rest_is_asked(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve(limited("3600", nth=3))
    ingest("spotify", "--names", names, **running.environment)
    running.server.apis.faults.clear()
    running.forget()
    code, _ = ingest("spotify", "--names", names, SEGUE_STATE_TABLE="another_state")
    assert code == 0
    asked = [entry["query"] for entry in running.calls("/v1/search") if "type=artist" in entry["query"]]
    assert len(asked) == 2
    assert counts(home, "artists", "tracks", "name_matches") == [3, 14, 4]


@pytest.mark.parametrize(
    ("after", "hours"),
    [(None, 24), ("", 24), ("-5", 24), ("86236", 23.95), ("99999999", 168)],
    ids=["missing", "empty", "negative", "seconds", "absurd"],
)
def test_case_2_and_3_a_quota_is_a_matter_of_a_day(
    ingest: Ingest, serve: Serve, names: Path, after: str | None, hours: float, caplog: pytest.LogCaptureFixture
) -> None:
    running = serve(limited(after, QUOTA))
    assert ingest("spotify", "--names", names, **running.environment)[0] == 75
    assert len(running.calls()) == 1
    until = datetime.now(UTC) + timedelta(hours=hours)
    assert any(f"{until + timedelta(minutes=m):%Y-%m-%d %H:%M}" in caplog.text for m in (-1, 0, 1))
    assert ("absurd" in caplog.text) == (after == "99999999")


def test_case_3_a_date_is_a_deadline(ingest: Ingest, serve: Serve, names: Path) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    running = serve(limited(moment))
    assert ingest("spotify", "--names", names, **running.environment)[0] == 75
    assert len(running.calls()) == 1


def test_case_1_a_short_wait_is_waited_for(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve({**limited("1"), "times": 1})
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    assert counts(home, "artists") == [3]


def test_case_4_no_premium_stops_the_run(
    ingest: Ingest, serve: Serve, names: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = serve(needs_premium=True)
    assert ingest("spotify", "--names", names, **running.environment)[0] == 1
    assert len(running.calls()) == 1
    assert "Premium" in caplog.text


def test_case_5_an_expired_token_is_refreshed_once(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve({"match": "/v1/search", "nth": 2, "action": "expire_token"})
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    tokens = [entry for entry in running.server.apis.log if entry["path"] == "/api/token"]
    assert len(tokens) == 2
    assert counts(home, "artists") == [3]


def test_case_5_a_wrong_secret_stops_and_is_not_logged(
    ingest: Ingest, serve: Serve, names: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = serve()
    code, _ = ingest("spotify", "--names", names, **running.environment | {"SPOTIFY_CLIENT_SECRET": "hunter2hunter2"})
    assert (code, running.calls()) == (1, [])
    assert "invalid_client" in caplog.text
    assert "hunter2" not in caplog.text


def test_case_5_no_token_is_logged(ingest: Ingest, serve: Serve, names: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    ingest("spotify", "--names", names, **serve().environment)
    assert "Bearer" not in caplog.text
    assert "secret-segue-local" not in caplog.text


@pytest.mark.parametrize("kind", ["truncate", "html", "empty", "wrong_charset", "cut_body"])
def test_case_6_what_cannot_be_read_is_quarantined_and_the_rest_loads(
    ingest: Ingest, home: Path, serve: Serve, tmp_path: Path, kind: str
) -> None:
    names = tmp_path / "two.txt"
    names.write_text("보아\naespa\n", encoding="utf-8")
    running = serve({"match": "/v1/search", "times": 4, "action": kind})
    code, _ = ingest("spotify", "--names", names, **running.environment)
    assert len([entry for entry in running.calls("search") if "q=%EB" in entry["query"]]) == 4
    if kind == "cut_body":
        assert code == 1, "half an answer is a broken connection, not an answer"
        return
    assert code == 0
    assert counts(home, "artists", "quarantine", "name_matches") == [1, 1, 1]


@pytest.mark.parametrize("kind", ["null_items", "repeat_items"])
def test_case_7_nulls_and_repeats_leave_the_valid_part(
    ingest: Ingest, home: Path, serve: Serve, names: Path, kind: str
) -> None:
    running = serve({"match": "top-tracks|audio-features", "times": None, "action": kind}, profile="extended")
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    tracks = visible_rows(home, "raw_spotify", "tracks")
    assert len({row["track_id"] for row in tracks}) == len(tracks) >= 10


def test_case_7_a_type_clash_goes_to_quarantine(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    change = {"kind": "rewrite", "pattern": '"popularity": ?89', "replacement": '"popularity":"89"'}
    running = serve({"match": "q=aespa", "times": None, "action": change}, profile="extended")
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    assert counts(home, "artists", "quarantine") == [2, 1]


def test_case_8_a_burst_of_errors_is_survived(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve(
        {"match": "/v1/search", "times": 2, "action": {"status": 502}},
        {"match": "/v1/search", "nth": 4, "action": "cut"},
    )
    assert ingest("spotify", "--names", names, **running.environment)[0] == 0
    assert counts(home, "artists") == [3]


def test_case_8_a_server_that_stays_down_ends_the_run(ingest: Ingest, home: Path, serve: Serve, names: Path) -> None:
    running = serve({"match": "/v1/search", "nth": 2, "times": None, "action": {"status": 503}})
    assert ingest("spotify", "--names", names, **running.environment)[0] == 1
    assert len(running.calls()) == 1 + 4
    assert counts(home, "artists") == [1]


def test_without_shared_state_no_call_is_made(
    ingest: Ingest, serve: Serve, names: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running = serve()
    environment = running.environment | {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9"}
    assert ingest("spotify", "--names", names, **environment)[0] == 1
    assert list(running.server.apis.log) == []
    assert "AWS_ENDPOINT_URL_DYNAMODB" in caplog.text


PLAYLIST = ("spotify", "--url", "https://open.spotify.com/intl-ko/playlist/demoPlaylist0000000001?si=x")


def test_case_7_a_next_that_leads_to_itself_ends(ingest: Ingest, home: Path, serve: Serve) -> None:
    running = serve({"match": "/playlists/", "times": None, "action": "next_loop"}, profile="extended")
    assert ingest(*PLAYLIST, **running.environment)[0] == 0
    assert len(running.calls("/playlists/")) == 2
    assert counts(home, "tracks") == [18]


def test_case_7_a_next_on_another_host_is_not_followed(ingest: Ingest, home: Path, serve: Serve) -> None:
    away = {"kind": "rewrite", "pattern": '"next": ?(null|"[^"]*")', "replacement": '"next":"http://127.0.0.2:9/v1/x"'}
    running = serve({"match": "/playlists/", "times": None, "action": away}, profile="extended")
    assert ingest(*PLAYLIST, **running.environment)[0] == 0
    (row,) = visible_rows(home, "raw_spotify", "quarantine")
    assert "'127.0.0.2:9'" in row["reason"]
    assert counts(home, "tracks") == [18]
