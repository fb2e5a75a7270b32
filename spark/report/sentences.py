"""What each picture shows, in a sentence or two with the figures of this catalogue."""

from collections.abc import Mapping
from typing import Any

from spark.report.findings import Findings, Rows
from spark.report.places import Map
from spark.report.style import LABELS

_SKEWED = 1.0
"""From this skewness on, the mean lies where few tracks are."""


def lead(found: Findings) -> str:
    """Whose values these are."""
    told = " and ".join(f"{count:,} from {provider}" for provider, count in found.providers.items())
    generated = " Values of the demo are generated; they were not measured." if "demo" in found.providers else ""
    return f"{found.tracks:,} tracks with audio values: {told}.{generated}"


def distributions(summaries: Rows) -> str:
    """Which values a mean describes, and which it does not."""
    skewed = [_name(row["feature"]) for row in summaries if abs(row["skewness"] or 0.0) >= _SKEWED]
    even = [_name(row["feature"]) for row in summaries if abs(row["skewness"] or 0.0) < _SKEWED / 2]
    said = [f"Read the median of {_listed(skewed)}: most tracks lie at one end."] if skewed else []
    said += [f"For {_listed(even)}, mean and median tell the same."] if even else []
    return " ".join(said) or "Share of tracks by value."


def popularity(artists: Rows) -> str:
    """How far artists and their tracks are apart."""
    gaps = [row["gap"] for row in artists]
    below = sum(row["tracks_popularity"] < row["popularity"] for row in artists) / len(artists)
    widest = artists[0]
    return (
        f"{below:.0%} of {len(artists):,} artists (with 3 tracks or more) are more popular than their tracks are in "
        f"the mean. An artist and a track of theirs are {sum(gaps) / len(gaps):.0f} points apart in the mean, and "
        f"{widest['gap']:.0f} for {widest['name']}."
    )


def genres_over_years(rows: Rows) -> str:
    """What is shown, and which genre ever had the largest share."""
    best = max(rows, key=lambda row: (row["share"], row["genre"]))
    return (
        "The share of the largest genres among the tracks of each five years (a track of several genres counts in "
        f"parts), with each one's best. The largest share of all: {best['genre']}, "
        f"{best['share']:.0%} from {best['span']} on."
    )


def sound_over_years(years: Rows, summaries: Rows) -> str:
    """What rose and what fell most between the first and the last ten years shown."""
    told = {row["feature"]: row for row in summaries}
    changes = []
    for name, row in told.items():
        first, last = (_mean([year[name] for year in part]) for part in (years[:10], years[-10:]))
        if row["deviation"] and first is not None and last is not None:
            changes.append(((last - first) / row["deviation"], name))
    if not changes:
        return "The mean of each year's tracks."
    (fell, falling), (rose, rising) = min(changes), max(changes)
    return (
        f"The mean of each year's tracks, {years[0]['release_year']} to {years[-1]['release_year']}. Between the first "
        f"ten years shown and the last ten, {_name(rising)} changed most upwards ({rose:+.1f} standard deviations), "
        f"{_name(falling)} most downwards ({fell:+.1f})."
    )


def correlations(rows: Rows) -> str:
    """The pairs that move together and against each other most."""
    known = [row for row in rows if row["correlation"] is not None]
    if not known:
        return "No pair of values could be compared."
    most, least = max(known, key=lambda row: row["correlation"]), min(known, key=lambda row: row["correlation"])
    return (
        f"Most together: {_pair(most)} ({most['correlation']:.2f}). Most against each other: {_pair(least)} "
        f"({least['correlation']:.2f}). 1 is the same, 0 unrelated (Pearson's correlation over all tracks)."
    )


def genre_map(found: Map) -> str:
    """What the map is."""
    return (
        f"The {len(found.genres)} largest genres by the mean of their tracks' audio values, seen from where they "
        f"differ most: the two axes hold {sum(found.explained):.0%} of the differences. Near means alike; the arrows "
        "beside it show which way a value grows; a name that would cover another is left out."
    )


def _pair(row: Mapping[str, Any]) -> str:
    one, other = row["one"], row["other"]
    return f"{_name(one)} and {_name(other)}"


def _name(feature: str) -> str:
    return LABELS[feature].partition(" (")[0].lower()


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
