"""The exported folder has the form of the real catalogue dump, and its files agree with each other."""

import csv
import json
from pathlib import Path

import pytest

FILES = ("artists.csv", "tracks.csv", "track_artists.csv", "audio_features.csv", "aliases.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


@pytest.mark.parametrize("name", FILES)
def test_columns_begin_as_in_the_real_dump(exported: Path, shared_data: Path, name: str) -> None:
    real = header(shared_data / "catalog" / name)
    assert header(exported / name)[: len(real)] == real


@pytest.mark.parametrize("name", FILES)
def test_every_row_says_demo(exported: Path, name: str) -> None:
    assert header(exported / name)[-1] == "provider"
    assert {row["provider"] for row in rows(exported / name)} == {"demo"}


def test_exactly_these_files_are_written(exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == sorted(FILES)


def test_values_have_the_forms_of_the_real_dump(exported: Path) -> None:
    artist = next(row for row in rows(exported / "artists.csv") if row["name"] == "aespa")
    assert json.loads(artist["genres"]) == ["k-pop", "k-pop girl group", "dance pop"]
    assert (artist["genres_source"], artist["sources"], artist["country"]) == ("demo", "demo", "KR")
    assert artist["external_url"] == "https://open.spotify.com/search/aespa"
    track = next(row for row in rows(exported / "tracks.csv") if row["name"] == "Spicy")
    assert (track["album_name"], track["release_date"], track["source"]) == ("Spicy", "2023", "demo")
    alias = next(row for row in rows(exported / "aliases.csv") if row["alias"] == "에스파")
    assert (alias["script"], alias["name"], alias["spotify_id"]) == ("hangul", "aespa", artist["artist_id"])
    assert (alias["ambiguous"], alias["licence"]) == ("False", "CC0-1.0")


def test_the_files_agree_with_each_other(exported: Path) -> None:
    artists = {row["artist_id"] for row in rows(exported / "artists.csv")}
    tracks = {row["track_id"]: json.loads(row["artist_ids"]) for row in rows(exported / "tracks.csv")}
    credits = [(row["track_id"], row["artist_id"]) for row in rows(exported / "track_artists.csv")]
    assert credits == [(track, artist) for track, listed in tracks.items() for artist in listed]
    assert {artist for _, artist in credits} == artists
    features = {row["track_id"]: row["duration_ms"] for row in rows(exported / "audio_features.csv")}
    assert features == {row["track_id"]: row["duration_ms"] for row in rows(exported / "tracks.csv")}
    assert {row["spotify_id"] for row in rows(exported / "aliases.csv")} <= artists


def test_a_collaboration_credits_both_artists_in_order(exported: Path) -> None:
    names = {row["artist_id"]: row["name"] for row in rows(exported / "artists.csv")}
    track = next(row for row in rows(exported / "tracks.csv") if row["name"] == "Crazy In Love")
    assert [names[artist] for artist in json.loads(track["artist_ids"])] == ["Beyoncé", "JAY-Z"]
