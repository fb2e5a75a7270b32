"""Labelled queries from the names, aliases and titles of the real catalogue: what is typed, and the ids that are right.

Nothing is stored: the same data gives the same queries. Those about one artist are all in `tune` or all in `test`.
"""

import csv
import hashlib
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.names import typing

PER_KIND = 400  # queries of one kind about artists that are in the catalogue; of absent ones at most as many
HELD_OUT = 10  # one artist of so many is held out of the serving tables
ASKED = (
    *("{} 노래", "{} 노래 추천", "{} 노래 추천해줘", "{} 추천", "{} 추천 좀", "{} 같은 노래", "노래 추천 {}"),
    *("{} 비슷한 노래 추천해 주세요", "{}랑 비슷한 음악", "{} 같은 가수", "{}하고 비슷한 아티스트 알려줘", "like {}"),
    *("similar to {}", "songs like {}", "{} songs", "music like {}", "something like {}", "artists similar to {}"),
    *("recommend something like {}", "who sounds like {}", "play {}", "songs by {}", "more like {} please"),
    *("bands like {}", "{} similar artists"),
)
SONG_ASKED = (
    *(
        "{} 노래",
        "{} 같은 노래",
        "{} 비슷한 노래",
        "{} 비슷한 곡 추천해줘",
        "노래 {}",
        "songs like {}",
        "similar to {}",
    ),
    *("song {}", "something like {}", "tracks similar to {}", "recommend songs like {}", "music like {} please"),
)
BOTH = (
    *("{title} {artist}", "{artist} {title}", "{title} - {artist}", "{artist} - {title}", "{title} by {artist}"),
    *("{artist}: {title}", '{artist} "{title}"', "{artist}의 {title}", "{artist} {title} 같은 노래"),
    "songs like {title} by {artist}",
)


_WITHOUT_MARKS = str.maketrans("øłđðħı$", "olddhis") | {ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}


@dataclass(frozen=True)
class Label:
    """One query. `wanted` is empty where what is meant is not in the catalogue."""

    kind: str
    text: str
    wanted: frozenset[str]
    is_test: bool
    is_shared: bool = False
    """Whether what is meant is absent, but something in the catalogue is written alike."""


def is_held_out(artist_id: str) -> bool:
    return _hash("held out", artist_id) % HELD_OUT == 0


class Catalogue:
    """The data as far as names go, seen without the artists that are held out."""

    def __init__(self, data: Path) -> None:
        folder = data / "catalog"
        self.artists = {row["artist_id"]: row["name"] for row in _rows(folder / "artists.csv")}
        self.tracks = [
            (row["track_id"], row["name"], json.loads(row["artist_ids"]), row["album_id"])
            for row in _rows(folder / "tracks.csv")
        ]
        self.tracks = [track for track in self.tracks if track[2] and track[2][0] in self.artists]
        self.aliases = [
            (row["spotify_id"], row["alias"], row["script"])
            for row in _rows(folder / "aliases.csv")
            if row["spotify_id"] in self.artists
        ]
        present = {artist: name for artist, name in self.artists.items() if not is_held_out(artist)}
        self.bearers: dict[str, set[str]] = defaultdict(set)
        self.titled: dict[str, set[str]] = defaultdict(set)
        self.alike: set[str] = set()
        for artist, name in [
            *present.items(),
            *((artist, alias) for artist, alias, _ in self.aliases if artist in present),
        ]:
            self.bearers[name.casefold()].add(artist)
            self.alike.add(plain(name))
        for track, title, artists, _ in self.tracks:
            if artists[0] in present:
                for form in (title, short(title)):
                    self.titled[plain(form)].add(track)
                    self.alike.add(plain(form))
        self.credited = {track: set(artists) for track, _, artists, _ in self.tracks}


def labels(data: Path) -> list[Label]:
    """All labelled queries."""
    catalogue = Catalogue(data)
    found = []
    for kind, made in _kinds(catalogue).items():
        unlike = sorted({replace(label, kind=kind) for label in made}, key=lambda label: _hash(kind, label.text))
        present = [label for label in unlike if label.wanted]
        absent = [label for label in unlike if not label.wanted]
        found += present[:PER_KIND] + absent[:PER_KIND]
    return found


def plain(name: str) -> str:
    """A name reduced to letters and digits, without "the" in front: what is written alike, by Python alone."""
    apart = unicodedata.normalize("NFKD", name).casefold().translate(_WITHOUT_MARKS)
    words = "".join(char for char in apart if not unicodedata.combining(char))
    return "".join(char for char in re.sub(r"^the ", "", words.replace("&", "and")) if char.isalnum()) or words


def short(title: str) -> str:
    """A title without what stands in brackets and after a dash."""
    return re.sub(r"\s+-\s.*$", "", re.sub(r"\s*[(\[][^)\]]*[)\]]", "", title)).strip() or title


