"""What somebody typed -> what is meant: one artist, one song, an album, a question back, or an honest nothing.

Exact keys decide; likeness only ever suggests. What a text may be is tried from the plainest reading to the boldest:
a link, the whole text, the text without words that ask for music, title and artist in one, a wrong keyboard layout.
"""

from chalicelib import names
from chalicelib.choosing import MOST_CHOICES, Verdict, choose
from chalicelib.keyboard import to_hangul, to_latin
from chalicelib.links import find_link
from chalicelib.music import Artist, Track
from chalicelib.names import Asked, Match
from chalicelib.nearness import distance, most_mistakes, slips
from chalicelib.resolution import (
    FoundAlbum,
    FoundArtist,
    FoundTrack,
    Help,
    Knowledge,
    Known,
    Link,
    Resolution,
    TooLong,
    Unknown,
    Which,
    nothing_known,
)
from chalicelib.snapshot import Snapshot
from chalicelib.wording import Wording, cuts, names_nothing, without_guests, wordings

LONGEST_NAME = 250  # characters; the longest title of the real catalogue has 194
MOST_SUGGESTIONS = 5
_FEW_WORDS = 2  # most names of artists have no more
_LEAST_LIKENESS, _MOST_LIKENESS = 0.3, 0.55  # bounds of the trigram likeness from which a name is worth a look
_COMMANDS = frozenset({"help", "?", "menu", "start", "도움말", "도움", "시작"})  # typed just so, these are no names
_GREETINGS = frozenset({"hi", "hello", "안녕", "안녕하세요"})


def resolve(snapshot: Snapshot, text: str, known: Knowledge = nothing_known) -> Resolution:
    """Find out what the text means in this generation; `known` tells what people said about a search key."""
    text = _storable(text).strip()
    if len(text) > LONGEST_NAME:
        return TooLong()
    link = find_link(text)
    if link:
        return find(snapshot, link.kind.upper(), link.spotify_id)
    if not text or text.casefold() in _COMMANDS:
        return Help()
    return _by_name(snapshot, text, known)


def find(snapshot: Snapshot, kind: str, identifier: str) -> Resolution:
    """Find what a link or a button names: `kind` is ARTIST, TRACK or ALBUM."""
    if kind == "ARTIST" and (artist := snapshot.artist(identifier)):
        return FoundArtist(artist)
    if kind == "TRACK" and (track := snapshot.track(identifier)):
        return FoundTrack(track)
    if kind == "ALBUM" and (album := snapshot.album(identifier)):
        return FoundAlbum(album)
    return Unknown(link=Link(kind.lower(), identifier))


def _by_name(snapshot: Snapshot, text: str, known: Knowledge) -> Resolution:
    readings = wordings(text)
    layouts = [Wording(other) for other in (to_hangul(text), to_latin(text)) if other]
    asked = names.named(snapshot, [reading.text for reading in (*readings, *layouts)])
    key = asked[0].key
    if not key:
        return Help()
    for reading, found in zip(readings, asked, strict=False):
        is_worth_knowing = found.matches or reading in (readings[0], readings[-1])
        if resolution := _read(snapshot, reading, found, known(found.key) if is_worth_knowing else Known()):
            return resolution
    if resolution := _cut(snapshot, key, readings):
        return resolution
    for reading, found in zip(layouts, asked[len(readings) :], strict=True):
        if resolution := _read(snapshot, reading, found, Known()):
            return resolution
    if key in _GREETINGS or names_nothing(text):
        return Help()
    named = [(found.key, reading.text) for reading, found in zip(readings, asked, strict=False) if found.key]
    suggestions = _load(snapshot, _nearest(snapshot, [key for key, _ in named]))[:MOST_SUGGESTIONS]
    key, name = named[-1]
    return Unknown(key, suggestions, name=name)


