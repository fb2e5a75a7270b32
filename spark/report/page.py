"""Findings -> report.html, which holds all its pictures, and the same pictures as PNG files beside it."""

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from matplotlib import pyplot
from matplotlib.figure import Figure

from spark.report import plots, sentences
from spark.report.findings import Findings
from spark.report.places import place
from spark.report.style import styled

_TEMPLATE = Template(files("spark.report").joinpath("page.html").read_text(encoding="utf-8"))  # may be in a zip


@dataclass(frozen=True)
class Picture:
    """One section of the page: a heading, what the picture shows, and the picture."""

    name: str
    heading: str
    says: str
    draw: Callable[[], Figure]


def pictures(found: Findings) -> Iterator[Picture]:
    """The sections of the page; one for which there are no rows is left out."""
    if genres := place(found.genre_centres, found.summaries):
        says = sentences.genre_map(genres)
        yield Picture("genre_map", "How genres sit in audio space", says, lambda: plots.genre_map(genres))
    yield Picture(
        "distributions",
        "How audio values are spread",
        sentences.distributions(found.summaries),
        lambda: plots.distributions(found.histograms, found.summaries),
    )
    if found.artists:
        yield Picture(
            "popularity",
            "Artists against their tracks",
            sentences.popularity(found.artists),
            lambda: plots.artists_against_tracks(found.artists),
        )
    if len({row["span"] for row in found.genres_over_years}) > 1:
        yield Picture(
            "genres_over_years",
            "Genres over the years",
            sentences.genres_over_years(found.genres_over_years),
            lambda: plots.genres_over_years(found.genres_over_years),
        )
    if len(found.years) > 1:
        yield Picture(
            "sound_over_years",
            "How the sound changes",
            sentences.sound_over_years(found.years, found.summaries),
            lambda: plots.sound_over_years(found.years, found.summaries),
        )
    yield Picture(
        "correlations",
        "What moves with what",
        sentences.correlations(found.correlations),
        lambda: plots.correlations(found.correlations),
    )


def write_page(found: Findings, folder: Path) -> list[str]:
    """Write the page and its pictures; return the pictures' names."""
    folder.mkdir(parents=True, exist_ok=True)
    sections, names = [], []
    with styled():
        for picture in pictures(found):
            figure = picture.draw()
            figure.savefig(folder / f"{picture.name}.png")
            sections.append(_section(picture, _svg(figure, picture.name)))
            names.append(f"{picture.name}.png")
            pyplot.close(figure)
    page = _TEMPLATE.substitute(sections="\n".join(sections), lead=html.escape(sentences.lead(found)))
    (folder / "report.html").write_text(page, encoding="utf-8")
    return names


def _section(picture: Picture, svg: str) -> str:
    heading, says = html.escape(picture.heading), html.escape(picture.says)
    return (
        f'<section id="{picture.name}"><h2>{heading}</h2><p>{says}</p>'
        f'<figure role="img" aria-label="{heading}">{svg}</figure></section>'
    )


def _svg(figure: Figure, name: str) -> str:
    """The figure as an element of the page; its ids are made the page's own."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    element = text.getvalue()[text.getvalue().index("<svg") :]
    element = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', element)
    element = re.sub(r'(href="#|url\(#)', rf"\1{name}-", element)
    return re.sub(r'<svg ([^>]*?)width="[^"]+"', r"<svg \1", re.sub(r' height="[^"]+"', "", element, count=1), count=1)
