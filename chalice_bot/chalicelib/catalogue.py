"""The published generation as typed rows: pointer and tables in one repeatable-read, read-only transaction.

A `Snapshot` is bound to one generation: a publish or a rollback in the middle of an answer never shows in it.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from chalicelib.errors import CatalogueUnavailable, NothingPublished

Connection = psycopg.Connection[DictRow]
_CONNECT_SECONDS = 5
_OPTIONS = "-c statement_timeout=8000 -c idle_in_transaction_session_timeout=15000"


@dataclass(frozen=True)
class Artist:
    """One row of dim_artists, as far as a reply shows it."""

    artist_id: str
    name: str
    url: str | None = None
    image_url: str | None = None
    genres: tuple[str, ...] = ()
    country: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    popularity: int | None = None
    features_provider: str | None = None


@dataclass(frozen=True)
class Track:
    """One row of dim_tracks, as far as a reply shows it."""

    track_id: str
    name: str
    artist_id: str
    artist_names: tuple[str, ...]
    url: str | None = None
    image_url: str | None = None
    release_year: int | None = None
    popularity: int | None = None
    recording_key: str | None = None
    features_provider: str | None = None


@dataclass(frozen=True)
class SimilarArtist:
    """A neighbour, why it is one, and the song of its own to start with."""

    artist: Artist
    score: float
    reasons: dict[str, Any] = field(default_factory=dict)
    song: Track | None = None


@dataclass(frozen=True)
class SimilarTrack:
    """A song that feels alike, and why."""

    track: Track
    reasons: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NameMatch:
    """An artist whose name or alias equals what was asked; `is_name` tells the name from an alias."""

    artist: Artist
    confidence: float
    is_name: bool


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
        return _artist(rows[0]) if rows else None

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
        return [NameMatch(_artist(row), float(row["confidence"]), bool(row["is_name"])) for row in rows]

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
        return [_artist(row) for row in rows]

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
            SimilarArtist(_artist(row), float(row["score"]), _object(row["reasons"]), songs.get(row["artist_id"]))
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
        return {row["of_artist_id"]: _track(row) for row in rows}

    def track(self, track_id: str) -> Track | None:
        """One track by its id."""
        rows = self.rows("select * from {s}.dim_tracks where track_id = %(id)s", id=track_id)
        return _track(rows[0]) if rows else None

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
        return [_track(row) for row in rows]

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
        return [SimilarTrack(_track(row), _object(row["reasons"])) for row in rows]


class Catalogue:
    """Opens snapshots. `connections` gives a connection for one transaction: a pool's, or a fresh one."""

    def __init__(self, connections: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._connections = connections

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Read the pointer and hold its generation until the block ends; raises what errors.py says."""
        try:
            with self._connections() as connection:
                _make_read_only(connection)
                yield Snapshot(connection, _current_generation(connection))
        except (psycopg.OperationalError, PoolTimeout) as error:
            raise CatalogueUnavailable(
                f"Reading the catalogue: Postgres does not answer ({_first_line(error)}). "
                "Next: see that SEGUE_POSTGRES_URL points to a running server, or start one: segue up"
            ) from None


def single_connections(url: str) -> Callable[[], AbstractContextManager[Connection]]:
    """A fresh connection for each snapshot: for a command that asks once, and fails at once."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        with psycopg.connect(
            url, connect_timeout=_CONNECT_SECONDS, options=_OPTIONS, row_factory=dict_row
        ) as connection:
            yield connection

    return connect


def open_pool(url: str, size: int = 4) -> ConnectionPool[Connection]:
    """A small pool whose connections are tested before use, as a frozen Lambda leaves dead ones behind."""
    return ConnectionPool(
        url,
        connection_class=psycopg.Connection[DictRow],
        kwargs={"connect_timeout": _CONNECT_SECONDS, "options": _OPTIONS, "row_factory": dict_row},
        min_size=0,
        max_size=size,
        timeout=_CONNECT_SECONDS,
        check=ConnectionPool.check_connection,
        open=True,
    )


def _make_read_only(connection: Connection) -> None:
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True


def _current_generation(connection: Connection) -> str:
    next_step = "Next: segue run, or segue publish"
    try:
        row = connection.execute("select generation from serving.current").fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise NothingPublished(
            f"This Postgres has no table serving.current: nothing was ever published. {next_step}"
        ) from None
    if row is None:
        raise NothingPublished(f"serving.current is empty: nothing is published. {next_step}")
    return str(row["generation"])


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _artist(row: DictRow) -> Artist:
    return Artist(
        artist_id=row["artist_id"],
        name=row["name"],
        url=row["spotify_url"],
        image_url=row["image_url"],
        genres=_strings(row["genres"]),
        country=row["country"],
        first_year=row["first_year"],
        last_year=row["last_year"],
        popularity=row["popularity"],
        features_provider=row["features_provider"],
    )


def _track(row: DictRow) -> Track:
    return Track(
        track_id=row["track_id"],
        name=row["name"],
        artist_id=row["artist_id"],
        artist_names=_strings(row["artist_names"]) or ((row["artist_name"],) if row["artist_name"] else ()),
        url=row["spotify_url"],
        image_url=row["image_url"],
        release_year=row["release_year"],
        popularity=row["popularity"],
        recording_key=row["recording_key"],
        features_provider=row["features_provider"],
    )


def _strings(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def _object(text: str | None) -> dict[str, Any]:
    return dict(json.loads(text)) if text else {}
