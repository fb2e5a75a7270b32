"""What the catalogue sounds like, as one page with pictures: distributions, popularity, genres, correlations, a map.

Reads the marts dim_tracks, dim_artists and artist_genres; writes report.html, which needs nothing else, and pictures.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from spark.errors import InputUnusable
from spark.report.findings import Findings
from spark.tables import put, read
from spark.transforms import features, genres, popularity
from spark.transforms.distances import FEATURES

HELP = "draw what the catalogue sounds like"
_TRACKS = (
    "track_id",
    "artist_id",
    "release_year",
    "popularity",
    "duration_ms",
    "provider",
    "features_provider",
    *FEATURES,
)
_ARTISTS = ("artist_id", "name", "popularity")
_GENRES = ("artist_id", "genre")
_MEASURES = (*FEATURES, "popularity", "release_year", "duration_ms")
_GENRES_OVER_YEARS = 10
_GENRES_ON_MAP = 60


@dataclass(frozen=True)
class Drawn:
    """What the job did."""

    page: str
    pictures: list[str]
    tracks: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The answer of `--json`."""
        return {
            "job": "report",
            "page": self.page,
            "pictures": self.pictures,
            "tracks": self.tracks,
            "seconds": round(self.seconds, 1),
        }

    def as_text(self) -> str:
        """One line for people."""
        return f"report: {self.page}, {len(self.pictures)} pictures beside it, of {self.tracks} tracks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to read and where to write: folders, or s3:// URLs."""
    parser.add_argument("--tracks", required=True, help="parquet of dim_tracks")
    parser.add_argument("--artists", required=True, help="parquet of dim_artists")
    parser.add_argument("--genres", required=True, help="parquet of artist_genres")
    parser.add_argument("--output", required=True, help="where the page and its pictures go")


def run(spark: SparkSession, arguments: argparse.Namespace) -> Drawn:
    """Read, compute, draw. Raises InputUnusable, also where no track has audio values."""
    began = time.monotonic()
    tracks = read(spark, arguments.tracks, _TRACKS).where("features_provider is not null")
    found = findings(
        tracks.persist(StorageLevel.MEMORY_AND_DISK),
        read(spark, arguments.artists, _ARTISTS),
        read(spark, arguments.genres, _GENRES),
    )
    if not found.tracks:
        raise InputUnusable(
            f"Drawing the report: no track in {arguments.tracks} has audio values, so there is nothing to draw. "
            "Next: load some (segue ingest reccobeats, or a dump with audio features), then segue build."
        )
    from spark.report.page import write_page  # matplotlib is for this job alone

    with tempfile.TemporaryDirectory() as folder:
        pictures = write_page(found, Path(folder))
        put(spark, Path(folder), arguments.output)
    page = f"{arguments.output.rstrip('/')}/report.html"
    return Drawn(page, pictures, found.tracks, time.monotonic() - began)


def findings(tracks: DataFrame, artists: DataFrame, artist_genres: DataFrame) -> Findings:
    """Everything that is drawn, as small tables on the driver."""
    tagged = genres.tracks_with_genres(tracks, artist_genres).persist(StorageLevel.MEMORY_AND_DISK)
    counted = tracks.groupBy("features_provider").count().orderBy(F.desc("count"), "features_provider").collect()
    return Findings(
        providers={row["features_provider"]: row["count"] for row in counted},
        histograms=_rows(features.histograms(tracks)),
        summaries=_rows(features.summaries(tracks)),
        correlations=_rows(features.correlations(tracks, _MEASURES)),
        years=_rows(features.by_year(tracks, FEATURES)),
        artists=_rows(popularity.artists_against_tracks(artists, tracks)),
        genres_over_years=_rows(genres.over_years(tagged, _GENRES_OVER_YEARS)),
        genre_centres=_rows(genres.centres(tagged, _GENRES_ON_MAP)),
    )


def _rows(frame: DataFrame) -> list[dict[str, object]]:
    return [row.asDict() for row in frame.collect()]
