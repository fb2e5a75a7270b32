"""What the real catalogue's files say of artists and songs, worked out in plain Python: the oracle for reasons."""

import csv
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import permutations
from math import log, sqrt
from pathlib import Path
from statistics import fmean, pstdev

from .oracle import FEATURES, trait_shares

RELATED_FROM, STRONGEST, NAMED = 0.2, 20, 3
Similarity = dict[tuple[str, str], float]


@dataclass(frozen=True)
class RawCatalogue:
    """By artist: `genres`, `tracks`, mean `years` of release and mean `features`; by genre how many artists `have` it.

    `related`: pairs of genres that say much of each other, as int_genres_related defines it; `scales`: mean and
    deviation of each feature over all tracks; `songs`: the features of a track; `makers`: its main artist;
    `shares`: the share of all tracks with each trait.
    """

    genres: dict[str, set[str]]
    tracks: dict[str, set[str]]
    years: dict[str, float]
    features: dict[str, dict[str, float | None]]
    have: Counter[str]
    related: Similarity
    scales: dict[str, tuple[float, float]]
    songs: dict[str, dict[str, float | None]]
    makers: dict[str, str]
    shares: dict[str, float]

    def shared_genres(self, mine: str, theirs: str) -> list[str]:
        """Genres of both, those of the fewest artists first, at most five."""
        return sorted(self.genres[mine] & self.genres[theirs], key=lambda one: (self.have[one], one))[:5]

    def related_genres(self, mine: str, theirs: str) -> list[list[str]]:
        """Pairs of a genre of each that the other does not have, the closest first, at most three."""
        pairs = [
            (-similarity, one, other)
            for one in self.genres[mine] - self.genres[theirs]
            for other in self.genres[theirs] - self.genres[mine]
            if (similarity := self.related.get((one, other), 0.0)) >= RELATED_FROM
        ]
        return [[one, other] for _, one, other in sorted(pairs)[:NAMED]]


def read_catalogue(folder: Path) -> RawCatalogue:
    """Read `artists.csv`, `tracks.csv`, `track_artists.csv` and `audio_features.csv`."""
    genres = {
        row["artist_id"]: {one.strip().lower() for one in json.loads(row["genres"] or "[]")}
        for row in _rows(folder / "artists.csv")
    }
    tracks: defaultdict[str, set[str]] = defaultdict(set)
    years, makers = {}, {}
    for row in _rows(folder / "tracks.csv"):
        credited = json.loads(row["artist_ids"])
        for artist in credited:
            tracks[artist].add(row["track_id"])
        if credited:
            makers[row["track_id"]] = credited[0]
        if row["release_date"][:4].isdigit():
            years[row["track_id"]] = int(row["release_date"][:4])
    for row in _rows(folder / "track_artists.csv"):
        tracks[row["artist_id"]].add(row["track_id"])
    values = {
        row["track_id"]: {one: _value(one, row[one]) for one in FEATURES}
        for row in _rows(folder / "audio_features.csv")
    }
    columns = {one: [value for row in values.values() if (value := row[one]) is not None] for one in FEATURES}
    have = Counter(genre for own in genres.values() for genre in own)
    return RawCatalogue(
        genres,
        tracks,
        {
            artist: fmean(known)
            for artist, own in tracks.items()
            if (known := [years[one] for one in own if one in years])
        },
        {artist: _means([values[one] for one in own if one in values]) for artist, own in tracks.items()},
        have,
        _related(list(genres.values()), have),
        {one: (fmean(column), pstdev(column)) for one, column in columns.items()},
        values,
        makers,
        trait_shares(values.values()),
    )


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _value(feature: str, text: str) -> float | None:
    """None where no value can be: a tempo of 0 was not measured. Loudness a little above 0 counts as 0."""
    if not text:
        return None
    value = float(text)
    if feature == "loudness":
        return min(value, 0.0)
    return value if feature != "tempo" or value > 0 else None


def _means(rows: list[dict[str, float | None]]) -> dict[str, float | None]:
    columns = {one: [value for row in rows if (value := row[one]) is not None] for one in FEATURES}
    return {one: fmean(column) if column else None for one, column in columns.items()}


def _related(artists: list[set[str]], have: Counter[str]) -> Similarity:
    """Cosine of what genres co-occur with more than by chance, or half the cosine of the words of their names."""
    together = Counter(pair for own in artists for pair in permutations(own, 2))
    totals: Counter[str] = Counter()
    for (one, _), count in together.items():
        totals[one] += count
    size = sum(totals.values())
    information: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (one, other), count in together.items():
        information[one][other] = log(count * size / (totals[one] * totals[other]))
    most = max(value for row in information.values() for value in row.values())
    met = {
        one: {key: value for key, value in row.items() if value > 0} | {one: most} for one, row in information.items()
    }
    split = {genre: {word for word in genre.replace("-", " ").split(" ") if word} for genre in have}
    with_word = Counter(word for words in split.values() for word in words)
    told = {genre: {word: log(1 + len(have) / with_word[word]) for word in words} for genre, words in split.items()}
    similar = _cosines(met)
    for pair, cosine in _cosines(told).items():
        similar[pair] = max(similar.get(pair, 0.0), cosine / 2)
    kept: Similarity = {}
    by_genre: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (one, other), similarity in similar.items():
        by_genre[one].append((-round(similarity, 12), other))
    for one, others in by_genre.items():
        for similarity, other in sorted(others)[:STRONGEST]:
            kept[one, other] = kept[other, one] = round(-similarity, 9)
    return kept


def _cosines(vectors: dict[str, dict[str, float]]) -> Similarity:
    """Cosine of every two vectors that have a key in common."""
    holders: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for one, vector in vectors.items():
        length = sqrt(sum(value * value for value in vector.values()))
        for key, value in vector.items():
            holders[key].append((one, value / length))
    products: defaultdict[tuple[str, str], float] = defaultdict(float)
    for own in holders.values():
        for (one, mine), (other, theirs) in permutations(own, 2):
            products[one, other] += mine * theirs
    return dict(products)
