"""The data files (artists/*.yml) -> entries. A song is one line: `2003 Title`, or `2003 Title | Guest | Guest`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from orchestration.local.demo.errors import DataFileError

FOLDER = Path(__file__).parent / "artists"
_SONG = re.compile(r"(?P<year>\d{4}) (?P<title>\S.*)")
_NEEDED = frozenset({"artist", "from", "genres", "songs"})
_FIELDS = _NEEDED | {"disambiguation", "aliases"}
# Every scalar stays text: otherwise Norway (NO) would be false. The C loader is ten times faster.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Song:
    """One line under `songs`: guests are names of other artists of the catalogue, in credit order."""

    year: int
    title: str
    guests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One artist as a person wrote it down."""

    name: str
    disambiguation: str
    country: str
    genres: tuple[str, ...]
    aliases: tuple[str, ...]
    songs: tuple[Song, ...]

    @property
    def label(self) -> str:
        """The name that is unique: with the disambiguation in brackets where there is one."""
        return f"{self.name} ({self.disambiguation})" if self.disambiguation else self.name


def entries(folder: Path = FOLDER) -> list[Entry]:
    """Return the artists of all files in `folder`, files by name and artists as they stand.

    Raises:
        DataFileError: a file is not a list of artists in the form of the module's first line.
    """
    return [entry for path in sorted(folder.glob("*.yml")) for entry in _entries_of(path)]


def _entries_of(path: Path) -> Iterator[Entry]:
    try:
        listed = yaml.load(path.read_text(encoding="utf-8"), _LOADER)
    except yaml.YAMLError as error:
        raise DataFileError(f"{path}: is not YAML ({error}). Quote a title that holds `: ` or ` #`.") from error
    if not isinstance(listed, list):
        raise DataFileError(f"{path}: holds a {type(listed).__name__}; it should be a list of artists (`- artist:`).")
    for number, values in enumerate(listed, 1):
        yield _entry(path, number, values)


def _entry(path: Path, number: int, values: Any) -> Entry:
    where = f"{path}: artist {number}"
    if not isinstance(values, dict) or not _NEEDED <= values.keys() <= _FIELDS:
        found = sorted(values) if isinstance(values, dict) else values
        raise DataFileError(
            f"{where} has {found}; it needs {sorted(_NEEDED)} and may have {sorted(_FIELDS - _NEEDED)}."
        )
    where += f" ({values['artist']})"
    return Entry(
        name=values["artist"],
        disambiguation=values.get("disambiguation", ""),
        country=values["from"],
        genres=_texts(where, "genres", values["genres"]),
        aliases=_texts(where, "aliases", values.get("aliases", [])),
        songs=tuple(_song(where, line) for line in _texts(where, "songs", values["songs"])),
    )


def _texts(where: str, field: str, values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        raise DataFileError(f"{where}: `{field}` is {values!r}; it should be a list of texts. Quote what holds `: `.")
    return tuple(values)


def _song(where: str, line: str) -> Song:
    title, *guests = (part.strip() for part in line.split(" | "))
    match = _SONG.fullmatch(title)
    if match is None:
        raise DataFileError(f"{where}: the song {line!r} should read `2003 Title` or `2003 Title | Guest`.")
    return Song(int(match["year"]), match["title"], tuple(guests))
