"""Figures as tables and as a plot: with a reference, without one, without anything."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from orchestration.evaluation.measuring import Figure, Found
from orchestration.evaluation.plot import draw
from orchestration.evaluation.tables import METHODS, tables

REACH = [
    Figure(method, group, metric, value, 9)
    for group in ("all", "without_genres")
    for method in METHODS
    for metric, value in (("coverage", 1.0), ("popularity_bias", -2.36))
]
RIGHT = [
    Figure(method, group, "recall@20", place / 10, 7)
    for group in ("held_out", "tuned", "all")
    for place, method in enumerate(METHODS)
]


def shown(figures: list[Figure]) -> list[str]:
    console = Console(file=StringIO(), width=118)
    for table in tables(Found("truth", figures)):
        console.print(table)
    assert isinstance(console.file, StringIO)
    return [" ".join(line.split()) for line in console.file.getvalue().splitlines()]


def test_tables_split_seeds_and_tell_the_lead_over_the_baseline() -> None:
    lines = shown([*REACH, *RIGHT])
    assert "held out (7) genre_jaccard 0.000 - - - - - -" in lines
    assert "blend 0.300 - - 1.000 -2.4 - -" in lines
    assert "tuned 7 0.000 0.100 0.200 0.300 +0.300" in lines
    assert not any(line.startswith("without genres") for line in lines), "nobody there has a reference"


def test_without_a_reference_the_table_says_so() -> None:
    lines = shown(REACH)
    assert "all (0) genre_jaccard - - - 1.000 -2.4 - -" in lines
    assert any("nothing tells here which neighbours are right" in line for line in lines)
    assert not any("by group" in line for line in lines)


@pytest.mark.parametrize("figures", [[*REACH, *RIGHT], REACH, []], ids=["reference", "none", "nothing"])
def test_the_same_figures_are_the_same_plot(tmp_path: Path, figures: list[Figure]) -> None:
    drawn = draw(figures, tmp_path / "new" / "a.svg").read_bytes()
    assert drawn == draw(figures, tmp_path / "b.svg").read_bytes()
    assert (b"recall@20 by group" in drawn) == any(one.metric == "recall@20" for one in figures)
    assert (b"popularity bias" in drawn) == bool(figures)
