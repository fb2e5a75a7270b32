"""Each table as one picture; every function takes rows of `Findings` and returns a matplotlib figure."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter, PercentFormatter, StrMethodFormatter

from spark.report.findings import Rows
from spark.report.places import Map
from spark.report.style import ACCENT, DIVERGING, INK, LABELS, PALETTE, QUIET, SECOND
from spark.transforms.distances import FEATURES
from spark.transforms.features import BINS, RANGES

_SHORTEST_ARROW = 0.15
_FROM_PALE = LinearSegmentedColormap.from_list("from pale", ["#cfe3ea", ACCENT, "#123244"])


def distributions(histograms: Rows, summaries: Rows) -> Figure:
    """One histogram per feature with its mean and its median."""
    counts = {(row["feature"], row["bin"]): row["tracks"] for row in histograms}
    told = {row["feature"]: row for row in summaries}
    figure, axes = pyplot.subplots(3, 3, figsize=(10.5, 7.8), layout="constrained")
    for axis, name in zip(axes.flat, FEATURES, strict=True):
        at, total = RANGES[name], max(1, sum(counts.get((name, place), 0) for place in range(BINS)))
        shares = [counts.get((name, place), 0) / total for place in range(BINS)]
        lefts = [at.low + at.width * place for place in range(BINS)]
        axis.bar(lefts, shares, width=at.width * 0.92, align="edge", color=ACCENT, alpha=0.85)
        axis.set_title(LABELS[name])
        axis.set_xlim(at.low, at.high)
        axis.grid(visible=False, axis="x")
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axis.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        if name in told:
            axis.axvline(told[name]["median"], color=SECOND, linewidth=2, label="median")
            axis.axvline(told[name]["mean"], color=INK, linewidth=1.4, linestyle=(0, (4, 2)), label="mean")
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False)
    return figure


def artists_against_tracks(artists: Rows) -> Figure:
    """How many artists of each popularity have tracks that are, in the mean, how popular."""
    mine = np.array([row["popularity"] for row in artists], dtype=float)
    theirs = np.array([row["tracks_popularity"] for row in artists], dtype=float)
    figure, axis = pyplot.subplots(figsize=(7.6, 6.2), layout="constrained")
    drawn = axis.hexbin(mine, theirs, gridsize=32, mincnt=1, cmap=_FROM_PALE, bins="log", extent=(0, 100, 0, 100))
    axis.plot([0, 100], [0, 100], color=SECOND, linewidth=1.4)
    axis.annotate(
        "tracks as popular as the artist",
        (70, 72),
        rotation=45,
        color=SECOND,
        ha="center",
        va="bottom",
        rotation_mode="anchor",
    )
    axis.set(
        xlim=(0, 100), ylim=(0, 100), xlabel="popularity of the artist", ylabel="mean popularity of the artist's tracks"
    )
    axis.set_aspect("equal")
    bar = figure.colorbar(drawn, ax=axis, shrink=0.8, pad=0.02)
    bar.set_label("artists")
    bar.formatter = StrMethodFormatter("{x:.0f}")
    bar.minorformatter = NullFormatter()
    bar.outline.set_visible(False)
    return figure


def sound_over_years(years: Rows, summaries: Rows) -> Figure:
    """Each feature's mean a year, as deviations from its mean over all tracks."""
    told = {row["feature"]: row for row in summaries}
    shown = [name for name in FEATURES if name in told and told[name]["deviation"]]
    figure, axes = pyplot.subplots(3, 3, figsize=(10.5, 6.6), layout="constrained", sharex=True, sharey=True)
    when = np.array([row["release_year"] for row in years], dtype=float)
    for axis, name in zip(axes.flat, shown, strict=False):
        mean, deviation = told[name]["mean"], told[name]["deviation"]
        values = np.array([np.nan if row[name] is None else row[name] for row in years], dtype=float)
        values = (values - mean) / deviation
        axis.axhline(0, color=QUIET, linewidth=0.8)
        axis.fill_between(when, values, 0, where=values >= 0, color=SECOND, alpha=0.35, interpolate=True, linewidth=0)
        axis.fill_between(when, values, 0, where=values < 0, color=ACCENT, alpha=0.35, interpolate=True, linewidth=0)
        axis.plot(when, values, color=INK, linewidth=1.3)
        axis.set_title(LABELS[name].partition(" (")[0])
        axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for axis in axes.flat[len(shown) :]:
        axis.set_visible(False)
    figure.supylabel("standard deviations from the mean of all tracks", color=QUIET, fontsize=10)
    return figure


