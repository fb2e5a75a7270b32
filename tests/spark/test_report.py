"""The report: what its tables say of a few tracks, and the page as a browser shows it."""

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser
from pyspark.sql import DataFrame, SparkSession

from spark.errors import InputUnusable
from spark.jobs import report
from spark.report.places import place
from spark.transforms import features, genres, popularity
from spark.transforms.distances import FEATURES
from tests.spark.conftest import TRACKS

pytestmark = pytest.mark.slow
_PICTURES = ("genre_map", "distributions", "popularity", "genres_over_years", "sound_over_years", "correlations")


def track(
    number: int, artist: str, year: int | None, popularity: int | None, value: float | None
) -> tuple[object, ...]:
    """A track whose values are all the same, loudness and tempo included."""
    return (f"t{number}", artist, year, popularity, 200_000, "demo", "demo", *[value] * len(FEATURES))


@pytest.fixture(scope="module")
def few(spark: SparkSession) -> DataFrame:
    rows = [
        track(1, "a", 1990, 40, 0.0),
        track(2, "a", 1991, 50, 0.5),
        track(3, "a", 1999, None, 1.0),
        track(4, "b", None, 10, None),
    ]
    return spark.createDataFrame(rows, TRACKS)


def test_values_fall_into_bins_and_the_largest_into_the_last(few: DataFrame) -> None:
    rows = features.histograms(few).collect()
    assert [(row.bin, row.tracks) for row in rows if row.feature == "energy"] == [(0, 1), (20, 1), (39, 1)]
    assert [(row.bin, row.tracks) for row in rows if row.feature == "loudness"] == [(39, 3)]
    assert [(row.bin, row.tracks) for row in rows if row.feature == "tempo"] == [(0, 3)]


def test_what_is_missing_counts_nowhere(few: DataFrame) -> None:
    row = features.summaries(few).where("feature = 'valence'").collect()[0]
    assert (row.tracks, row.mean, row["median"]) == (3, 0.5, 0.5)
    pair = features.correlations(few, ("energy", "release_year")).collect()[0]
    assert pair.one == "energy" and pair.correlation == pytest.approx(0.91225, abs=1e-4)


def test_an_artist_stands_against_the_tracks_whose_popularity_is_known(spark: SparkSession, few: DataFrame) -> None:
    artists = spark.createDataFrame(
        [("a", "A", 60), ("b", "B", 10)], "artist_id string, name string, popularity bigint"
    )
    assert popularity.artists_against_tracks(artists, few).collect() == [], "two tracks with popularity are too few"
    more = few.union(spark.createDataFrame([track(5, "a", 1990, 90, 0.1)], TRACKS))
    row = popularity.artists_against_tracks(artists, more).collect()[0]
    assert (row.name, row.tracks, row.tracks_popularity, row.gap) == ("A", 3, 60.0, 20.0)


def test_a_track_of_two_genres_counts_half_in_each(spark: SparkSession, few: DataFrame) -> None:
    tagged = genres.tracks_with_genres(
        few, spark.createDataFrame([("a", "pop"), ("a", "rock"), ("b", "pop")], "artist_id string, genre string")
    )
    shares = {(row.track_id, row.genre): row.share for row in tagged.collect()}
    assert shares == {(f"t{n}", genre): 0.5 for n in (1, 2, 3) for genre in ("pop", "rock")} | {("t4", "pop"): 1.0}


def test_the_map_puts_alike_genres_together_and_energy_to_the_right() -> None:
    summaries = [{"feature": name, "mean": 0.5, "deviation": 0.2} for name in FEATURES]
    plain = dict.fromkeys(FEATURES, 0.5)
    centres = [
        {"genre": "metal", "tracks": 50, **plain, "energy": 0.9, "acousticness": 0.1},
        {"genre": "punk", "tracks": 40, **plain, "energy": 0.88, "acousticness": 0.1},
        {"genre": "folk", "tracks": 30, **plain, "energy": 0.2, "acousticness": 0.9},
    ]
    found = place(centres, summaries)
    assert found is not None
    metal, punk, folk = found.places
    assert np.hypot(*(metal - punk)) < 0.2 * np.hypot(*(metal - folk))
    assert metal[0] > folk[0] and found.arrows["energy"][0] > 0
    assert place(centres[:2], summaries) is None


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, spark: SparkSession, report_tables: dict[str, str]) -> Path:
    output = tmp_path_factory.mktemp("report") / "new"
    found = report.run(spark, Namespace(**report_tables, output=str(output)))
    assert json.loads(json.dumps(found.as_json()))["pictures"] == [f"{name}.png" for name in _PICTURES]
    return output / "report.html"


def test_pictures_lie_beside_the_page(page: Path) -> None:
    written = {file.name for file in page.parent.iterdir()}
    assert written == {"report.html", *(f"{name}.png" for name in _PICTURES)}
    assert all((page.parent / f"{name}.png").read_bytes().startswith(b"\x89PNG") for name in _PICTURES)


def test_the_page_needs_nothing_else_and_says_whose_values_it_shows(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "were not measured" in text and "&lt;Artist&gt; &amp;" in text
    assert not [one for one in ('src="', "<script", "@import", 'href="http') if one in text]


@pytest.mark.parametrize("width", [1200, 390])
def test_a_browser_shows_every_picture_within_the_page(browser: Browser, page: Path, width: int) -> None:
    view = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    problems: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: problems.append(message.text))
    view.goto(page.as_uri())
    assert asked == [page.as_uri()] and problems == []
    assert [one.get_attribute("id") for one in view.locator("section").all()] == list(_PICTURES)
    for picture in view.locator("figure").all():
        box = picture.locator("svg").first.bounding_box()
        assert box is not None and box["width"] > 0.75 * min(width, 1080) and box["height"] > 100
    assert view.evaluate("document.documentElement.scrollWidth") == width
    view.close()


def test_without_audio_values_it_says_what_to_load(
    spark: SparkSession, report_tables: dict[str, str], tmp_path: Path
) -> None:
    spark.createDataFrame([], TRACKS).write.parquet(str(tmp_path / "none"))
    options = Namespace(**{**report_tables, "tracks": str(tmp_path / "none")}, output=str(tmp_path / "out"))
    with pytest.raises(InputUnusable, match="segue ingest reccobeats"):
        report.run(spark, options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("given", "named"), [("gone", "there are none at"), ("genres", "it lacks acousticness")])
def test_a_table_that_cannot_be_read_is_named(
    spark: SparkSession, report_tables: dict[str, str], tmp_path: Path, given: str, named: str
) -> None:
    place = report_tables.get(given, str(tmp_path / given))
    with pytest.raises(InputUnusable, match=named):
        report.run(spark, Namespace(**{**report_tables, "tracks": place}, output=""))
