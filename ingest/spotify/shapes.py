"""Spotify's objects -> rows of the raw tables. Pure. What is absent or of a wrong type is null, never zero."""

import json
from typing import Any

from ingest import tables
from ingest.fitting import Json, checked, objects

DATASET = "raw_spotify"


def artist(given: Json) -> Json:
    """Row of `artists`."""
    row = {
        "artist_id": given.get("id"),
        "name": given.get("name"),
        "genres": _json(given.get("genres")),
        "popularity": given.get("popularity"),
        "followers": _inside(given.get("followers"), "total"),
        "image_url": _image(given),
        "images": _json(given.get("images")),
        "external_url": _inside(given.get("external_urls"), "spotify"),
    }
    return checked(DATASET, "artists", row)


def album(given: Json) -> Json:
    """Row of `albums`; a simplified album leaves label, upc, genres and popularity null."""
    row = {
        "album_id": given.get("id"),
        "name": given.get("name"),
        "album_type": given.get("album_type"),
        "artist_ids": _json(_ids(given)),
        "release_date": given.get("release_date"),
        "release_date_precision": given.get("release_date_precision"),
        "total_tracks": given.get("total_tracks"),
        "image_url": _image(given),
        "label": given.get("label"),
        "upc": _inside(given.get("external_ids"), "upc"),
        "genres": _json(given.get("genres")),
        "popularity": given.get("popularity"),
        "external_url": _inside(given.get("external_urls"), "spotify"),
    }
    return checked(DATASET, "albums", row)


def track_id(given: Json) -> Any:
    """The id a track is known by in every market: that of `linked_from` where Spotify plays another release of it.

    So it is the id that was asked for, audio features and playlists name it by this id, and the same song is not two
    in a warehouse filled from two markets. `external_url` leads to the release that plays.
    """
    return _inside(given.get("linked_from"), "id") or given.get("id")


def track(given: Json, found_by: str, found_for: str | None, rank: int | None, on: Json | None = None) -> Json:
    """Row of `tracks`; `on` is the album where the track is simplified."""
    album_given = given.get("album")
    record = album_given if isinstance(album_given, dict) else on or {}
    row = {
        "track_id": track_id(given),
        "name": given.get("name"),
        "artist_ids": _json(_ids(given)),
        "artist_names": _json([one.get("name") for one in objects(given.get("artists"))]),
        "album_id": record.get("id"),
        "album_name": record.get("name"),
        "release_date": record.get("release_date"),
        "release_date_precision": record.get("release_date_precision"),
        "popularity": given.get("popularity"),
        "is_explicit": given.get("explicit"),
        "duration_ms": given.get("duration_ms"),
        "isrc": _inside(given.get("external_ids"), "isrc"),
        "track_number": given.get("track_number"),
        "disc_number": given.get("disc_number"),
        "is_playable": given.get("is_playable"),
        "image_url": _image(record),
        "external_url": _inside(given.get("external_urls"), "spotify"),
        "found_by": found_by,
        "found_for_artist_id": found_for,
        "found_rank": rank,
    }
    return checked(DATASET, "tracks", row)


def audio_features(given: Json) -> Json:
    """Row of `audio_features`."""
    names = tables.columns(DATASET, "audio_features")
    row = {name: given.get(name) for name in names if name not in ("provider", "retrieved_at")}
    return checked(DATASET, "audio_features", row | {"track_id": given.get("id")})


def _ids(given: Json) -> list[str]:
    return [one["id"] for one in objects(given.get("artists")) if isinstance(one.get("id"), str)]


def _image(given: Json) -> str | None:
    """Return the largest image, which comes first."""
    return next((image["url"] for image in objects(given.get("images")) if image.get("url")), None)


def _inside(given: Any, name: str) -> Any:
    return given.get(name) if isinstance(given, dict) else None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
