"""One question -> one reply: resolve it, read the rows, compose the words; all in one snapshot."""

from dataclasses import replace

from chalicelib import replies
from chalicelib.actions import Action
from chalicelib.catalogue import Catalogue
from chalicelib.graphemes import shorten
from chalicelib.language import Locale, Texts, locale_of, texts_in
from chalicelib.replies import Reply
from chalicelib.resolution import (
    FoundAlbum,
    FoundArtist,
    FoundTrack,
    Help,
    Knowledge,
    Resolution,
    TooLong,
    Unknown,
    Which,
    nothing_known,
)
from chalicelib.resolve import find, resolve
from chalicelib.snapshot import Snapshot

CARDS = 10  # neighbours a reply holds; Messenger shows as many, a terminal the first five
_JOINER = "\u200d"
_ECHO = 60  # how much of an unknown text a reply repeats


def ask(catalogue: Catalogue, text: str, locale: Locale | None = None, known: Knowledge = nothing_known) -> Reply:
    """Answer a typed text, in its own language unless told another."""
    texts = texts_in(locale or locale_of(text))
    with catalogue.snapshot() as snapshot:
        return _reply(texts, snapshot, resolve(snapshot, text, known), _echo(text))


def tap(catalogue: Catalogue, action: Action | None) -> Reply:
    """Answer a tapped button, in the language of the message it stood under; a payload we never wrote gets help."""
    texts = texts_in((action and action.locale) or "en")
    if action is None or not action.identifier:
        return replies.plain(texts, "help")
    with catalogue.snapshot() as snapshot:
        resolution = find(snapshot, *action.subject.split("|"))
        if isinstance(resolution, FoundArtist | FoundTrack):
            return _reply(texts, snapshot, resolution, "")
        return replies.plain(texts, "gone")


def sorry(text: str, locale: Locale | None = None) -> Reply:
    """What to say when the catalogue cannot be read."""
    return replies.plain(texts_in(locale or locale_of(text)), "sorry")


def _reply(texts: Texts, snapshot: Snapshot, resolution: Resolution, asked: str) -> Reply:
    reply = _worded(texts, snapshot, resolution, asked)
    return replace(reply, subject=_subject(resolution), generation=snapshot.generation)


def _subject(resolution: Resolution) -> str:
    match resolution:
        case FoundArtist(artist):
            return f"ARTIST|{artist.artist_id}"
        case FoundTrack(track):
            return f"TRACK|{track.track_id}"
    return ""


def _worded(texts: Texts, snapshot: Snapshot, resolution: Resolution, asked: str) -> Reply:
    match resolution:
        case FoundArtist(artist, others):
            neighbours = snapshot.similar_artists(artist.artist_id, CARDS)
            song = None if neighbours else snapshot.first_songs([artist.artist_id]).get(artist.artist_id)
            return replies.similar_artists(texts, artist, neighbours, song, others)
        case FoundTrack(track):
            return replies.similar_tracks(texts, track, snapshot.similar_tracks(track.track_id, CARDS))
        case FoundAlbum(album):
            return replies.album(texts, album)
        case Which(_, choices):
            return replies.which(texts, asked, choices)
        case Help():
            return replies.plain(texts, "help")
        case TooLong():
            return replies.plain(texts, "too_long")
        case Unknown(_, suggestions):
            return replies.unknown(texts, asked, suggestions)


def _echo(text: str) -> str:
    """The asked text as a reply may repeat it: one line, short, nothing invisible but what joins emoji."""
    visible = "".join(char if char.isprintable() or char == _JOINER else " " for char in text[: _ECHO * 20])
    return shorten(" ".join(visible.split()), _ECHO)
