"""Spotify says "come again in an hour" in the middle of a run (case 1): what came is served, and nobody calls again."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.segue_command import Segue, segue_in

pytestmark = pytest.mark.slow

AFTER_REQUESTS = 10
RULE = {
    "match": {"path": "^/v1/"},
    "nth": AFTER_REQUESTS,
    "times": None,
    "action": {"status": 429, "headers": {"Retry-After": "3600"}},
}


def music_api(segue: Segue) -> str:
    services = json.loads(segue.run("status", "--json").stdout)["services"]
    return next(f"http://127.0.0.1:{service['port']}" for service in services if service["name"] == "music_api")


def call(method: str, url: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or "null")


def test_a_long_retry_after_ends_with_75_and_is_kept_by_the_next_run(tmp_path: Path, small_catalogue: Path) -> None:
    words = ("run", "--source", "spotify", "--names", str(small_catalogue / "names.txt"))
    with segue_in(tmp_path / "state") as segue:
        segue.run("up", "music_api", "--catalogue", str(small_catalogue), "--profile", "development")
        call("POST", f"{music_api(segue)}/_control/faults", [RULE])
        segue.run(*words, expect=75)
        record = segue.last_run()
        statuses = {step["name"]: step["status"] for step in record["steps"]}
        assert record["status"] == "put_off" and statuses["ingest_spotify"] == "put_off"
        assert statuses["build"] == statuses["publish"] == "done", "what came before the deadline is served"
        assert 0 < len(segue.rows("select * from marts.dim_artists")) < 17

        call("DELETE", f"{music_api(segue)}/_control/faults")
        call("DELETE", f"{music_api(segue)}/_control/requests")
        segue.run(*words, expect=75)
        asked = call("GET", f"{music_api(segue)}/_control/requests?path=%5E/v1/")
        assert not (asked["requests"] if isinstance(asked, dict) else asked), "no call before the deadline"
