"""An artist or a song -> its card. Of the three buttons that a card may have each has its place here."""

from chalicelib.actions import Action
from chalicelib.language import Texts
from chalicelib.music import Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.reasons import explain
from chalicelib.reply import Button, Card


def neighbour_card(texts: Texts, neighbour: SimilarArtist, of: Artist | None) -> Card:
    """Somebody to hear next: why, and the song to start with; after whom, if all the reasons can be asked for."""
    other, song = neighbour.artist, neighbour.song
    why = of and Action("WHY", of.artist_id, "artist", other.artist_id, locale=texts.locale)
    return Card(
        title=other.name,
        why=explain(texts, neighbour.reasons),
        detail=texts("card.start_with", song=song.name) if song else "",
        image_url=other.image_url,
        url=other.url,
        buttons=(
            *_link(texts, song, other),
            Button(texts("button.similar_artists"), payload=_about(texts, other)),
            *([Button(texts("button.why"), payload=why.write())] if why else []),
        ),
    )


def alike_card(texts: Texts, track: Track, neighbour: SimilarTrack) -> Card:
    """A song that feels like another one, and why."""
    why = Action("WHY", track.track_id, "track", neighbour.track.track_id, locale=texts.locale)
    return song_card(texts, neighbour.track, explain(texts, neighbour.reasons), why)


def song_card(texts: Texts, track: Track, why: str = "", ask_why: Action | None = None) -> Card:
    """A song with its artists and its year."""
    return Card(
        title=track.name,
        why=why,
        detail=_by(texts, track),
        image_url=track.image_url,
        url=track.url,
        buttons=(
            *([Button(texts("button.open"), url=track.url)] if track.url else []),
            Button(texts("button.similar_songs"), payload=_about(texts, track)),
            *([Button(texts("button.why"), payload=ask_why.write())] if ask_why else []),
        ),
    )


def choice_card(texts: Texts, choice: Artist | Track, key: str) -> Card:
    """One of several readings, with what tells it from the others; its button answers the search key that was asked."""
    marks = [_by(texts, choice)] if isinstance(choice, Track) else marks_of(choice)
    return Card(
        title=choice.name,
        detail=" · ".join(marks),
        image_url=choice.image_url,
        url=choice.url,
        buttons=(
            *([Button(texts("button.open"), url=choice.url)] if isinstance(choice, Track) and choice.url else []),
            Button(texts("button.choose"), payload=choosing(texts, choice, key)),
        ),
    )


def choosing(texts: Texts, choice: Artist | Track, key: str) -> str:
    """The payload that says: this one is what I meant by the search key."""
    if not key:
        return _about(texts, choice)
    is_track = isinstance(choice, Track)
    identifier = choice.track_id if isinstance(choice, Track) else choice.artist_id
    return Action("CHOOSE", identifier, "track" if is_track else "artist", text=key, locale=texts.locale).write()


def marks_of(artist: Artist) -> list[str]:
    """What tells an artist from others of the same name: genres, country, years."""
    years = sorted({year for year in (artist.first_year, artist.last_year) if year})
    marks = [", ".join(artist.genres[:3]), artist.country, "–".join(str(year) for year in years)]
    return [mark for mark in marks if mark]


def _about(texts: Texts, thing: Artist | Track) -> str:
    if isinstance(thing, Track):
        return Action("TRACK", thing.track_id, locale=texts.locale).write()
    return Action("ARTIST", thing.artist_id, locale=texts.locale).write()


def _link(texts: Texts, song: Track | None, artist: Artist) -> list[Button]:
    """The song to start with, or the artist where there is none to open."""
    if song and song.url:
        return [Button(texts("button.play", song=song.name), url=song.url)]
    return [Button(texts("button.open"), url=artist.url)] if artist.url else []


def _by(texts: Texts, track: Track) -> str:
    by = texts.joined(track.artist_names)
    return texts("card.by_in_year", artists=by, year=track.release_year) if track.release_year else by
