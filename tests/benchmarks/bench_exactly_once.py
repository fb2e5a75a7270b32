"""10,000 deliveries, a fifth of them repeated, while workers are killed: what came twice, what never came, and why.

    python tests/benchmarks/bench_exactly_once.py [DELIVERIES]

A step is one call of the Graph API, which takes whatever it is given as often as it is given. Lost is only what a
worker had begun and not recorded as done when it was killed: one step of a kill at most. What of such steps had arrived
is counted beside it: more than one of a kill, as the ends of steps are written once a batch is through.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "chalice_bot")]

from tests.chalice_bot.exactly_once import run
from tests.chalice_bot.running_bot import quick_folder, running_bot

SENDS_BETWEEN_KILLS = 100


def main(arguments: Sequence[str]) -> int:
    """Run the trial; 1 where anything came twice, or was lost without that reason."""
    deliveries = int(arguments[0]) if arguments else 10_000
    with quick_folder() as folder, running_bot(folder, workers=2, visibility_seconds=5) as bot:
        trial = run(bot, deliveries, seed=5, sends_between_kills=SENDS_BETWEEN_KILLS)
    _say("deliveries", f"{trial.deliveries}, of {trial.messages} messages, answered in {trial.steps} steps")
    _say("workers killed", f"{trial.kills}")
    _say("steps twice", f"{trial.doubled}")
    _say("steps lost", f"{trial.lost}, {trial.lost_in_window} of them begun by a worker that was killed")
    _say("kills after a send", f"{trial.sent_in_window} steps that were sent and not recorded, and not sent again")
    _say("persons out of order", f"{trial.out_of_order}")
    is_right = trial.doubled == trial.out_of_order == 0 and trial.lost == trial.lost_in_window <= trial.kills
    return int(not is_right)


def _say(what: str, figures: str) -> None:
    sys.stdout.write(f"{what:<22}{figures}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
