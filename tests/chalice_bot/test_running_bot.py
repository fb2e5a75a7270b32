"""The bot as processes: workers are killed while they answer, and all that the processes print is read afterwards."""

import json
from collections.abc import Iterator

import pytest
import requests

from tests.chalice_bot.exactly_once import run
from tests.chalice_bot.running_bot import RunningBot, quick_folder, running_bot

pytestmark = pytest.mark.slow

PERSON = "4999000011112222"
PRIVATE = "a very private question"


@pytest.fixture(scope="module")
def bot() -> Iterator[RunningBot]:
    with quick_folder() as folder, running_bot(folder, workers=2, visibility_seconds=4) as bot:
        yield bot


def test_nobody_is_answered_twice_while_workers_are_killed(bot: RunningBot) -> None:
    trial = run(bot, deliveries=100, seed=5, sends_between_kills=30)
    assert (trial.messages, trial.deliveries) == (80, 100)
    assert trial.kills >= 2
    assert trial.doubled == 0
    assert trial.lost == trial.lost_in_window <= trial.kills
    assert trial.out_of_order == 0


def test_no_log_of_a_run_holds_a_text_a_person_or_a_secret(bot: RunningBot) -> None:
    before = bot.log.stat().st_size
    control = bot.variables["GRAPH_API_URL"].rsplit("/", 1)[0] + "/_control/faults"
    secrets = [value for name, value in bot.variables.items() if name.endswith(("_TOKEN", "_SECRET", "_KEY"))]
    with requests.Session() as session:
        for number, text in enumerate((PRIVATE, "aespa", "에스파")):
            assert bot.deliver(bot.message(PERSON, f"private mid {number}", text), session) == 200
        assert bot.deliver(PRIVATE.encode(), session) == 400
        assert (
            session.post(bot.url, data=PRIVATE, headers={"X-Hub-Signature-256": "sha256=" + "0" * 64}).status_code
            == 403
        )
        bot.wait_until_empty()
        assert session.post(control, json=[{"code": 100}]).ok
        assert bot.deliver(bot.message(PERSON, "private mid 9", PRIVATE), session) == 200
        bot.wait_until_empty()
    whole = bot.log.read_text(encoding="utf-8")
    lines = whole.encode()[before:].decode().splitlines()
    logged = [json.loads(line) for line in lines if line.startswith("{")]
    said = {line["message"].partition(":")[0]: line.get("correlation_id") for line in logged if "message" in line}
    assert said["queued"] == said["gave up on a message"] is not None  # the last message, seen by both functions
    assert {"answered", "refused a delivery"} <= said.keys()
    assert {"Queued", "Answered", "GaveUp"} <= {name for line in logged if "_aws" in line for name in line}
    assert len(secrets) >= 5
    password = bot.variables["SEGUE_POSTGRES_URL"].split(":")[2].partition("@")[0]
    for secret in (PRIVATE, "aespa", "에스파", "\\uc5d0", PERSON, "private mid", password, *secrets):
        assert secret == "segue" or secret not in whole  # the local account's name is that of the service
