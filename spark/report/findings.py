"""What the report is drawn from: small tables, as lists of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Findings:
    """One table for each picture; the columns are those of the transform of that name."""

    providers: Mapping[str, int]
    histograms: Rows
    summaries: Rows
    correlations: Rows
    years: Rows
    artists: Rows
    genres_over_years: Rows
    genre_centres: Rows

    @property
    def tracks(self) -> int:
        """How many tracks have audio values."""
        return sum(self.providers.values())
