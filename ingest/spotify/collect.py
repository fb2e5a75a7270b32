"""Names, ids or a link -> rows of every table, in the order in which the answers come."""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ingest.answers import Answer
from ingest.fitting import Json, Malformed, objects
from ingest.loaded import Row
from ingest.spotify import shapes
from ingest.spotify.library import Library
from ingest.spotify.listings import album_items, playlist_items
from ingest.spotify.names import Report, choose
from ingest.spotify.rows import Rows
from ingest.spotify.targets import Target

CHUNK = 100
"""Artists whose tracks are held in memory at once."""
TRACKS = 10
ALBUMS_ASKED = 5

logger = logging.getLogger(__name__)


class Collector:
    """One run: yields rows as soon as the answer they come from is there, so that none is lost when it stops."""

    def __init__(self, library: Library, provider: str, now: datetime) -> None:
        self.library = library
        self.report = Report()
        self.rows = Rows(library, provider, now)

    def names(self, names: list[str]) -> Iterator[Row]:
        """Artists by name, their tracks, the tracks' features."""
        self.report.asked = len(names)
        for start in range(0, len(names), CHUNK):
            found: list[Json] = []
            for name in names[start : start + CHUNK]:
                yield from self._name(name, found)
            yield from self._with_tracks(found)
            logger.info("spotify: %d of %d names", min(start + CHUNK, len(names)), len(names))

    def ids(self, ids: list[str]) -> Iterator[Row]:
        """Artists by id, their tracks, the tracks' features."""
        for start in range(0, len(ids), CHUNK):
            found: list[Json] = []
            yield from self._artists(ids[start : start + CHUNK], found)
            yield from self._with_tracks(found)
            logger.info("spotify: %d of %d artists", min(start + CHUNK, len(ids)), len(ids))

    def tracks(self, ids: list[str]) -> Iterator[Row]:
        """Tracks by id, their features and their artists."""
        known: set[str] = set()
        for start in range(0, len(ids), CHUNK * TRACKS):
            part = ids[start : start + CHUNK * TRACKS]
            yield from self.features(part)
            artists: list[str] = []
            for one, answer in self.library.several("tracks", part):
                if isinstance(answer.value, dict):
                    yield from self._track(answer, _as_asked(one, answer.value), "id", None, None)
                    artists += _artist_ids(answer.value)
                else:
                    yield from self.rows.unknown("tracks", one)
            fresh = [one for one in dict.fromkeys(artists) if one not in known]
            known.update(fresh)
            yield from self._artists(fresh, [])
            yield from self.rows.told()

    def target(self, target: Target) -> Iterator[Row]:
        """What a link leads to. Raises NotReadable where the key may not read it."""
        if target.kind == "artist":
            yield from self.ids([target.id])
        elif target.kind == "album":
            yield from self._listed(album_items(self.library, target.id), "album")
        else:
            yield from self._listed(playlist_items(self.library, target.id), "playlist")

    def _name(self, name: str, found: list[Json]) -> Iterator[Row]:
        answer = self.library.one("search", {"q": name, "type": "artist", "limit": 10})
        yield from self.rows.told()
        if answer is None:
            return
        paging = answer.value.get("artists")
        items = [one for one in objects(paging.get("items") if isinstance(paging, dict) else None) if one.get("id")]
        match = choose(name, items)
        self.report.count(name, match)
        values = {
            "query": name,
            "status": match.status,
            "artist_id": match.artist["id"] if match.artist else None,
            "matched_name": match.artist.get("name") if match.artist else None,
            "reason": match.reason,
        }
        yield self.rows.row("name_matches", answer, values)
        if match.artist:
            found.append(match.artist)
            yield from self.rows.shaped("artists", answer, match.artist)

    def _artists(self, ids: Iterable[str], found: list[Json]) -> Iterator[Row]:
        for one, answer in self.library.several("artists", ids):
            if isinstance(answer.value, dict):
                found.append(answer.value)
                yield from self.rows.shaped("artists", answer, answer.value)
            else:
                yield from self.rows.unknown("artists", one)
        yield from self.rows.told()

    def _with_tracks(self, artists: list[Json]) -> Iterator[Row]:
        track_ids: list[str] = []
        for artist in {one["id"]: one for one in artists}.values():
            for row in self._tracks_of(artist):
                if row.table == "tracks":
                    track_ids.append(row.values["track_id"])
                yield row
        yield from self.features(track_ids)
        yield from self.rows.told()

    def _tracks_of(self, artist: Json) -> Iterator[Row]:
        """Top tracks, or where the key has none what search gives, or else what the newest albums hold."""
        path = f"artists/{artist['id']}/top-tracks"
        answer = self.library.guarded("top_tracks", path, {}, "")
        if answer is not None:
            tracks = objects(answer.value.get("tracks"))
            yield from self._found(answer, tracks[:TRACKS], "top_tracks", artist["id"])
            return
        if self.library.can("top_tracks") or not artist.get("name"):
            return
        quoted = str(artist["name"]).replace('"', " ")
        parameters = {"q": f'artist:"{quoted}"', "type": "track", "limit": TRACKS}
        answer = self.library.one("search", parameters, purpose=artist["id"])
        paging = answer.value.get("tracks") if answer else None
        paging = paging if isinstance(paging, dict) else {}
        given = objects(paging.get("items"))
        own = [track for track in given if artist["id"] in _artist_ids(track)]
        if answer is not None and own:
            yield from self._found(answer, own, "search", artist["id"])
        total = paging.get("total")
        if len(own) < TRACKS // 2 and (not own or (isinstance(total, int) and total > len(given))):
            yield from self._from_albums(artist["id"], {shapes.track_id(track) for track in own})

    def _from_albums(self, artist_id: str, known: set[Any]) -> Iterator[Row]:
        parameters = {"include_groups": "album,single", "limit": 10}
        listed = self.library.one(f"artists/{artist_id}/albums", parameters)
        albums = objects(listed.value.get("items")) if listed else []
        rank = len(known)
        for simplified in [one for one in albums if one.get("id")][:ALBUMS_ASKED]:
            answer = self.library.one(f"albums/{simplified['id']}", purpose=artist_id)
            if answer is None:
                continue
            yield from self.rows.shaped("albums", answer, answer.value)
            paging = answer.value.get("tracks")
            for track in objects(paging.get("items") if isinstance(paging, dict) else None):
                if artist_id in _artist_ids(track) and shapes.track_id(track) not in known and rank < TRACKS:
                    rank += 1
                    known.add(shapes.track_id(track))
                    yield from self._track(answer, track, "album", artist_id, rank, answer.value)
            if rank >= TRACKS:
                return

    def _found(self, answer: Answer, tracks: list[Json], found_by: str, artist_id: str) -> Iterator[Row]:
        for rank, track in enumerate(tracks, 1):
            yield from self._track(answer, track, found_by, artist_id, rank)

    def _track(
        self,
        answer: Answer,
        track: Json,
        found_by: str,
        found_for: str | None,
        rank: int | None,
        on: Json | None = None,
    ) -> Iterator[Row]:
        if not track.get("id") or track.get("is_local"):
            return
        try:
            yield self.rows.row("tracks", answer, shapes.track(track, found_by, found_for, rank, on))
        except Malformed as problem:
            yield self.rows.quarantined(answer, "tracks", track, problem)
            return
        if isinstance(track.get("album"), dict) and track["album"].get("id"):
            yield from self.rows.shaped("albums", answer, track["album"])

    def features(self, track_ids: list[str]) -> Iterator[Row]:
        """Audio features of tracks, where the key has them."""
        if not track_ids or not self.library.can("audio_features"):
            return
        for _, answer in self.library.several("audio_features", track_ids):
            if isinstance(answer.value, dict):
                yield from self.rows.shaped("audio_features", answer, answer.value)
        yield from self.rows.told()

    def _listed(self, items: Iterator[tuple[Answer, Json, Json | None]], found_by: str) -> Iterator[Row]:
        """Tracks of an album or a playlist, their features and their artists."""
        tracks, artists = [], []
        for rank, (answer, track, album) in enumerate(items, 1):
            if album is not None and rank == 1:
                yield from self.rows.shaped("albums", answer, album)
            for row in self._track(answer, track, found_by, None, rank, album):
                tracks += [row.values["track_id"]] if row.table == "tracks" else []
                yield row
            artists += _artist_ids(track)
        yield from self._artists(list(dict.fromkeys(artists)), [])
        yield from self.features(tracks)
        yield from self.rows.told()


def _artist_ids(track: Json) -> list[str]:
    return [one["id"] for one in objects(track.get("artists")) if isinstance(one.get("id"), str)]


def _as_asked(track_id: str, given: Json) -> Json:
    """The track, linked to the id asked for; development keys get a relinked one without `linked_from`."""
    return given if given.get("id") == track_id else {**given, "linked_from": {"id": track_id}}
