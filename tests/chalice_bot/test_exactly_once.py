"""Workers are killed while they answer; nobody gets an answer twice, and nothing is lost but in the one window."""

from pathlib import Path

import pytest

from tests.chalice_bot.exactly_once import run
from tests.chalice_bot.running_bot import quick_folder, running_bot


@pytest.mark.slow
def test_nobody_is_answered_twice_while_workers_are_killed() -> None:
    with quick_folder() as folder, running_bot(Path(folder), workers=2, visibility_seconds=4) as bot:
        trial = run(bot, deliveries=100, seed=5, sends_between_kills=30)
    assert (trial.messages, trial.deliveries) == (80, 100)
    assert trial.kills >= 2
    assert trial.doubled == 0
    assert trial.lost == trial.lost_in_window
    assert trial.out_of_order == 0