def _kinds(catalogue: Catalogue) -> dict[str, list[Label]]:
    names = [(artist, name) for artist, name in catalogue.artists.items()]
    aliases = [(artist, alias) for artist, alias, _ in catalogue.aliases]
    typed: dict[str, typing.Variant] = {
        "exact": lambda text, chance: text,
        "case": typing.case,
        "width": typing.width,
        "accents": typing.accents,
        "punctuation": typing.punctuation,
        "spaces": typing.spaces,
        "the": typing.article,
        "Latin keys as Hangul": typing.latin_as_hangul,
        "asked in words": lambda text, chance: chance.choice(ASKED).format(text),
        "feat.": lambda text, chance: _with_guest(text, chance, names),
        "typo": typing.typo,
    }
    kinds = {f"artist, {kind}": _of_artists(catalogue, names, variant) for kind, variant in typed.items()}
    for script in ("hangul", "kana", "han", "latin"):
        of_script = [(artist, alias) for artist, alias, given in catalogue.aliases if given == script]
        kinds[f"alias, {script}"] = _of_artists(catalogue, of_script, typed["exact"])
    kinds["name, Cyrillic"] = _of_artists(
        catalogue, [one for one in names if re.search("[а-яё]", one[1].lower())], typed["exact"]
    )
    kinds["alias, Hangul keys as Latin"] = _of_artists(catalogue, aliases, typing.hangul_as_latin)
    kinds["alias, asked in words"] = _of_artists(catalogue, aliases, typed["asked in words"])
    kinds["alias, typo"] = _of_artists(catalogue, aliases, typing.typo)
    kinds["song, title"] = _of_songs(catalogue, lambda title, artist, chance: title, is_alone=True)
    kinds["song, title in lower case"] = _of_songs(
        catalogue, lambda title, artist, chance: title.lower(), is_alone=True
    )
    kinds["song, short title"] = _of_songs(
        catalogue, lambda title, artist, chance: short(title) if short(title) != title else None, is_alone=True
    )
    kinds["song, asked in words"] = _of_songs(
        catalogue, lambda title, artist, chance: chance.choice(SONG_ASKED).format(short(title)), is_alone=True
    )
    kinds["song, title and artist"] = _of_songs(
        catalogue,
        lambda title, artist, chance: chance.choice(BOTH).format(title=short(title), artist=artist),
        is_alone=False,
    )
    kinds["song, typo"] = _of_songs(
        catalogue, lambda title, artist, chance: typing.typo(short(title), chance), is_alone=True
    )
    kinds |= _links(catalogue)
    return kinds


def _of_artists(catalogue: Catalogue, names: Iterable[tuple[str, str]], variant: typing.Variant) -> list[Label]:
    made = []
    for artist, name in names:
        text = variant(name, random.Random(_hash("typed", artist, name)))
        if text is not None:
            wanted = frozenset(catalogue.bearers.get(name.casefold(), ()))
            if (
                text == name or plain(text) == plain(name) or plain(text) not in catalogue.alike
            ):  # else a slip to a name
                made.append((artist, name, text, wanted))
    return [
        Label("", text, wanted, _is_test(artist), not wanted and _is_alike(catalogue, name))
        for artist, name, text, wanted in made
    ]


def _of_songs(
    catalogue: Catalogue, compose: Callable[[str, str, random.Random], str | None], *, is_alone: bool
) -> list[Label]:
    made = []
    for track, title, artists, _ in catalogue.tracks:
        text = compose(title, catalogue.artists[artists[0]], random.Random(_hash("typed", track)))
        if text is None or (plain(text) not in (plain(title), plain(short(title))) and plain(text) in catalogue.alike):
            continue  # a slip that makes another name
        alike = catalogue.titled[plain(title)] | catalogue.titled[plain(short(title))]
        if is_held_out(artists[0]):
            if not (is_alone and _is_alike(catalogue, title)):  # else the text is the title of a song that is here
                made.append(Label("", text, frozenset(), _is_test(artists[0])))
            continue
        same = {other for other in alike if is_alone or catalogue.credited[other] & set(artists)}
        made.append(Label("", text, frozenset(same | {track}), _is_test(artists[0])))
    return made


def _is_alike(catalogue: Catalogue, name: str) -> bool:
    """Whether something that is here is written alike; "A featuring B" is a form of A."""
    forms = (name, short(name), re.split(r"(?i)\s\(?(?:feat|ft|featuring)\b", name)[0])
    return any(plain(form) in catalogue.alike for form in forms)


def _links(catalogue: Catalogue) -> dict[str, list[Label]]:
    made: dict[str, list[Label]] = defaultdict(list)
    things = [("artist", artist, artist) for artist in catalogue.artists]
    things += [("track", track, artists[0]) for track, _, artists, _ in catalogue.tracks]
    things += [("album", album, artists[0]) for _, _, artists, album in catalogue.tracks if album]
    albums = {album for _, _, artists, album in catalogue.tracks if album and not is_held_out(artists[0])}
    for kind, identifier, artist in things:
        chance = random.Random(_hash("typed", identifier))
        text = chance.choice(
            [
                f"https://open.spotify.com/{kind}/{identifier}",
                f"https://open.spotify.com/intl-ko/{kind}/{identifier}?si=0123456789abcdef",
                f"open.spotify.com/{kind}/{identifier}?si=0123&utm_source=copy-link",
                f"spotify:{kind}:{identifier}",
                f"https://open.spotify.com/intl-pt-BR/{kind}/{identifier} 이거랑 비슷한 노래",
            ]
        )
        is_here = identifier in albums if kind == "album" else not is_held_out(artist)
        made[f"link, {kind}"].append(Label("", text, frozenset({identifier} if is_here else ()), _is_test(artist)))
    return made


def _with_guest(name: str, chance: random.Random, names: list[tuple[str, str]]) -> str:
    guest = chance.choice(names)[1]
    return chance.choice(["{} feat. {}", "{} (feat. {})", "{} ft. {}", "{} featuring {}", "{} [Feat. {}]"]).format(
        name, guest
    )


def _is_test(artist: str) -> bool:
    return _hash("split", artist) % 2 == 1


def _hash(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(words).encode()).digest()[:8])


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as read:
        yield from csv.DictReader(read)
