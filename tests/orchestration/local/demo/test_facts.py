"""What a person wrote down: complete, consistent, and readable by other tools."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from orchestration.local.demo import DemoCatalogue
from orchestration.local.demo.reading import FOLDER, entries

FILES = sorted(FOLDER.glob("*.yml"))
LATEST_YEAR = 2025
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_safe_yaml_reads_every_text_as_text(path: Path) -> None:
    for artist in yaml.load(path.read_text(encoding="utf-8"), SAFE_LOADER):
        texts = [artist["artist"], artist["from"], *artist["genres"], *artist.get("aliases", []), *artist["songs"]]
        assert all(isinstance(text, str) for text in texts), f"quote what YAML takes for something else: {texts}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_text_is_cut_by_a_comment(path: Path) -> None:
    assert " #" not in path.read_text(encoding="utf-8")


def test_the_catalogue_is_as_wide_as_promised(demo: DemoCatalogue) -> None:
    countries = Counter(artist.country for artist in demo.artists)
    assert len(demo.artists) >= 390
    assert countries["KR"] >= 80
    assert countries["JP"] >= 40
    assert len(countries) >= 40
    scripts = {alias.script for alias in demo.aliases}
    assert scripts >= {"hangul", "kana", "han", "latin", "arabic", "cyrillic", "devanagari"}
    assert len({track.release_date[:3] for track in demo.tracks}) >= 10, "songs of ten decades"


def test_every_artist_has_the_facts_it_needs() -> None:
    for entry in entries():
        assert 3 <= len(entry.songs) <= 8, entry.label
        assert 2 <= len(entry.genres) <= 6, entry.label
        assert re.fullmatch("[A-Z]{2}", entry.country), entry.label
        assert all(genre == genre.lower() for genre in entry.genres), entry.label
        assert all(1920 <= song.year <= LATEST_YEAR for song in entry.songs), entry.label


def test_every_genre_has_a_sound() -> None:
    with FOLDER.parent.joinpath("sounds.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["word"] for row in csv.DictReader(lines)}
    genres = {genre for entry in entries() for genre in entry.genres}
    assert [genre for genre in sorted(genres) if not {genre, *genre.split(), *re.split("[ -]", genre)} & known] == []


def test_no_alias_is_the_title_of_a_song(demo: DemoCatalogue) -> None:
    titles = {track.name.casefold() for track in demo.tracks}
    bearers = {alias.alias for alias in demo.aliases if alias.alias.casefold() in titles}
    assert bearers <= {"Agust D", "HOT", "Ye"}


def test_nothing_is_said_twice_of_an_artist() -> None:
    for entry in entries():
        names = [name.casefold() for name in (entry.name, *entry.aliases)]
        titles = [song.title.casefold() for song in entry.songs]
        for values in (names, titles, list(entry.genres)):
            assert len(values) == len(set(values)), (entry.label, values)
        assert all(len({entry.label, *song.guests}) == len(song.guests) + 1 for song in entry.songs), entry.label


def test_a_shared_song_stands_under_one_artist_only(demo: DemoCatalogue) -> None:
    credits = Counter((track.name.casefold(), artist) for track in demo.tracks for artist in track.artist_ids)
    assert [pair for pair, times in credits.items() if times > 1] == []


def test_two_artists_of_one_name_say_who_they_are(demo: DemoCatalogue) -> None:
    called_nirvana = [artist for artist in demo.artists if artist.name == "Nirvana"]
    assert {artist.country for artist in called_nirvana} == {"US", "GB"}
    assert len({artist.artist_id for artist in called_nirvana}) == 2


def test_odd_names_are_there_as_they_are_written(demo: DemoCatalogue) -> None:
    names = {artist.name for artist in demo.artists}
    assert names >= {"!!!", "10cc", "a-ha", "R.E.M.", "Beyoncé", "Guns N' Roses", "Sigur Rós", "JAY-Z"}
