"""Resolution + rows -> Reply: pure, no network; what it says is the same in Messenger and in a terminal."""

from collections.abc import Sequence
from datetime import UTC, datetime

from chalicelib import offers
from chalicelib.actions import Action
from chalicelib.cards import alike_card, choice_card, neighbour_card, song_card
from chalicelib.language import Texts
from chalicelib.music import Album, Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.reasons import explain_all, uses_generated_features
from chalicelib.reply import Offer, Reply


def plain(texts: Texts, kind: str, text: str, *offered: Offer) -> Reply:
    """A reply that is one text."""
    return Reply(kind, texts.locale, text, offers=offered)


def similar_artists(
    texts: Texts,
    artist: Artist,
    neighbours: Sequence[SimilarArtist],
    others: Sequence[Artist] = (),
    *,
    offset: int = 0,
    has_more: bool = False,
    is_provisional: bool = False,
) -> Reply:
    """Who to hear after this artist; `offset` counts those that were shown before.

    A provisional answer is about an artist that is not published: reasons and songs cannot be asked for.
    """
    notes = [texts("note.also_named", names=texts.joined([other.name for other in others]))] if others else []
    if uses_generated_features(artist.features_provider, [neighbour.reasons for neighbour in neighbours]):
        notes.append(texts("note.generated_features"))
    shown = offset + len(neighbours)
    if is_provisional:
        offered = offers.after_provisional(texts, artist, shown, has_more)
    else:
        offered = offers.after_artists(texts, artist, shown, has_more, others)
    return Reply(
        "artist",
        texts.locale,
        texts("heading.more_artists", name=artist.name) if offset else texts("heading.artist", name=artist.name),
        tuple(neighbour_card(texts, neighbour, None if is_provisional else artist) for neighbour in neighbours),
        (texts("note.provisional"), *notes) if is_provisional else tuple(notes),
        tuple(offered),
    )


def no_similar_artists(texts: Texts, artist: Artist, song: Track | None, others: Sequence[Artist] = ()) -> Reply:
    """Nobody is similar: why not, and a song of its own."""
    notes = [texts("note.own_song", name=artist.name, song=song.name)] if song else []
    notes += [texts("note.also_named", names=texts.joined([other.name for other in others]))] if others else []
    is_bare = not artist.genres and artist.features_provider is None
    text = texts("empty.artist_bare", name=artist.name) if is_bare else texts("empty.artist", name=artist.name)
    offered = offers.after_own_songs(texts, artist, 0, has_more=True)[:1] if song else []
    namesakes = (offers.choice(texts, other, "", is_namesake=True) for other in others)
    return Reply("artist_without_neighbours", texts.locale, text, (), tuple(notes), (*offered, *namesakes))


def similar_tracks(
    texts: Texts,
    track: Track,
    neighbours: Sequence[SimilarTrack],
    *,
    is_any: bool = False,
    offset: int = 0,
    has_more: bool = False,
) -> Reply:
    """What feels like this song: by others, or by anybody (`is_any`); without neighbours, why not."""
    offered = tuple(offers.after_songs(texts, track, is_any, offset + len(neighbours), has_more))
    if not neighbours:
        is_bare = not track.features_provider
        text = texts("empty.track_bare", name=track.name) if is_bare else texts("empty.track", name=track.name)
        thumbs = set(offers.thumbs(texts, "track", track.track_id))
        onward = tuple(one for one in offered if one not in thumbs)
        return Reply("track_without_neighbours", texts.locale, text, offers=onward)
    values = {"name": track.name, "artists": texts.joined(track.artist_names)}
    heading = texts("heading.track_any", **values) if is_any else texts("heading.track", **values)
    generated = uses_generated_features(track.features_provider, [neighbour.reasons for neighbour in neighbours])
    return Reply(
        "track",
        texts.locale,
        texts("heading.more_songs", name=track.name) if offset else heading,
        tuple(alike_card(texts, track, neighbour) for neighbour in neighbours),
        (texts("note.generated_features"),) if generated else (),
        offered,
    )


