"""The blend's weights are data, and what learns, builds and looks up with them means the same signals."""

import csv
import re

import numpy as np
import pytest
from chalicelib import provisional

from tests.benchmarks import learn_blend

from .lake import PROJECT


def test_everyone_means_the_same_signals() -> None:
    rows = list(csv.DictReader(learn_blend.WEIGHTS.read_text(encoding="utf-8").splitlines()))
    assert [row["signal"] for row in rows] == ["intercept", *learn_blend.SIGNALS]
    macro = re.search(r"blend_signals.*?\[(.*?)\]", (PROJECT / "macros/artist_scores.sql").read_text(), re.DOTALL)
    assert macro and re.findall(r"'(\w+)'", macro[1]) == list(learn_blend.SIGNALS)
    named = re.findall(r"\(\s*'(\w+)',", provisional._QUERY)
    assert [name for name in named if name in learn_blend.SIGNALS] == named == list(learn_blend.SIGNALS)


def test_closer_is_never_worse() -> None:
    rows = csv.DictReader(learn_blend.WEIGHTS.read_text(encoding="utf-8").splitlines())
    weights = {row["signal"]: float(row["weight"]) for row in rows}
    assert all(weights[signal] > 0 for signal in learn_blend.SIGNALS)


def test_signals_are_counted_in_deviations_among_the_own_candidates() -> None:
    owner = np.array([0, 0, 0, 1, 1])
    values = np.array([[1.0, 5.0], [3.0, np.nan], [np.nan, 5.0], [10.0, 0.0], [30.0, 1.0]])
    expected = [[-1.0, 0.0], [1.0, 0.0], [0.0, 0.0], [-1.0, -1.0], [1.0, 1.0]]
    assert learn_blend.standardised(owner, values) == pytest.approx(np.array(expected))


def test_weights_are_the_logarithms_of_odds() -> None:
    """Of those with the signal 80 % are related, of those without it 20 %; so many that the ridge hardly counts."""
    values = np.repeat([1.0, 0.0], 10_000)[:, None]
    related = np.array([1.0] * 8000 + [0.0] * 2000 + [1.0] * 2000 + [0.0] * 8000)
    weights = learn_blend.logistic(values, related)
    assert weights == pytest.approx([np.log(0.25), 2 * np.log(4)], rel=0.01)
    chance = 1 / (1 + np.exp(-weights[0] - values[:, 0] * weights[1]))
    assert (related - chance).sum() == pytest.approx(0, abs=1e-6)
    assert ((related - chance) * values[:, 0]).sum() - weights[1] == pytest.approx(0, abs=1e-6)
