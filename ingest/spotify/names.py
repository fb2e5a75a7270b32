"""Name list -> names, and whether a name found is the one asked for. Pure but for reading the file."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import CalledWrongly

HEADERS = ("name", "artist", "artist_name", "names", "artists")
INVISIBLE = {"Cf", "Cc"}
QUOTES = dict.fromkeys(map(ord, "’‘‛´`ʼ′＇"), "'") | dict.fromkeys(map(ord, "“”„‟″"), '"')
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
TWO_ARTISTS = (" / ", "/", " & ", " and ", " + ")


@dataclass(frozen=True)
class Match:
    """What became of one query: `status` is matched, ambiguous or missing; `artist` the one taken."""

    status: str
    artist: dict[str, Any] | None
    reason: str | None


@dataclass
class Report:
    """What became of the names, for the summary; `same_name` are matched names that other artists bear too."""

    asked: int = 0
    matched: int = 0
    ambiguous: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    same_name: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)

    def count(self, name: str, match: Match) -> None:
        """Add one name."""
        if match.status == "matched":
            self.matched += 1
            self.same_name += [name] if match.reason else []
        else:
            (self.missing if match.status == "missing" else self.ambiguous).append(name)
        if match.reason:
            self.reasons[name] = match.reason


def fold(name: str) -> str:
    """Return the key two spellings of one name share: case, width, accents, quotes, hyphens, `&`, a leading `the`."""
    plain = unicodedata.normalize("NFKC", name).translate(QUOTES | HYPHENS).casefold()
    plain = "".join(" " if char.isspace() else char for char in plain if char.isspace() or not _is_invisible(char))
    decomposed = unicodedata.normalize("NFKD", plain)
    # Only the accents of Latin, Greek and Cyrillic: a Japanese or Thai mark makes another letter
    plain = unicodedata.normalize("NFC", "".join(char for char in decomposed if not "\u0300" <= char <= "\u036f"))
    words = plain.replace("&", " and ").split()
    return " ".join(words[1:] if words[:1] == ["the"] and words[1:] not in ([], ["the"]) else words)


def _is_invisible(char: str) -> bool:
    return unicodedata.category(char) in INVISIBLE


def read_names(path: Path) -> list[str]:
    """Read names from text or CSV, each once, in the file's order. Raises CalledWrongly for a file without names."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise CalledWrongly(
            f"--names {path}: {problem.strerror}. Right would be a text file with one artist a line, or a CSV file "
            "with a column `name`."
        ) from problem
    except UnicodeDecodeError as problem:
        raise CalledWrongly(
            f"--names {path}: byte {problem.start} is no UTF-8. Right would be a UTF-8 file. Next: "
            f"`iconv -f CP949 -t UTF-8 {path.name}` or save it again as UTF-8."
        ) from problem
    found = [" ".join(name.split()) for name in _names(text)]
    names = list(dict.fromkeys(name for name in found if name))
    if not names:
        raise CalledWrongly(f"--names {path}: no name in it. Right would be one artist a line, or a column `name`.")
    return names


def _names(text: str) -> list[str]:
    """One name a line; with a header, that column. Without one, a comma belongs to the name (`Tyler, The Creator`)."""
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    header = [cell.strip().strip("\ufeff").casefold() for cell in next(csv.reader([first]), [])]
    column = next((index for index, cell in enumerate(header) if cell in HEADERS), None)
    if column is None:
        return [_unquoted(line) for line in lines]
    rows = [row for row in csv.reader(io.StringIO(text)) if row][1:]
    return [row[column] for row in rows if len(row) > column]


def _unquoted(line: str) -> str:
    """A line wrapped in CSV quotes, without them."""
    line = line.strip()
    if len(line) >= 2 and line.startswith('"') and line.endswith('"'):
        cells = next(csv.reader([line]))
        return cells[0] if len(cells) == 1 else line
    return line


def choose(query: str, found: Sequence[dict[str, Any]]) -> Match:
    """Take the first artist whose folded name equals the query's; a near one is a candidate to be named, never taken.

    `found` is in the order of relevance. Of several equal names the most popular is taken where popularity is known.
    """
    wanted = fold(query)
    equal = [artist for artist in found if wanted and fold(str(artist.get("name") or "")) == wanted]
    if equal:
        ranked = sorted(equal, key=lambda artist: -_popularity(artist))
        return Match("matched", ranked[0], _told(ranked) if len(equal) > 1 else None)
    candidates = "; ".join(f"{artist.get('name')} ({artist['id']})" for artist in found[:5])
    parts = next(([part for part in query.split(mark) if part.strip()] for mark in TWO_ARTISTS if mark in query), [])
    hints = []
    if len(parts) > 1:
        hints.append("perhaps several artists on one line: put each on its own")
    hints.append(f"no exact name; candidates: {candidates}" if candidates else "nothing found")
    near = bool(wanted) and any(
        fold(str(artist.get("name") or "")).replace(" ", "") == wanted.replace(" ", "") for artist in found
    )
    return Match("ambiguous" if near else "missing", None, "; ".join(hints))


def _told(ranked: Sequence[dict[str, Any]]) -> str:
    """Say of several artists of one name which was taken, why, and how to get the others."""
    why = "the most popular" if len({_popularity(artist) for artist in ranked}) > 1 else "the first found"
    others = ", ".join(str(artist["id"]) for artist in ranked[1:])
    return f"{len(ranked)} artists of this name; {why} was taken ({ranked[0]['id']}); for another use --ids: {others}"


def _popularity(artist: dict[str, Any]) -> int:
    popularity = artist.get("popularity")
    return popularity if isinstance(popularity, int) else 0