def own_songs(
    texts: Texts, artist: Artist, songs: Sequence[Track], *, offset: int = 0, has_more: bool = False
) -> Reply:
    """The artist's own songs, best first."""
    offered = tuple(offers.after_own_songs(texts, artist, offset + len(songs), has_more))
    if not songs:
        return Reply("songs", texts.locale, texts("empty.songs", name=artist.name), offers=offered)
    heading = texts("heading.songs", name=artist.name)
    return Reply("songs", texts.locale, heading, tuple(song_card(texts, song) for song in songs), offers=offered)


def no_more(texts: Texts) -> Reply:
    """A list has come to its end."""
    return plain(texts, "no_more", texts("empty.no_more"))


def why(texts: Texts, action: Action, one: Artist | Track, other: Artist | Track, reasons: dict[str, object]) -> Reply:
    """All that speaks for one neighbour."""
    notes = (texts("note.generated_features"),) if uses_generated_features(None, [reasons]) else ()
    return Reply(
        "why",
        texts.locale,
        texts("heading.why", name=one.name, other=other.name),
        (),
        (
            "\n".join(texts("why.line", reason=line) for line in explain_all(texts, reasons, one.name, other.name)),
            *notes,
        ),
        tuple(offers.after_why(texts, action, other)),
    )


def thanks(texts: Texts, thumb: int) -> Reply:
    """A thumb was given."""
    return plain(texts, "thanks", texts("thanks.up") if thumb > 0 else texts("thanks.down"))


def which(texts: Texts, asked: str, key: str, choices: Sequence[Artist | Track]) -> Reply:
    """Several readings of one name: ask, telling artists apart by genres and years, songs by artist and year."""
    cards = tuple(choice_card(texts, choice, key) for choice in choices)
    offered = tuple(offers.choices(texts, choices, key))
    return Reply("which", texts.locale, texts("ask.which", name=asked), cards, offers=offered)


def did_you_mean(texts: Texts, asked: str, key: str, suggestions: Sequence[Artist | Track]) -> Reply:
    """An honest "don't know", with what looks like it as a question."""
    cards = tuple(choice_card(texts, choice, key) for choice in suggestions)
    none = Offer(texts("offer.none"), Action("NONE", text=asked or key, locale=texts.locale).write())
    offered = (*offers.choices(texts, suggestions, key), none)
    return Reply("did_you_mean", texts.locale, texts("ask.did_you_mean", asked=asked), cards, offers=offered)


def waiting(texts: Texts, asked: str) -> Reply:
    """A provider is being asked: the answer comes by itself."""
    text = texts("wait.name", asked=asked) if asked else texts("wait.link")
    return plain(texts, "waiting", text)


def put_off(texts: Texts, not_before: int, is_in_window: bool) -> Reply:
    """No provider may be asked before that moment (seconds since 1970): the answer comes then, or it cannot come."""
    moment = f"{datetime.fromtimestamp(not_before, UTC):%Y-%m-%d %H:%M} UTC"
    text = texts("wait.put_off", moment=moment) if is_in_window else texts("wait.too_long", moment=moment)
    return plain(texts, "put_off", text)


def nowhere(texts: Texts, asked: str) -> Reply:
    """No provider knows it either."""
    text = texts("empty.nowhere", asked=asked) if asked else texts("empty.nowhere_link")
    return plain(texts, "nowhere", text)


def candidates(texts: Texts, asked: str, key: str, found: Sequence[Artist]) -> Reply:
    """Artists that a provider offers for a name which none of them bears: ask."""
    cards = tuple(choice_card(texts, artist, key) for artist in found)
    offered = tuple(offers.choices(texts, found, key))
    return Reply("did_you_mean", texts.locale, texts("ask.did_you_mean", asked=asked), cards, offers=offered)


def album(texts: Texts, found: Album) -> Reply:
    """The songs of an album, to choose one from."""
    heading = texts("ask.album_named", name=found.name) if found.name else texts("ask.album")
    return Reply("album", texts.locale, heading, tuple(song_card(texts, track) for track in found.tracks))
