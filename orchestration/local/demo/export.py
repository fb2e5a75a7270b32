"""The demo catalogue -> a folder of CSV files in the catalogue dump format, every row labelled `demo`."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path

from orchestration.local.demo.catalogue import load
from orchestration.local.demo.rows import PROVIDER, AudioFeatures, DemoCatalogue

LICENCE = "CC0-1.0"
Cells = Iterable[Sequence[object]]

ARTISTS = ("artist_id", "name", "genres", "popularity", "followers", "genres_source", "sources")
TRACKS = (
    *("track_id", "name", "artist_ids", "album_id", "album_name"),
    *("release_date", "popularity", "explicit", "duration_ms", "source"),
)
ALIASES = ("alias", "script", "name", "spotify_id", "kind", "id_source", "ambiguous", "source", "licence")


def export(folder: Path) -> None:
    """Write artists, tracks, track_artists, audio_features and aliases (.csv, UTF-8) into `folder`, made if missing."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = load()
    _write(folder / "artists.csv", (*ARTISTS, "country", "external_url"), _artists(demo))
    _write(folder / "tracks.csv", (*TRACKS, "isrc", "external_url"), _tracks(demo))
    _write(folder / "track_artists.csv", ("track_id", "artist_id"), _credits(demo))
    _write(folder / "audio_features.csv", [field.name for field in fields(AudioFeatures)], _features(demo))
    _write(folder / "aliases.csv", ALIASES, _aliases(demo))


def _artists(demo: DemoCatalogue) -> Cells:
    for artist in demo.artists:
        facts = (artist.artist_id, artist.name, _json(artist.genres), artist.popularity, artist.followers)
        yield *facts, PROVIDER, PROVIDER, artist.country, artist.external_url


def _tracks(demo: DemoCatalogue) -> Cells:
    for track in demo.tracks:
        album = (track.album_id, track.album_name, track.release_date)
        # Whether a song is explicit is not in the data files: empty, not False.
        values = (track.popularity, "", track.duration_ms, PROVIDER, track.isrc, track.external_url)
        yield track.track_id, track.name, _json(track.artist_ids), *album, *values


def _credits(demo: DemoCatalogue) -> Cells:
    return ((track.track_id, artist_id) for track in demo.tracks for artist_id in track.artist_ids)


def _features(demo: DemoCatalogue) -> Cells:
    return (astuple(row) for row in demo.audio_features)


def _aliases(demo: DemoCatalogue) -> Cells:
    for alias in demo.aliases:
        named = (alias.alias, alias.script, alias.name, alias.artist_id)
        yield *named, "alias", "source file", alias.is_ambiguous, PROVIDER, LICENCE


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _write(path: Path, columns: Sequence[str], rows: Cells) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*columns, "provider"])
        writer.writerows([*row, PROVIDER] for row in rows)
