"""Questions to one published generation; each is one statement inside the snapshot's transaction."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from chalicelib.music import (
    Album,
    Artist,
    SimilarArtist,
    SimilarTrack,
    Track,
    artist_of,
    object_of,
    track_of,
)

Connection = psycopg.Connection[DictRow]


class Snapshot:
    """One generation, seen through one open transaction."""

    def __init__(self, connection: Connection, generation: str) -> None:
        self.generation = generation
        self._connection = connection
        self._schema = sql.Identifier(f"serving_{generation}")

    def rows(self, query: LiteralString, **values: object) -> list[DictRow]:
        """Run one query; `{s}` stands for the generation's schema, everything else is a bound parameter."""
        return self._connection.execute(sql.SQL(query).format(s=self._schema), values).fetchall()

    def artist(self, artist_id: str) -> Artist | None:
        """One artist by its id."""
        rows = self.rows("select * from {s}.dim_artists where artist_id = %(id)s", id=artist_id)
        return artist_of(rows[0]) if rows else None

    def artists(self, artist_ids: Sequence[str]) -> dict[str, Artist]:
        """Several artists by their ids."""
        query: LiteralString = "select * from {s}.dim_artists where artist_id = any(%(ids)s)"
        rows = self.rows(query, ids=list(artist_ids)) if artist_ids else []
        return {row["artist_id"]: artist_of(row) for row in rows}

    def similar_artists(self, artist_id: str, limit: int, offset: int = 0) -> list[SimilarArtist]:
        """The artist's neighbours by method `blend`, nearest first, each with its best-ranked song."""
        rows = self.rows(
            """
            select artists.*, neighbours.score, neighbours.reasons
            from {s}.artist_similarity as neighbours
            inner join {s}.dim_artists as artists on artists.artist_id = neighbours.neighbour_artist_id
            where neighbours.artist_id = %(id)s and neighbours.method = 'blend'
            order by neighbours.rank
            limit %(limit)s offset %(offset)s
            """,
            id=artist_id,
            limit=limit,
            offset=offset,
        )
        songs = self.first_songs([row["artist_id"] for row in rows])
        return [
            SimilarArtist(artist_of(row), float(row["score"]), object_of(row["reasons"]), songs.get(row["artist_id"]))
            for row in rows
        ]

    def first_songs(self, artist_ids: Sequence[str]) -> dict[str, Track]:
        """For each artist that has tracks, the one it ranks best."""
        rows = self.rows(
            """
            select distinct on (credits.artist_id) credits.artist_id as of_artist_id, tracks.*
            from {s}.artist_tracks as credits
            inner join {s}.dim_tracks as tracks using (track_id)
            where credits.artist_id = any(%(ids)s)
            order by credits.artist_id, credits.rank nulls last, tracks.track_id
            """,
            ids=list(artist_ids),
        )
        return {row["of_artist_id"]: track_of(row) for row in rows}

    def track(self, track_id: str) -> Track | None:
        """One track by its id."""
        rows = self.rows("select * from {s}.dim_tracks where track_id = %(id)s", id=track_id)
        return track_of(rows[0]) if rows else None

    def album(self, album_id: str, limit: int = 50) -> Album | None:
        """One album by its id, with those of its tracks that are in the catalogue."""
        rows = self.rows(
            """
            select * from {s}.dim_tracks
            where album_id = %(id)s
            order by popularity desc nulls last, track_id
            limit %(limit)s
            """,
            id=album_id,
            limit=limit,
        )
        return Album(album_id, rows[0]["album_name"], tuple(map(track_of, rows))) if rows else None

    def tracks(self, track_ids: Sequence[str]) -> dict[str, Track]:
        """Several tracks by their ids."""
        query: LiteralString = "select * from {s}.dim_tracks where track_id = any(%(ids)s)"
        rows = self.rows(query, ids=list(track_ids)) if track_ids else []
        return {row["track_id"]: track_of(row) for row in rows}

    def similar_tracks(
        self, track_id: str, limit: int, offset: int = 0, variant: str = "other_artists"
    ) -> list[SimilarTrack]:
        """Songs that feel like this one, nearest first; `variant` is `other_artists` or `any_artist`."""
        rows = self.rows(
            """
            select tracks.*, neighbours.reasons
            from {s}.track_similarity as neighbours
            inner join {s}.dim_tracks as tracks on tracks.track_id = neighbours.neighbour_track_id
            where neighbours.track_id = %(id)s and neighbours.variant = %(variant)s
            order by neighbours.rank
            limit %(limit)s offset %(offset)s
            """,
            id=track_id,
            variant=variant,
            limit=limit,
            offset=offset,
        )
        return [SimilarTrack(track_of(row), object_of(row["reasons"])) for row in rows]
