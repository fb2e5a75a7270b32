"""Entries of the data files -> the demo catalogue's rows, with ids, aliases judged and values generated."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random

from orchestration.local.demo import identity
from orchestration.local.demo.errors import DataFileError
from orchestration.local.demo.reading import FOLDER, Entry, Song, entries
from orchestration.local.demo.rows import Alias, Artist, DemoCatalogue, Track
from orchestration.local.demo.scripts import script_of
from orchestration.local.demo.sound import features_of, sound_of


def load(folder: Path = FOLDER) -> DemoCatalogue:
    """Return the catalogue in `folder`: the same rows in every process and on every platform.

    Raises:
        DataFileError: a file has the wrong form, an artist stands twice, or a song names an unknown guest.
    """
    listed = entries(folder)
    ids = _artist_ids(listed)
    songs = [(entry, song) for entry in listed for song in entry.songs]
    track_ids = [identity.track_id(ids[entry.label], song.title) for entry, song in songs]
    isrcs = identity.isrcs(track_ids)
    sounds = {entry.label: sound_of(ids[entry.label], entry.genres) for entry in listed}
    features = tuple(
        features_of(track_id, sounds[entry.label]) for track_id, (entry, _) in zip(track_ids, songs, strict=True)
    )
    artists = tuple(_artist(entry, ids[entry.label]) for entry in listed)
    popularity = {artist.artist_id: artist.popularity for artist in artists}
    tracks = tuple(
        _track(entry, song, ids, popularity, isrcs[sound.track_id], sound.duration_ms)
        for (entry, song), sound in zip(songs, features, strict=True)
    )
    return DemoCatalogue(artists, tracks, features, _aliases(listed, ids))


def _artist_ids(listed: Iterable[Entry]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for entry in listed:
        if entry.label in ids:
            raise DataFileError(
                f"{FOLDER.name}: {entry.label!r} stands there twice. Merge the two, or give one a `disambiguation`."
            )
        ids[entry.label] = identity.artist_id(entry.name, entry.disambiguation)
    return ids


def _artist(entry: Entry, artist_id: str) -> Artist:
    rng = Random(f"segue demo popularity {artist_id}")
    popularity = 45 + rng.randrange(45)
    return Artist(
        artist_id=artist_id,
        name=entry.name,
        disambiguation=entry.disambiguation,
        country=entry.country,
        genres=entry.genres,
        popularity=popularity,
        followers=popularity**4 // 2 + rng.randrange(100_000),
        external_url=identity.search_url(entry.name),
    )


def _track(
    entry: Entry, song: Song, ids: Mapping[str, str], popularity: Mapping[str, int], isrc: str, duration_ms: int
) -> Track:
    artist_id = ids[entry.label]
    track_id = identity.track_id(artist_id, song.title)
    unknown = [guest for guest in song.guests if guest not in ids]
    if unknown:
        raise DataFileError(
            f"{FOLDER.name}: {entry.label} - {song.title} names the guest {unknown[0]!r}, who is not in the catalogue. "
            "Write the name as the guest's own entry has it (with its disambiguation in brackets), or add the guest."
        )
    return Track(
        track_id=track_id,
        name=song.title,
        artist_ids=(artist_id, *(ids[guest] for guest in song.guests)),
        album_id=identity.album_id(artist_id, song.title),
        album_name=song.title,
        release_date=str(song.year),
        popularity=max(1, popularity[artist_id] - Random(f"segue demo popularity {track_id}").randrange(25)),
        duration_ms=duration_ms,
        isrc=isrc,
        external_url=identity.search_url(f"{entry.name} {song.title}"),
    )


def _aliases(listed: Iterable[Entry], ids: Mapping[str, str]) -> tuple[Alias, ...]:
    listed = list(listed)
    bearers = Counter(form for entry in listed for form in {_folded(name) for name in (entry.name, *entry.aliases)})
    return tuple(
        Alias(alias, script_of(alias), entry.name, ids[entry.label], bearers[_folded(alias)] > 1)
        for entry in listed
        for alias in entry.aliases
    )


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
