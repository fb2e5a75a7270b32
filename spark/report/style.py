"""How the pictures look: one palette, quiet axes, type that is read at a glance."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib

matplotlib.use("agg")

from cycler import cycler
from matplotlib import pyplot
from matplotlib.font_manager import get_font_names

INK, QUIET, GRID, PAPER = "#1f2933", "#66727f", "#e4e8ec", "#ffffff"
ACCENT, SECOND = "#2f6f8f", "#d1603d"
PALETTE = (
    "#2f6f8f",
    "#d1603d",
    "#5b9a5f",
    "#8a5a9e",
    "#c99a2e",
    "#3fa7a0",
    "#b5476b",
    "#6b7fb8",
    "#8c6d4f",
    "#7a8288",
)
DIVERGING = "RdBu_r"
_FONTS = ("DejaVu Sans", "NanumGothic", "Noto Sans CJK KR", "Noto Sans CJK JP")
"""DejaVu comes with matplotlib; the others draw Hangul and Han where they are installed."""

LABELS = {
    "danceability": "Danceability",
    "energy": "Energy",
    "loudness": "Loudness (dB)",
    "speechiness": "Speechiness",
    "acousticness": "Acousticness",
    "instrumentalness": "Instrumentalness",
    "liveness": "Liveness",
    "valence": "Valence (mood)",
    "tempo": "Tempo (beats/min)",
    "popularity": "Popularity",
    "release_year": "Year of release",
    "duration_ms": "Length",
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in our style, and leave matplotlib as it was."""
    installed = set(get_font_names())
    options: dict[Any, Any] = {
        "font.family": [name for name in _FONTS if name in installed],
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": QUIET,
        "axes.edgecolor": GRID,
        "axes.titlecolor": INK,
        "axes.titlesize": 10.5,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.prop_cycle": cycler(color=PALETTE),
        "grid.color": GRID,
        "grid.linewidth": 0.8,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "figure.facecolor": PAPER,
        "figure.dpi": 100,
        "savefig.dpi": 160,
        "svg.fonttype": "path",
        "svg.hashsalt": "segue",
    }
    with pyplot.rc_context(options):
        yield
