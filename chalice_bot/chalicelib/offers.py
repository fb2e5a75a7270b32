"""What may be said next with one tap, below an answer. They are Messenger's quick replies: thirteen at most."""

from collections.abc import Iterable

from chalicelib.actions import NOBODY, Action, Kind
from chalicelib.cards import choosing, marks_of
from chalicelib.graphemes import length, shorten
from chalicelib.language import LOCALES, Texts
from chalicelib.music import Artist, Track
from chalicelib.reply import Offer

TITLE = 20
_NAMESAKES = 4


def after_artists(texts: Texts, artist: Artist, shown: int, has_more: bool, others: Iterable[Artist]) -> list[Offer]:
    """After a list of similar artists: more of them, the artist's songs, who else has the name, a thumb."""
    return [
        *_more(texts, "artist", artist.artist_id, shown, has_more),
        _offer(texts, "SONGS", texts("offer.songs"), artist.artist_id),
        *(choice(texts, other, "", is_namesake=True) for other in list(others)[:_NAMESAKES]),
        *thumbs(texts, "artist", artist.artist_id),
    ]


def after_provisional(texts: Texts, artist: Artist, shown: int, has_more: bool) -> list[Offer]:
    """After artists like one that is not published: there are no songs of its own to ask for."""
    return [*_more(texts, "artist", artist.artist_id, shown, has_more), *thumbs(texts, "artist", artist.artist_id)]


def after_songs(texts: Texts, track: Track, is_any: bool, shown: int, has_more: bool) -> list[Offer]:
    """After a list of songs alike: more of them, the other kind of list, the song's artist, a thumb."""
    other = _offer(
        texts,
        "OTHERS" if is_any else "ANY",
        texts("offer.other_artists") if is_any else texts("offer.any_artist"),
        track.track_id,
    )
    return [
        *_more(texts, "any" if is_any else "others", track.track_id, shown, has_more),
        other,
        _offer(texts, "ARTIST", texts("offer.similar_artists"), track.artist_id),
        *thumbs(texts, "track", track.track_id),
    ]


def after_own_songs(texts: Texts, artist: Artist, shown: int, has_more: bool) -> list[Offer]:
    """After an artist's own songs."""
    return [
        *_more(texts, "songs", artist.artist_id, shown, has_more),
        _offer(texts, "ARTIST", texts("offer.similar_artists"), artist.artist_id),
    ]


def after_why(texts: Texts, action: Action, thing: Artist | Track) -> list[Offer]:
    """After the reasons for one neighbour: a thumb for that one, and where to go from it."""
    if isinstance(thing, Track):
        onward = [_offer(texts, "TRACK", texts("offer.similar_songs"), thing.track_id)]
    else:
        onward = [
            _offer(texts, "ARTIST", texts("offer.similar_artists"), thing.artist_id),
            _offer(texts, "SONGS", texts("offer.songs"), thing.artist_id),
        ]
    return [*thumbs(texts, action.about, action.identifier, action.neighbour), *onward]


def thumbs(texts: Texts, about: str, identifier: str, neighbour: str = NOBODY) -> list[Offer]:
    """Up and down, for an answer as a whole or for one neighbour of it."""
    up = Action("THUMB", identifier, about, neighbour, word="up", locale=texts.locale)
    down = Action("THUMB", identifier, about, neighbour, word="down", locale=texts.locale)
    return [Offer(texts("offer.thumb_up"), up.write()), Offer(texts("offer.thumb_down"), down.write())]


def choices(texts: Texts, found: Iterable[Artist | Track], key: str) -> list[Offer]:
    """One for each reading, with what tells it apart where two have one name."""
    readings = list(found)
    names = [reading.name for reading in readings]
    return [choice(texts, one, key, is_namesake=names.count(one.name) > 1) for one in readings]


def choice(texts: Texts, one: Artist | Track, key: str, is_namesake: bool) -> Offer:
    """One reading; of namesakes the mark is kept whole and the name is cut."""
    marks = list(one.artist_names) if isinstance(one, Track) else marks_of(one)[::-1]
    title = one.name
    if is_namesake and marks:
        mark = texts("offer.mark", mark=shorten(marks[0], TITLE // 2))
        title = shorten(title, TITLE - length(mark)) + mark
    return Offer(title, choosing(texts, one, key), one.image_url)


def examples(texts: Texts, artists: Iterable[Artist]) -> list[Offer]:
    """Names that are worth asking for."""
    return [Offer(one.name, _about(texts, one), one.image_url) for one in artists]


def languages(texts: Texts) -> list[Offer]:
    """The other languages, each by its own name."""
    names = {"ko": texts("offer.korean"), "en": texts("offer.english")}
    return [Offer(names[one], Action("LOCALE", locale=one).write()) for one in LOCALES if one != texts.locale]


def forgetting(texts: Texts) -> list[Offer]:
    """Yes or no, before everything about a person is deleted."""
    sure = Action("FORGET", word="sure", locale=texts.locale).write()
    return [Offer(texts("offer.forget"), sure), helping(texts, texts("offer.keep"))]


def helping(texts: Texts, title: str) -> Offer:
    """Ask what the bot can do."""
    return Offer(title, Action("HELP", locale=texts.locale).write())


def _about(texts: Texts, artist: Artist) -> str:
    return Action("ARTIST", artist.artist_id, locale=texts.locale).write()


def _offer(texts: Texts, kind: Kind, title: str, identifier: str) -> Offer:
    return Offer(title, Action(kind, identifier, locale=texts.locale).write())


def _more(texts: Texts, about: str, identifier: str, shown: int, has_more: bool) -> list[Offer]:
    action = Action("MORE", identifier, about, offset=shown, locale=texts.locale)
    return [Offer(texts("offer.more"), action.write())] if has_more else []
