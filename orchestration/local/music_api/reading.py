"""A folder of CSV files (the catalogue dump format) -> Catalogue. Columns may be missing, extra or in any order."""

import csv
import json
import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from orchestration.local import demo
from orchestration.local.music_api.catalogue import Alias, Artist, Catalogue, Track, indexed
from orchestration.local.music_api.discography import albums_of, numbered
from orchestration.local.music_api.errors import CatalogueError
from orchestration.local.music_api.text import base62, generated_isrc

log = logging.getLogger("music_api")

Row = dict[str, str]
_FEATURES: dict[str, Callable[[str], float | int]] = {
    **dict.fromkeys(("danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness"), float),
    **dict.fromkeys(("liveness", "valence", "tempo"), float),
    **dict.fromkeys(("key", "mode", "duration_ms", "time_signature"), lambda text: int(float(text))),
}


def load(catalogue: str) -> Catalogue:
    """Return the demo catalogue (`demo`) or the one in a folder."""
    if catalogue != "demo":
        return read(Path(catalogue))
    with tempfile.TemporaryDirectory(prefix="segue-demo-") as folder:
        try:
            demo.export(Path(folder))
        except demo.DemoError as error:
            raise CatalogueError(str(error)) from error
        return read(Path(folder))


def read(folder: Path) -> Catalogue:
    """Return the catalogue in `folder`; only artists.csv and tracks.csv must be there.

    A row that cannot be read is left out and counted: judging dumps is not this server's work.
    """
    skipped = _Skipped()
    aliases = _aliases(folder / "aliases.csv")
    artists = {
        row["artist_id"]: _artist(row, aliases.get(row["artist_id"], []))
        for row in _rows(folder / "artists.csv", ("artist_id", "name"), skipped)
    }
    credits = _credits(folder / "track_artists.csv")
    features = _features(folder / "audio_features.csv", skipped)
    tracks: dict[str, Track] = {}
    album_rows: dict[str, Row] = {}
    for row in _rows(folder / "tracks.csv", ("track_id", "name"), skipped):
        track_id = row["track_id"]
        artist_ids = tuple(a for a in _names(row.get("artist_ids")) or credits.get(track_id, []) if a in artists)
        if not artist_ids or track_id in tracks:
            skipped.rows += 1
            continue
        tracks[track_id] = _track(row, artist_ids, features.get(track_id))
        album_rows.setdefault(tracks[track_id].album_id, row)
    if skipped.rows:
        log.warning("%s: left out %d rows without id, name or known artist", folder, skipped.rows)
    tracks = numbered(tracks)
    related = _related(folder / "related_artists.csv", artists)
    return indexed(artists, tracks, albums_of(tracks, album_rows), related, skipped.rows)


class _Skipped:
    rows = 0


def _rows(path: Path, needed: tuple[str, ...], skipped: _Skipped) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise CatalogueError(
                    f"{path}: read the header {reader.fieldnames}; the column {missing[0]} is missing. "
                    "Give a folder in the catalogue dump format (`segue demo export FOLDER` writes one)."
                )
            for row in reader:
                if all(row[name] for name in needed):
                    yield row
                else:
                    skipped.rows += 1
    except OSError as error:
        raise CatalogueError(
            f"{path}: cannot read it ({error.strerror}). A catalogue folder needs artists.csv and tracks.csv; "
            "`segue demo export FOLDER` writes one, `--catalogue demo` serves the built-in one."
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path}: is not a CSV file in UTF-8 ({error}). Convert it and start again.") from error


def _optional(path: Path, needed: tuple[str, ...]) -> Iterator[Row]:
    return _rows(path, needed, _Skipped()) if path.exists() else iter(())


def _names(text: str | None) -> list[str]:
    """Read a JSON list of strings; anything else counts as empty."""
    if not text:
        return []
    try:
        values = json.loads(text)
    except ValueError:
        return []
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _whole(text: str | None) -> int:
    try:
        return int(float(text or 0))
    except (ValueError, OverflowError):
        return 0


def _artist(row: Row, aliases: list[Alias]) -> Artist:
    return Artist(
        artist_id=row["artist_id"],
        name=row["name"],
        genres=tuple(_names(row.get("genres"))),
        popularity=_whole(row.get("popularity")),
        followers=_whole(row.get("followers")),
        country=row.get("country") or None,
        image_url=row.get("image_url") or None,
        external_url=row.get("external_url") or None,
        aliases=tuple(aliases),
    )


def _track(row: Row, artist_ids: tuple[str, ...], features: dict[str, float | int] | None) -> Track:
    duration_ms = _whole(row.get("duration_ms"))
    explicit = row.get("explicit") or row.get("is_explicit") or ""
    return Track(
        track_id=row["track_id"],
        name=row["name"],
        artist_ids=artist_ids,
        album_id=row.get("album_id") or base62("album", row["track_id"]),
        track_number=1,
        popularity=_whole(row.get("popularity")),
        is_explicit=explicit.lower() in ("true", "1", "t", "yes"),
        duration_ms=duration_ms,
        isrc=row.get("isrc") or generated_isrc(artist_ids[0], row["name"], duration_ms),
        image_url=row.get("image_url") or None,
        external_url=row.get("external_url") or None,
        features=features,
    )


def _credits(path: Path) -> dict[str, list[str]]:
    credits: dict[str, list[str]] = {}
    for row in _optional(path, ("track_id", "artist_id")):
        credits.setdefault(row["track_id"], []).append(row["artist_id"])
    return credits


def _features(path: Path, skipped: _Skipped) -> dict[str, dict[str, float | int]]:
    features: dict[str, dict[str, float | int]] = {}
    for row in _optional(path, ("track_id",)):
        try:
            features[row["track_id"]] = {name: cast(row[name]) for name, cast in _FEATURES.items() if row.get(name)}
        except (ValueError, OverflowError):
            skipped.rows += 1
    return features


def _aliases(path: Path) -> dict[str, list[Alias]]:
    """Only aliases that name one known artist for certain."""
    aliases: dict[str, list[Alias]] = {}
    for row in _optional(path, ("alias",)):
        artist_id = row.get("spotify_id") or row.get("artist_id")
        ambiguous = row.get("ambiguous") or row.get("is_ambiguous") or ""
        alias = Alias(row["alias"], row.get("script") or "latin")
        if artist_id and ambiguous.lower() not in ("true", "1") and alias not in aliases.get(artist_id, []):
            aliases.setdefault(artist_id, []).append(alias)
    return aliases


def _related(path: Path, artists: dict[str, Artist]) -> dict[str, list[str]]:
    related: dict[str, list[tuple[int, str]]] = {}
    for row in _optional(path, ("artist_id", "related_artist_id")):
        if row["artist_id"] in artists and row["related_artist_id"] in artists:
            related.setdefault(row["artist_id"], []).append((_whole(row.get("rank")), row["related_artist_id"]))
    return {artist_id: [other for _, other in sorted(pairs)] for artist_id, pairs in related.items()}
