"""What a list shows next: questions to one published generation that begin at an artist or a song already found."""

from collections.abc import Sequence
from typing import Any

from chalicelib.music import Artist, Track, artist_of, object_of, track_of
from chalicelib.snapshot import Snapshot


def songs_of(snapshot: Snapshot, artist_id: str, limit: int, offset: int = 0) -> list[Track]:
    """An artist's own songs, those that it ranks best first; one for each recording."""
    rows = snapshot.rows(
        """
        with own as (
            select distinct on (coalesce(tracks.recording_key, tracks.track_id)) tracks.*, credits.rank
            from {s}.artist_tracks as credits
            inner join {s}.dim_tracks as tracks using (track_id)
            where credits.artist_id = %(id)s
            order by coalesce(tracks.recording_key, tracks.track_id), credits.rank nulls last, tracks.track_id
        )
        select * from own order by rank nulls last, track_id limit %(limit)s offset %(offset)s
        """,
        id=artist_id,
        limit=limit,
        offset=offset,
    )
    return [track_of(row) for row in rows]


def artist_reasons(snapshot: Snapshot, artist_id: str, neighbour_id: str) -> dict[str, Any] | None:
    """Why one artist is a neighbour of another; None where it is none."""
    rows = snapshot.rows(
        """
        select reasons from {s}.artist_similarity
        where artist_id = %(id)s and neighbour_artist_id = %(neighbour)s and method = 'blend'
        """,
        id=artist_id,
        neighbour=neighbour_id,
    )
    return object_of(rows[0]["reasons"]) if rows else None


def track_reasons(snapshot: Snapshot, track_id: str, neighbour_id: str) -> dict[str, Any] | None:
    """Why one song is a neighbour of another; None where it is none."""
    rows = snapshot.rows(
        """
        select reasons from {s}.track_similarity
        where track_id = %(id)s and neighbour_track_id = %(neighbour)s
        order by variant limit 1
        """,
        id=track_id,
        neighbour=neighbour_id,
    )
    return object_of(rows[0]["reasons"]) if rows else None


def best_known(snapshot: Snapshot, limit: int) -> list[Artist]:
    """The most popular artists that have neighbours: good examples of what to ask for."""
    rows = snapshot.rows(
        """
        select * from {s}.dim_artists as artists
        where exists (select 1 from {s}.artist_similarity where artist_id = artists.artist_id and method = 'blend')
        order by popularity desc nulls last, artist_id
        limit %(limit)s
        """,
        limit=limit,
    )
    return [artist_of(row) for row in rows]


def page_of(rows: Sequence[Any], size: int) -> tuple[list[Any], bool]:
    """The first `size` of what was asked for with one more than that, and whether there are more."""
    return list(rows[:size]), len(rows) > size
