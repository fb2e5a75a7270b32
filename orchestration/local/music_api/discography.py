"""Tracks -> albums, grouped by album id. What the catalogue does not say about a record is settled by its id."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from orchestration.local.music_api.catalogue import Album, Track
from orchestration.local.music_api.text import digest


def numbered(tracks: Mapping[str, Track]) -> dict[str, Track]:
    """Return the tracks numbered 1.. within their album, in the order they stand in."""
    numbers: Counter[str] = Counter()
    complete = {}
    for track in tracks.values():
        numbers[track.album_id] += 1
        complete[track.track_id] = replace(track, track_number=numbers[track.album_id])
    return complete


def albums_of(tracks: Mapping[str, Track], rows: Mapping[str, Mapping[str, str]]) -> dict[str, Album]:
    """Return the albums of all tracks; `rows` has the first CSV row of each album."""
    members: dict[str, list[Track]] = {}
    for track in tracks.values():
        members.setdefault(track.album_id, []).append(track)
    return {album_id: _album(album_id, found, rows[album_id]) for album_id, found in members.items()}


def _album(album_id: str, tracks: list[Track], row: Mapping[str, str]) -> Album:
    most_popular = max(tracks, key=lambda track: (track.popularity, track.track_id))
    return Album(
        album_id=album_id,
        name=row.get("album_name") or most_popular.name,
        album_type=row.get("album_type") or _type(album_id, tracks),
        artist_ids=_credited(tracks),
        track_ids=tuple(track.track_id for track in tracks),
        release_date=row.get("release_date") or None,
        popularity=most_popular.popularity,
        external_url=next((track.external_url for track in tracks if track.external_url), None),
        image_url=next((track.image_url for track in tracks if track.image_url), None),
    )


def _credited(tracks: list[Track]) -> tuple[str, ...]:
    """Return who is on every track, else whoever leads most of them."""
    everywhere = tuple(a for a in tracks[0].artist_ids if all(a in track.artist_ids for track in tracks))
    return everywhere or (Counter(track.artist_ids[0] for track in tracks).most_common(1)[0][0],)


def _type(album_id: str, tracks: list[Track]) -> str:
    """Return what the record is; the catalogue holds few tracks of each, so short ones are settled by their id."""
    if len({track.artist_ids[0] for track in tracks}) >= 3:
        return "compilation"
    return "single" if len(tracks) == 1 and digest("album_type", album_id) % 2 else "album"
