"""Search over artists, tracks and albums: exact folded name first, then prefix, then popularity."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from orchestration.local.music_api.catalogue import Artist, Catalogue
from orchestration.local.music_api.queries import Query, parse
from orchestration.local.music_api.text import digest, fold


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found. Names are folded; `artists` are the names and aliases of all who are on it."""

    identifier: str
    names: tuple[str, ...]
    artists: tuple[str, ...]
    album: str
    genres: tuple[str, ...]
    isrc: str
    upc: str
    year: int | None
    popularity: int


class WordIndex:
    """Documents of one kind by their words; the last word of a query may be a beginning only."""

    def __init__(self, documents: list[Document]) -> None:
        self.documents = documents
        self._postings: dict[str, set[int]] = {}
        for number, document in enumerate(documents):
            for field in (*document.names, *document.artists, document.album):
                for word in field.split():
                    self._postings.setdefault(word, set()).add(number)
        self._vocabulary = sorted(self._postings)

    def containing(self, words: list[str]) -> dict[int, float]:
        """Return the documents with all words, or else with most of what the known words weigh (rare ones more)."""
        if not words:
            return dict.fromkeys(range(len(self.documents)), 0.0)
        hits = [self._postings.get(word, set()) for word in words[:-1]]
        hits.append(self._beginning(words[-1]))
        together = set.intersection(*hits)
        if together or len(words) == 1:
            return dict.fromkeys(together, 0.0)
        weights: defaultdict[int, float] = defaultdict(float)
        total = 0.0
        for hit in hits:
            weight = log1p(len(self.documents) / len(hit)) if hit else 0.0
            total += weight
            for number in hit:
                weights[number] += weight
        return {number: weight for number, weight in weights.items() if 2 * weight >= total}

    def _beginning(self, prefix: str) -> set[int]:
        if len(prefix) < 2:
            return self._postings.get(prefix, set())
        start = bisect_left(self._vocabulary, prefix)
        end = bisect_left(self._vocabulary, prefix + "\U0010ffff")
        return set().union(*(self._postings[word] for word in self._vocabulary[start:end]))


class Search:
    """The search of one catalogue; answers are remembered, since pages of one query come in a row."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._indexes = {
            "artist": WordIndex(_artist_documents(catalogue)),
            "track": WordIndex(_track_documents(catalogue)),
            "album": WordIndex(_album_documents(catalogue)),
        }
        self.ids: Callable[[str, str], list[str]] = lru_cache(maxsize=256)(self._ids)

    def _ids(self, kind: str, text: str) -> list[str]:
        """Return all ids of a kind that match the text, best first."""
        index, query = self._indexes[kind], parse(text)
        words = [*query.text.split(), *(word for value in _names_wanted(query) for word in value.split())]
        weighed = [(-weight, index.documents[number]) for number, weight in index.containing(words).items()]
        ranked = sorted((weight, _rank(found, query, kind)) for weight, found in weighed if _passes(found, query, kind))
        return [identifier for _, (*_, identifier) in ranked]


def _names_wanted(query: Query) -> list[str]:
    return [value for value in (query.artist, query.track, query.album) if value]


def _passes(document: Document, query: Query, kind: str) -> bool:
    if (query.track is not None and kind != "track") or (query.album is not None and kind == "artist"):
        return False
    artists = document.names if kind == "artist" else document.artists
    return (
        _says(query.artist, artists)
        and _says(query.track, document.names)
        and _says(query.album, document.names if kind == "album" else (document.album,))
        and (query.genre is None or query.genre in document.genres)
        and (query.isrc is None or query.isrc == document.isrc)
        and (query.upc is None or query.upc == document.upc)
        and (query.tag != "hipster" or document.popularity <= 10)
        and (query.years is None or (document.year is not None and query.years[0] <= document.year <= query.years[1]))
    )


def _says(wanted: str | None, fields: Iterable[str]) -> bool:
    """Return whether one field has all wanted words."""
    return wanted is None or any(set(wanted.split()) <= set(field.split()) for field in fields)


def _rank(document: Document, query: Query, kind: str) -> tuple[int, int, int, str]:
    own = (query.artist if kind == "artist" else query.track if kind == "track" else query.album) or query.text
    by = 0 if kind == "artist" or not query.artist else _closeness(query.artist, document.artists)
    return _closeness(own, document.names), by, -document.popularity, document.identifier


def _closeness(wanted: str, names: Iterable[str]) -> int:
    if wanted in names:
        return 0
    return 1 if any(name.startswith(wanted) for name in names) else 2


def _all_names(artists: Iterable[Artist]) -> tuple[str, ...]:
    return tuple(fold(name) for artist in artists for name in (artist.name, *(alias.name for alias in artist.aliases)))


def _artist_documents(catalogue: Catalogue) -> list[Document]:
    return [
        Document(
            identifier=artist.artist_id,
            names=_all_names([artist]),
            artists=(),
            album="",
            genres=tuple(fold(genre) for genre in artist.genres),
            isrc="",
            upc="",
            year=None,
            popularity=artist.popularity,
        )
        for artist in catalogue.artists.values()
    ]


def _track_documents(catalogue: Catalogue) -> list[Document]:
    documents = []
    names = {artist_id: _all_names([artist]) for artist_id, artist in catalogue.artists.items()}
    albums = {album_id: fold(album.name) for album_id, album in catalogue.albums.items()}
    for track in catalogue.tracks.values():
        album = catalogue.albums[track.album_id]
        documents.append(
            Document(
                identifier=track.track_id,
                names=(fold(track.name),),
                artists=tuple(name for artist_id in track.artist_ids for name in names[artist_id]),
                album=albums[track.album_id],
                genres=tuple(fold(genre) for a in track.artist_ids for genre in catalogue.artists[a].genres),
                isrc=track.isrc,
                upc="",
                year=_year(album.release_date),
                popularity=track.popularity,
            )
        )
    return documents


def _album_documents(catalogue: Catalogue) -> list[Document]:
    return [
        Document(
            identifier=album.album_id,
            names=(fold(album.name),),
            artists=_all_names(catalogue.artists[artist_id] for artist_id in album.artist_ids),
            album="",
            genres=(),
            isrc="",
            upc=f"{digest('upc', album.album_id) % 10**12:012d}",
            year=_year(album.release_date),
            popularity=album.popularity,
        )
        for album in catalogue.albums.values()
    ]


def _year(release_date: str | None) -> int | None:
    text = (release_date or "")[:4]
    return int(text) if text.isdecimal() else None
