"""One question -> one reply: resolve it, read the rows, compose the words; all in one snapshot."""

from dataclasses import replace

from chalicelib import browsing, names, offers, replies
from chalicelib.actions import Action
from chalicelib.catalogue import Catalogue
from chalicelib.graphemes import shorten
from chalicelib.language import Locale, Texts, locale_of, texts_in
from chalicelib.music import Artist, Track
from chalicelib.reply import Offer, Reply
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
_EXAMPLES = 4
_JOINER = "\u200d"
_ECHO = 60  # how much of an unknown text a reply repeats


def ask(catalogue: Catalogue, text: str, locale: Locale | None = None, known: Knowledge = nothing_known) -> Reply:
    """Answer a typed text, in its own language unless told another."""
    texts = texts_in(locale or locale_of(text))
    with catalogue.snapshot() as snapshot:
        return _reply(texts, snapshot, resolve(snapshot, text, known), _echo(text))


def tap(catalogue: Catalogue, action: Action, locale: Locale, known: Knowledge = nothing_known) -> Reply:
    """Answer a tapped button."""
    texts = texts_in((action.locale if action.kind == "LOCALE" else None) or locale)
    if action.kind == "ASK":
        return ask(catalogue, action.text, texts.locale, known)
    if not action.identifier and action.kind not in ("HELP", "GET_STARTED", "NONE"):
        return _told(texts, action)
    with catalogue.snapshot() as snapshot:
        reply = _tapped(texts, snapshot, action)
        return replace(reply, subject=reply.subject or action.subject, generation=snapshot.generation)


def sent(kind: str, locale: Locale = "en") -> Reply:
    """Answer what holds no text: a `sticker`, or a picture, a recording or the like."""
    texts = texts_in(locale)
    text = texts("got.sticker") if kind == "sticker" else texts("got.attachment")
    return replies.plain(texts, "sticker" if kind == "sticker" else "attachment", text, _can_you(texts))


def sorry(locale: Locale) -> Reply:
    """What to say when the catalogue cannot be read."""
    texts = texts_in(locale)
    return replies.plain(texts, "sorry", texts("empty.sorry"))


def too_many(locale: Locale) -> Reply:
    """What to say to somebody who writes faster than anybody reads."""
    texts = texts_in(locale)
    return replies.plain(texts, "too_many", texts("wait.too_many"))


def _told(texts: Texts, action: Action) -> Reply:
    """What needs no catalogue: another language, and a question before anything is forgotten."""
    if action.kind == "LOCALE":
        return replies.plain(texts, "locale", texts("told.locale"), *offers.languages(texts), _can_you(texts))
    if action.word == "sure":
        return replies.plain(texts, "forgotten", texts("told.forgotten"))
    return replies.plain(texts, "forget", texts("ask.forget"), *offers.forgetting(texts))


def _tapped(texts: Texts, snapshot: Snapshot, action: Action) -> Reply:
    if action.kind == "NONE":
        wanted = Unknown(names.named(snapshot, [action.text])[0].key, name=action.text).asked
        return replace(_unknown(texts, snapshot, _echo(action.text)), asked=wanted)
    if not action.identifier:
        return _help(texts, snapshot)
    if action.kind == "THUMB":  # for an answer about somebody who is not published, too
        return replies.thanks(texts, action.thumb)
    found = find(snapshot, *action.subject.split("|"))
    if isinstance(found, FoundArtist):
        return _about_artist(texts, snapshot, action, found.artist)
    if isinstance(found, FoundTrack):
        return _about_track(texts, snapshot, action, found.track)
    wanted = found.asked if isinstance(found, Unknown) else None
    return replace(_gone(texts, snapshot), asked=wanted)


def _about_artist(texts: Texts, snapshot: Snapshot, action: Action, artist: Artist) -> Reply:
    if action.kind == "WHY":
        reasons = browsing.artist_reasons(snapshot, artist.artist_id, action.neighbour)
        return _why(texts, snapshot, action, artist, snapshot.artist(action.neighbour), reasons)
    if action.kind == "SONGS" or action.about == "songs":
        return _own_songs(texts, snapshot, artist, action.offset)
    return _similar_artists(texts, snapshot, FoundArtist(artist), action.offset)


def _why(
    texts: Texts,
    snapshot: Snapshot,
    action: Action,
    one: Artist | Track,
    other: Artist | Track | None,
    reasons: dict[str, object] | None,
) -> Reply:
    if other is None or reasons is None:
        return _gone(texts, snapshot)
    return replies.why(texts, action, one, other, reasons)