def genres_over_years(rows: Rows) -> Figure:
    """The share of each large genre among the tracks of each five years, one small chart per genre."""
    spans = sorted({row["span"] for row in rows})
    shares = {(row["genre"], row["span"]): row["share"] for row in rows}
    names = sorted({row["genre"] for row in rows}, key=lambda name: _middle(name, spans, shares))
    figure, axes = pyplot.subplots(
        max(2, len(names)),
        1,
        figsize=(9.6, 0.78 * max(2, len(names)) + 0.6),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    for number, (axis, name) in enumerate(zip(axes, names, strict=False)):
        values = [shares.get((name, span), 0.0) for span in spans]
        color = PALETTE[number % len(PALETTE)]
        axis.fill_between(spans, values, color=color, alpha=0.75, linewidth=0)
        axis.plot(spans, values, color=color, linewidth=1.5)
        axis.set_ylabel(name, rotation=0, ha="right", va="center", color=INK, fontsize=10.5)
        axis.set_yticks([])
        axis.grid(visible=False, axis="y")
        axis.spines["left"].set_visible(False)
        best = int(np.argmax(values))
        axis.annotate(
            f"{values[best]:.0%}",
            (spans[best], values[best]),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=8.5,
            color=QUIET,
            annotation_clip=False,
        )
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    axes[0].set_ylim(0, max(shares.values(), default=1) * 1.3)
    if spans:
        axes[0].set_xlim(spans[0], spans[-1])
    return figure


def _middle(name: str, spans: Sequence[int], shares: Mapping[tuple[str, int], float]) -> float:
    """The genre's mean span, so that genres follow each other in time."""
    weights = [shares.get((name, span), 0.0) for span in spans]
    return float(np.average(spans, weights=weights))


def correlations(rows: Rows) -> Figure:
    """A table of all pairs, coloured by how much they move together."""
    names = list(dict.fromkeys(name for row in rows for name in (row["one"], row["other"])))
    place = {name: number for number, name in enumerate(names)}
    values = np.full((len(names), len(names)), np.nan)
    for row in rows:
        if row["correlation"] is not None:
            values[place[row["other"]], place[row["one"]]] = row["correlation"]
    figure, axis = pyplot.subplots(figsize=(8.6, 7.2), layout="constrained")
    drawn = axis.imshow(values[1:, :-1], cmap=DIVERGING, vmin=-1, vmax=1)
    labels = [LABELS[name].partition(" (")[0] for name in names]
    axis.set_xticks(range(len(names) - 1), labels[:-1], rotation=40, ha="right", rotation_mode="anchor", color=INK)
    axis.set_yticks(range(len(names) - 1), labels[1:], color=INK)
    axis.grid(visible=False)
    axis.spines[:].set_visible(False)
    for (down, across), value in np.ndenumerate(values[1:, :-1]):
        if not np.isnan(value):
            color = "white" if abs(value) > 0.55 else INK
            axis.text(
                across, down, f"{value:.2f}".replace("0.", "."), ha="center", va="center", fontsize=8.5, color=color
            )
    bar = figure.colorbar(drawn, ax=axis, shrink=0.6, pad=0.02)
    bar.outline.set_visible(False)
    return figure


def genre_map(found: Map) -> Figure:
    """Genres where they lie in audio space, larger ones larger, and a compass of the values."""
    figure, (axis, compass) = pyplot.subplots(
        1, 2, figsize=(12.4, 7.6), width_ratios=(4, 1.25), gridspec_kw={"wspace": 0.02}
    )
    figure.subplots_adjust(left=0.03, right=0.99, top=0.95, bottom=0.06)
    sizes = 25 + 500 * found.tracks / found.tracks.max()
    axis.scatter(found.places[:, 0], found.places[:, 1], s=sizes, color=ACCENT, alpha=0.5, linewidth=0)
    axis.margins(0.1, 0.06)
    axis.set_xticks([])
    axis.set_yticks([])
    axis.set(
        xlabel=f"{found.explained[0]:.0%} of the differences between genres", ylabel=f"{found.explained[1]:.0%} of them"
    )
    _label(axis, found)
    _draw_compass(compass, found)
    return figure


def _draw_compass(axis: Any, found: Map) -> None:
    """Which way a value grows on the map; what hardly changes along it has no arrow."""
    axis.set(xlim=(-1.35, 1.35), ylim=(-1.1, 1.1), aspect="equal", anchor="N")
    axis.axis("off")
    axis.set_title("which way values grow", loc="center", color=QUIET)
    for name, (x, y) in found.arrows.items():
        length = float(np.hypot(x, y))
        if length < _SHORTEST_ARROW:
            continue
        axis.annotate(
            "",
            (x, y),
            (0, 0),
            arrowprops={"arrowstyle": "-|>", "color": SECOND, "linewidth": 1.6, "mutation_scale": 12},
        )
        across = x / length
        axis.text(
            x + 0.06 * across,
            y + 0.07 * y / length,
            LABELS[name].partition(" (")[0].lower(),
            fontsize=9,
            color=INK,
            ha="left" if across > 0.3 else "right" if across < -0.3 else "center",
            va="bottom" if y > 0 else "top",
        )


def _label(axis: Any, found: Map) -> None:
    """Names beside their circles, the largest genres first; a name that would cover another one is left out."""
    axis.figure.canvas.draw()
    taken: list[Any] = []
    for number in np.argsort(-found.tracks, kind="stable"):
        x, y = found.places[number]
        for shift, align in ((8, "left"), (-8, "right")):
            text = axis.annotate(
                found.genres[number],
                (x, y),
                xytext=(shift, 0),
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=9,
                color=INK,
            )
            box = text.get_window_extent()
            if not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
            text.remove()
