"""Mistakes of a typing hand that a machine can find in the data files: doubles, strays, misspellings, wrong times."""

import unicodedata
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from orchestration.local.demo.reading import FOLDER, Entry, entries

FILES = sorted(FOLDER.glob("*.yml"))
# Two artists of the catalogue really bear each of these names.
SHARED_NAMES = {"nirvana", "lisa"}
# The years in which an artist was born and died: no songs before the tenth birthday, none later than two years after.
LIVES = {
    "2Pac": (1971, 1996),
    "Amy Winehouse": (1983, 2011),
    "Antônio Carlos Jobim": (1927, 1994),
    "Avicii": (1989, 2018),
    "Billie Holiday": (1915, 1959),
    "Brenda Fassie": (1964, 2004),
    "Carlos Gardel": (1890, 1935),
    "David Bowie": (1947, 2016),
    "Édith Piaf": (1915, 1963),
    "Elis Regina": (1945, 1982),
    "Elvis Presley": (1935, 1977),
    "Falco": (1957, 1998),
    "Fela Kuti": (1938, 1997),
    "Hibari Misora": (1937, 1989),
    "Jacques Brel": (1929, 1978),
    "Jimi Hendrix": (1942, 1970),
    "John Coltrane": (1926, 1967),
    "Johnny Cash": (1932, 2003),
    "Kim Kwang-seok": (1964, 1996),
    "Kishore Kumar": (1929, 1987),
    "Kyu Sakamoto": (1941, 1985),
    "Leonard Cohen": (1934, 2016),
    "Leslie Cheung": (1956, 2003),
    "Louis Armstrong": (1901, 1971),
    "Marvin Gaye": (1939, 1984),
    "Michael Jackson": (1958, 2009),
    "Mohammed Rafi": (1924, 1980),
    "Nujabes": (1974, 2010),
    "Ryuichi Sakamoto": (1952, 2023),
    "Selena": (1971, 1995),
    "Teresa Teng": (1953, 1995),
    "The Notorious B.I.G.": (1972, 1997),
    "Umm Kulthum": (1898, 1975),
    "Víctor Jara": (1932, 1973),
    "Violeta Parra": (1917, 1967),
}

# Alike to the eye, yet each of the two is a genre of its own.
REAL_GENRES = {
    ("afrobeat", "afrobeats"),
    ("classic j-rock", "classic rock"),
    ("electronic", "electronica"),
    ("funk rock", "punk rock"),
    ("hip hop", "hip pop"),
    ("mande pop", "mandopop"),
    ("new rave", "new wave"),
}


@pytest.fixture(scope="module")
def listed() -> list[Entry]:
    return entries()


def folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_text_is_composed_and_free_of_stray_signs(path: Path) -> None:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        where = f"{path.name}:{number}: {line!r}"
        assert unicodedata.is_normalized("NFC", line), where
        assert line == line.rstrip(), where
        assert "  " not in line.strip(), where
        assert all(sign == " " or unicodedata.category(sign)[0] not in "CZ" for sign in line), where


def test_an_alias_differs_from_every_name_and_every_other_alias(listed: list[Entry]) -> None:
    names = [(folded(entry.name), entry.label) for entry in listed]
    aliases = [(folded(alias), entry.label) for entry in listed for alias in entry.aliases]
    bearers = defaultdict(list)
    for name, label in names + aliases:
        bearers[name].append(label)
    assert {name: who for name, who in bearers.items() if len(who) > 1 and name not in SHARED_NAMES} == {}
    assert {name for name, _ in aliases} & SHARED_NAMES == set()


def test_one_title_in_one_year_is_one_song(listed: list[Entry]) -> None:
    songs = Counter((folded(song.title), song.year) for entry in listed for song in entry.songs)
    assert [song for song, times in songs.items() if times > 1] == [], "name the second artist as guest of the first"


def test_songs_fall_into_the_life_of_their_artist(listed: list[Entry]) -> None:
    years = {entry.label: [song.year for song in entry.songs] for entry in listed}
    for label, (born, died) in LIVES.items():
        assert born + 10 <= min(years[label]) and max(years[label]) <= died + 2, label
    assert [label for label, found in years.items() if max(found) - min(found) > 50] == []


def test_no_genre_is_another_misspelt(listed: list[Entry]) -> None:
    genres = {genre for entry in listed for genre in entry.genres}
    alike = [pair for pair in combinations(sorted(genres), 2) if _is_slip(*pair)]
    assert set(alike) <= REAL_GENRES


def _is_slip(one: str, other: str) -> bool:
    """Say whether two names of six letters or more differ by signs between words, or by one letter."""
    short, long = sorted(("".join(filter(str.isalnum, name)) for name in (one, other)), key=len)
    if short == long:
        return True
    if len(short) < 6 or len(long) - len(short) > 1:
        return False
    same = next((i for i, letter in enumerate(short) if letter != long[i]), len(short))
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]