def _about_track(texts: Texts, snapshot: Snapshot, action: Action, track: Track) -> Reply:
    if action.kind == "WHY":
        reasons = browsing.track_reasons(snapshot, track.track_id, action.neighbour)
        return _why(texts, snapshot, action, track, snapshot.track(action.neighbour), reasons)
    return _similar_tracks(texts, snapshot, track, action.offset, is_any="any" in (action.kind.lower(), action.about))


def _reply(texts: Texts, snapshot: Snapshot, resolution: Resolution, asked: str) -> Reply:
    reply = _worded(texts, snapshot, resolution, asked)
    wanted = resolution.asked if isinstance(resolution, Unknown) else None
    return replace(reply, subject=_subject(resolution), generation=snapshot.generation, asked=wanted)


def _subject(resolution: Resolution) -> str:
    match resolution:
        case FoundArtist(artist):
            return f"ARTIST|{artist.artist_id}"
        case FoundTrack(track):
            return f"TRACK|{track.track_id}"
    return ""


def _worded(texts: Texts, snapshot: Snapshot, resolution: Resolution, asked: str) -> Reply:
    match resolution:
        case FoundArtist():
            return _similar_artists(texts, snapshot, resolution, 0)
        case FoundTrack(track):
            return _similar_tracks(texts, snapshot, track, 0)
        case FoundAlbum(album):
            return replies.album(texts, album)
        case Which(key, choices):
            return replies.which(texts, asked, key, choices)
        case Help():
            return _help(texts, snapshot)
        case TooLong():
            return replies.plain(texts, "too_long", texts("empty.too_long"))
        case Unknown(key, suggestions, link):
            if suggestions:
                return replies.did_you_mean(texts, asked, key, suggestions)
            return _unknown(texts, snapshot, asked, is_link=link is not None)


def _similar_artists(texts: Texts, snapshot: Snapshot, found: FoundArtist, offset: int) -> Reply:
    artist = found.artist
    rows = snapshot.similar_artists(artist.artist_id, CARDS + 1, offset)
    if rows:
        neighbours, has_more = browsing.page_of(rows, CARDS)
        return replies.similar_artists(texts, artist, neighbours, found.others, offset=offset, has_more=has_more)
    if offset:
        return replies.no_more(texts)
    song = snapshot.first_songs([artist.artist_id]).get(artist.artist_id)
    return replies.no_similar_artists(texts, artist, song, found.others)


def _similar_tracks(texts: Texts, snapshot: Snapshot, track: Track, offset: int, is_any: bool = False) -> Reply:
    variant = "any_artist" if is_any else "other_artists"
    rows = snapshot.similar_tracks(track.track_id, CARDS + 1, offset, variant)
    if offset and not rows:
        return replies.no_more(texts)
    neighbours, has_more = browsing.page_of(rows, CARDS)
    return replies.similar_tracks(texts, track, neighbours, is_any=is_any, offset=offset, has_more=has_more)


def _own_songs(texts: Texts, snapshot: Snapshot, artist: Artist, offset: int) -> Reply:
    rows = browsing.songs_of(snapshot, artist.artist_id, CARDS + 1, offset)
    if offset and not rows:
        return replies.no_more(texts)
    songs, has_more = browsing.page_of(rows, CARDS)
    return replies.own_songs(texts, artist, songs, offset=offset, has_more=has_more)


def _help(texts: Texts, snapshot: Snapshot) -> Reply:
    return replies.plain(texts, "help", texts("told.help"), *_examples(texts, snapshot), *offers.languages(texts))


def _unknown(texts: Texts, snapshot: Snapshot, asked: str, is_link: bool = False) -> Reply:
    text = texts("empty.unknown_link") if is_link else texts("empty.unknown", asked=asked)
    return replies.plain(texts, "unknown", text, *_examples(texts, snapshot))


def _gone(texts: Texts, snapshot: Snapshot) -> Reply:
    return replies.plain(texts, "gone", texts("empty.gone"), *_examples(texts, snapshot))


def _examples(texts: Texts, snapshot: Snapshot) -> list[Offer]:
    return offers.examples(texts, browsing.best_known(snapshot, _EXAMPLES))


def _can_you(texts: Texts) -> Offer:
    return offers.helping(texts, texts("offer.help"))


def _echo(text: str) -> str:
    """The asked text as a reply may repeat it: one line, short, nothing invisible but what joins emoji."""
    visible = "".join(char if char.isprintable() or char == _JOINER else " " for char in text[: _ECHO * 20])
    return shorten(" ".join(visible.split()), _ECHO)