def _read(snapshot: Snapshot, reading: Wording, asked: Asked, told: Known) -> Resolution | None:
    """Take one reading for what is meant, if anything has its key; what people told goes first."""
    if told.choice and not isinstance(chosen := find(snapshot, *told.choice.split("|", 1)), Unknown):
        return chosen
    heard = {match.subject_id for match in asked.matches}
    learned = [match for match in map(_learned, told.aliases) if match.subject_id not in heard]
    verdict = choose([*asked.matches, *learned], is_short=_is_short(reading.text))
    return _resolution(snapshot, asked.key, verdict, reading.is_sure) if verdict else None


def _cut(snapshot: Snapshot, key: str, readings: list[Wording]) -> Resolution | None:
    """Take the text for a title and its artist, in either order; or for what stands in front of its guests."""
    found = names.titled_by(snapshot, list(dict.fromkeys(cut for reading in readings for cut in cuts(reading.text))))
    if found and (verdict := choose(found)):
        return _resolution(snapshot, key, verdict, is_sure=True)
    guests = without_guests(readings[-1].text)
    if guests:
        [asked] = names.named(snapshot, guests[:1])
        if verdict := choose(asked.matches, is_short=_is_short(guests[0])):
            return _resolution(snapshot, asked.key, verdict, is_sure=False)
    return None


def _resolution(snapshot: Snapshot, key: str, verdict: Verdict, is_sure: bool) -> Resolution | None:
    """Put a verdict into words; an unsure wording may name an artist, but no song without asking."""
    answer = verdict.answer
    if answer and answer.kind == "artist":
        loaded = _load(snapshot, [answer, *verdict.choices])
        artists = [one for one in loaded if isinstance(one, Artist)]
        return FoundArtist(artists[0], tuple(artists[1:])) if artists else None
    if answer and is_sure:
        track = snapshot.track(answer.subject_id)
        return FoundTrack(track) if track else None
    choices = _load(snapshot, [answer] if answer else verdict.choices)
    if answer or verdict.is_doubtful:
        return Unknown(key, choices[:MOST_SUGGESTIONS])
    return Which(key, choices[:MOST_CHOICES])


def _nearest(snapshot: Snapshot, keys: list[str]) -> list[Match]:
    """What differs from a key by a few mistakes, the fewest first; of equals, artists and the well known first."""
    near: list[tuple[int, Match]] = []
    for key in dict.fromkeys([*keys, *(key[3:] for key in keys if key.startswith("the") and len(key) > 5)]):
        size = len(key)
        likeness = min(_MOST_LIKENESS, max(_LEAST_LIKENESS, (size - 3) / (size + 5)))  # what two swapped letters leave
        for match in names.like(snapshot, key, slips(key), likeness):
            mistakes = distance(key, match.key)
            if mistakes <= most_mistakes(key):
                near.append((mistakes, match))
    ranked = sorted(near, key=lambda one: (one[0], one[1].kind, -(one[1].popularity or 0), one[1].subject_id))
    return list({match.subject_id: match for _, match in ranked}.values())


def _load(snapshot: Snapshot, matches: list[Match] | tuple[Match, ...]) -> tuple[Artist | Track, ...]:
    """The artists and songs themselves, in the order of the matches."""
    wanted = matches[:MOST_CHOICES]
    loaded: dict[str, Artist | Track] = {}
    loaded.update(snapshot.artists([match.subject_id for match in wanted if match.kind == "artist"]))
    loaded.update(snapshot.tracks([match.subject_id for match in wanted if match.kind == "track"]))
    return tuple(loaded[match.subject_id] for match in wanted if match.subject_id in loaded)


def _learned(subject: str) -> Match:
    kind, identifier = subject.split("|", 1)
    return Match(
        kind=kind.lower(), subject_id=identifier, form="alias" if kind == "ARTIST" else "title", confidence=0.9
    )


def _is_short(text: str) -> bool:
    return len(text.split()) <= _FEW_WORDS


def _storable(text: str) -> str:
    """Drop what Postgres cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
