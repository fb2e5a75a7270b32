"""Figures -> tables for the terminal: methods by metric for seeds held out, tuned on and all; then recall by group."""

from rich import box
from rich.table import Table

from orchestration.evaluation.measuring import Found

METRICS = ("recall@20", "nDCG@20", "hit@10", "coverage", "popularity_bias", "genre_diversity", "stability")
METHODS = ("genre_jaccard", "audio", "genre", "blend")
"""In this order everywhere: the baseline, then what the blend is made of, then the blend."""

GROUPS = (
    "held_out",
    "tuned",
    "all",
    "with_genres",
    "without_genres",
    "korean",
    "other_countries",
    "popular",
    "not_popular",
)
SPLIT = GROUPS[:3]
_OF_ALL = "Coverage and what is right of it: of all artists of the group, seeds or not."
_NO_SEEDS = "No artist has 5 related artists in the catalogue, so nothing tells here which neighbours are right."
FOUND = "recall@20"


def tables(found: Found) -> list[Table]:
    """Return both tables; the second only where there is a reference."""
    values = {(one.seed_group, one.method, one.metric): one.value for one in found.figures}
    counts = {(one.seed_group, one.metric): one.seed_count for one in found.figures if one.method == "blend"}
    with_seeds = [group for group in GROUPS if (group, FOUND) in counts]
    return [_by_metric(found, values, counts), *([_by_group(values, counts, with_seeds)] if with_seeds else [])]


def _by_metric(found: Found, values: dict[tuple[str, str, str], float], counts: dict[tuple[str, str], int]) -> Table:
    table = Table(
        title=f"Similar artists, measured on {found.reference}",
        caption=_OF_ALL if any(metric == FOUND for _, metric in counts) else _NO_SEEDS,
        title_justify="left",
        caption_justify="left",
        box=box.SIMPLE_HEAD,
    )
    table.add_column("seeds", no_wrap=True)
    table.add_column("method", no_wrap=True)
    for metric in METRICS:
        table.add_column(metric.replace("_", " "), justify="right")
    for group in SPLIT:
        seeds = counts.get((group, FOUND), 0)
        for place, method in enumerate(METHODS):
            shown = [_shown(metric, values.get((group, method, metric))) for metric in METRICS]
            if any(word != "-" for word in shown):
                name = (f"{_words(group)} ({seeds})", "")[min(place, 1)]
                table.add_row(name, method, *shown, style="bold" if method == "blend" else None)
        table.add_section()
    return table


def _by_group(
    values: dict[tuple[str, str, str], float], counts: dict[tuple[str, str], int], groups: list[str]
) -> Table:
    table = Table(title=f"{FOUND} by group of seeds", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("group", no_wrap=True)
    table.add_column("seeds", justify="right")
    for method in METHODS:
        table.add_column(method, justify="right", style="bold" if method == "blend" else None)
    table.add_column("blend less baseline", justify="right")
    for group in groups:
        row = [values.get((group, method, FOUND)) for method in METHODS]
        lead = None if row[0] is None or row[-1] is None else row[-1] - row[0]
        shown = [_shown(FOUND, value) for value in row]
        table.add_row(_words(group), str(counts[group, FOUND]), *shown, "-" if lead is None else f"{lead:+.3f}")
    return table


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(metric: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:+.1f}" if metric == "popularity_bias" else f"{value:.3f}"
