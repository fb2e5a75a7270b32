"""Figures -> one SVG: recall@20 of all methods side by side for every group of seeds, and the other metrics below."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure as Canvas

from orchestration.evaluation.measuring import Figure
from orchestration.evaluation.tables import FOUND, GROUPS, METHODS, METRICS

_COLOURS = {"genre_jaccard": "#b8b8b8", "audio": "#e0a458", "genre": "#6a9fb5", "blend": "#2f6f4e"}
_WIDTH = 0.8
"""Of the four bars of a group together, where 1 is the distance from group to group."""


def draw(figures: Sequence[Figure], file: Path) -> Path:
    """Draw and write the file; the same figures give the same bytes. Metrics nobody has are left out."""
    values = {(one.seed_group, one.method, one.metric): one for one in figures}
    others = [metric for metric in METRICS if metric != FOUND and any(key[2] == metric for key in values)]
    heights = (3, 2) if any(key[2] == FOUND for key in values) else (2,)
    canvas = Canvas(figsize=(12, 1.4 * sum(heights)), layout="constrained")
    grid = canvas.add_gridspec(len(heights), max(len(others), 1), height_ratios=heights)
    if len(heights) > 1:
        _recall(canvas.add_subplot(grid[0, :]), values)
    for place, metric in enumerate(others):
        _metric(canvas.add_subplot(grid[-1, place]), metric, values)
    file.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "segue", "svg.fonttype": "none"}):
        canvas.savefig(file, metadata={"Date": None})
    return file


def _recall(axes: Any, values: dict[tuple[str, str, str], Figure]) -> None:
    groups = [group for group in GROUPS if any((group, method, FOUND) in values for method in METHODS)]
    for place, method in enumerate(METHODS):
        shift = (place - (len(METHODS) - 1) / 2) * _WIDTH / len(METHODS)
        found = [(at + shift, values.get((group, method, FOUND))) for at, group in enumerate(groups)]
        bars = [(at, one.value) for at, one in found if one is not None]
        drawn = axes.bar(
            [at for at, _ in bars],
            [value for _, value in bars],
            _WIDTH / len(METHODS),
            label=method,
            color=_COLOURS[method],
        )
        axes.bar_label(drawn, fmt="%.2f", fontsize=7, padding=1)
    seeds = [
        max(one.seed_count for key, one in values.items() if key[0] == group and key[2] == FOUND) for group in groups
    ]
    axes.set_xticks(
        range(len(groups)), [f"{group.replace('_', ' ')}\n{count}" for group, count in zip(groups, seeds, strict=True)]
    )
    axes.set_title(f"{FOUND} by group, with its number of seeds", loc="left", fontsize=11)
    axes.legend(ncols=len(METHODS), frameon=False, loc="upper right")
    axes.margins(y=0.18)
    _plain(axes)


def _metric(axes: Any, metric: str, values: dict[tuple[str, str, str], Figure]) -> None:
    found = [(at, values.get(("all", method, metric))) for at, method in enumerate(METHODS)]
    bars = [(at, one.value) for at, one in found if one is not None]
    colours = [_COLOURS[METHODS[at]] for at, _ in bars]
    drawn = axes.bar([at for at, _ in bars], [value for _, value in bars], _WIDTH, color=colours)
    axes.set_xticks(range(len(METHODS)), [method.replace("_", "\n") for method in METHODS])
    axes.set_xlim(-0.6, len(METHODS) - 0.4)
    axes.bar_label(drawn, fmt="%+.1f" if metric == "popularity_bias" else "%.2f", fontsize=7, padding=1)
    axes.set_title(f"{metric.replace('_', ' ')}, all", loc="left", fontsize=9)
    axes.tick_params(labelsize=7)
    axes.margins(y=0.18)
    axes.axhline(0, color="#555555", linewidth=0.8)
    _plain(axes)


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
