"""Genres -> generated audio features: averages of words of genre names (sounds.csv), with noise per artist and song.

The noise comes from Python's own generator seeded with text and from sums only, so every platform makes the same rows.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from orchestration.local.demo.rows import AudioFeatures

_TABLE = Path(__file__).with_name("sounds.csv")
_DEFAULT = "pop"
_SHARES = ("danceability", "energy", "acousticness", "valence", "speechiness", "instrumentalness")
# How far from its genres an artist's mean, and from the artist a song, may lie: in units of the value.
_ARTIST_SPREAD, _SONG_SPREAD = 0.08, 0.10
_ARTIST_TEMPO, _SONG_TEMPO = 9.0, 16.0


@dataclass(frozen=True, slots=True)
class Sound:
    """What an artist typically sounds like: shares 0..1 by name, tempo in beats a minute."""

    shares: dict[str, float]
    tempo: float


def sound_of(artist_id: str, genres: Iterable[str]) -> Sound:
    """Return the mean of the genres, moved a little for this artist."""
    rng = Random(f"segue demo artist {artist_id}")
    typical = [_genre_sound(genre) for genre in genres]
    shares = {name: _mean(sound.shares[name] for sound in typical) for name in _SHARES}
    moved = {name: share + _noise(rng, _room(share) * _ARTIST_SPREAD) for name, share in shares.items()}
    return Sound(moved, _mean(sound.tempo for sound in typical) + _noise(rng, _ARTIST_TEMPO))


def features_of(track_id: str, sound: Sound) -> AudioFeatures:
    """Return the features of one song of an artist with this sound, all within their valid ranges."""
    rng = Random(f"segue demo track {track_id}")
    shares = {name: _share(rng, share) for name, share in sound.shares.items()}
    return AudioFeatures(
        track_id=track_id,
        key=rng.randrange(12),
        loudness=round(_clamp(-15 + 11 * shares["energy"] + _noise(rng, 1.5), -20, -2), 3),
        mode=int(rng.random() < 0.35 + 0.5 * shares["valence"]),
        liveness=round(_clamp(0.14 + abs(_noise(rng, 0.1)), 0.02, 0.95), 3),
        tempo=round(_clamp(sound.tempo + _noise(rng, _SONG_TEMPO), 60, 200), 3),
        duration_ms=round(_clamp(222_000 + _noise(rng, 32_000), 120_000, 420_000)),
        time_signature=3 if rng.random() < 0.06 else 4,
        **shares,
    )


@cache
def _table() -> dict[str, Sound]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            row["word"]: Sound({name: float(row[name]) for name in _SHARES}, float(row["tempo"]))
            for row in csv.DictReader(lines)
        }


@cache
def _genre_sound(genre: str) -> Sound:
    """The whole name if the table has it, or else the mean of its known words, or else plain pop."""
    table = _table()
    splits = ([genre], genre.split(), genre.replace("-", " ").split())
    known = next(filter(None, ([word for word in words if word in table] for words in splits)), [])
    sounds = [table[word] for word in known or [_DEFAULT]]
    return Sound({name: _mean(s.shares[name] for s in sounds) for name in _SHARES}, _mean(s.tempo for s in sounds))


def _share(rng: Random, share: float) -> float:
    return round(_clamp(share + _noise(rng, _room(share) * _SONG_SPREAD), 0.001, 0.99), 3)


def _room(share: float) -> float:
    """Small means spread less: speechiness of .05 moves by hundredths, energy of .6 by tenths."""
    return min(1.0, 0.15 + 2 * max(share, 0.0))


def _noise(rng: Random, spread: float) -> float:
    """A bell curve of standard deviation `spread`: the sum of twelve uniform numbers, less their mean."""
    return (sum(rng.random() for _ in range(12)) - 6) * spread


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
