"""Questions to one published generation; each is one statement inside the snapshot's transaction."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import DictRow

from chalicelib.music import (
    Album,
    Artist,
    NameMatch,
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

    def search_key(self, text: str) -> str:
        """Normalise as the published rows were; "" for a text of blanks and invisible characters."""
        return str(self.rows("select coalesce(serving.search_key(%(text)s), '') as key", text=text)[0]["key"])

    def artist(self, artist_id: str) -> Artist | None:
        """One artist by its id."""
        rows = self.rows("select * from {s}.dim_artists where artist_id = %(id)s", id=artist_id)
        return artist_of(rows[0]) if rows else None

    def artists_named(self, key: str, limit: int = 10) -> list[NameMatch]:
        """Every artist with that search key, the surest and best known first."""
        rows = self.rows(
            """
            with named as (
                select artist_id, max(confidence) as confidence, bool_or(source = 'name') as is_name
                from {s}.artist_aliases
                where search_key = %(key)s
                group by artist_id
            )
            select artists.*, named.confidence, named.is_name
            from named
            inner join {s}.dim_artists as artists using (artist_id)
            order by named.confidence desc, artists.popularity desc nulls last, artists.artist_id
            limit %(limit)s
            """,
            key=key,
            limit=limit,
        )
        return [NameMatch(artist_of(row), float(row["confidence"]), bool(row["is_name"])) for row in rows]

    def artists_like(self, key: str, threshold: float, limit: int = 5) -> list[Artist]:
        """Artists with a name or alias whose trigrams resemble the key; suggestions, never an answer."""
        self.rows("select set_config('pg_trgm.similarity_threshold', %(value)s, true)", value=str(threshold))
        rows = self.rows(
            """
            with likely as (
                select artist_id, max(similarity(search_key, %(key)s)) as likeness
                from {s}.artist_aliases
                where search_key %% %(key)s
                group by artist_id
            )
            select artists.*
            from likely
            inner join {s}.dim_artists as artists using (artist_id)
            order by likely.likeness desc, artists.popularity desc nulls last, artists.artist_id
            limit %(limit)s
            """,
            key=key,
            limit=limit,
        )
        return [artist_of(row) for row in rows]

    def similar_artists(self, artist_id: str, limit: int) -> list[SimilarArtist]:
        """The artist's neighbours by method `blend`, nearest first, each with its best-ranked song."""
        rows = self.rows(
            """
            select artists.*, neighbours.score, neighbours.reasons
            from {s}.artist_similarity as neighbours
            inner join {s}.dim_artists as artists on artists.artist_id = neighbours.neighbour_artist_id
            where neighbours.artist_id = %(id)s and neighbours.method = 'blend'
            order by neighbours.rank
            limit %(limit)s
            """,
            id=artist_id,
            limit=limit,
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

    def tracks_titled(self, key: str, limit: int = 50) -> list[Track]:
        """Every track whose title has that search key, best known first; one for each recording."""
        rows = self.rows(
            """
            with titled as (
                select distinct on (coalesce(recording_key, track_id)) *
                from {s}.dim_tracks
                where serving.search_key(name) = %(key)s
                order by coalesce(recording_key, track_id), popularity desc nulls last, track_id
            )
            select * from titled order by popularity desc nulls last, track_id limit %(limit)s
            """,
            key=key,
            limit=limit,
        )
        return [track_of(row) for row in rows]

    def similar_tracks(self, track_id: str, limit: int) -> list[SimilarTrack]:
        """Songs of other artists that feel like this one, nearest first."""
        rows = self.rows(
            """
            select tracks.*, neighbours.reasons
            from {s}.track_similarity as neighbours
            inner join {s}.dim_tracks as tracks on tracks.track_id = neighbours.neighbour_track_id
            where neighbours.track_id = %(id)s and neighbours.variant = 'other_artists'
            order by neighbours.rank
            limit %(limit)s
            """,
            id=track_id,
            limit=limit,
        )
        return [SimilarTrack(track_of(row), object_of(row["reasons"])) for row in rows]
