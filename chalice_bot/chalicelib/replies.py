"""Resolution + rows -> Reply: pure, no network; what it says is the same in Messenger and in a terminal."""

from dataclasses import dataclass
from typing import Any

from chalicelib.actions import Action
from chalicelib.language import Texts
from chalicelib.music import Album, Artist, SimilarArtist, SimilarTrack, Track
from chalicelib.reasons import explain, uses_generated_features


@dataclass(frozen=True)
class Button:
    """Something to tap: opens `url`, or sends `payload` back to the bot."""

    title: str
    url: str | None = None
    payload: str | None = None


@dataclass(frozen=True)
class Card:
    """One artist or song: `why` is the reason, `detail` the song to start with or what tells it from its namesakes."""

    title: str
    why: str = ""
    detail: str = ""
    image_url: str | None = None
    url: str | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Reply:
    """A heading, cards in order, and notes that belong below; `kind` names the sort of answer for programs.

    `subject` is what it is about, `ARTIST|<id>` or `TRACK|<id>`; `generation` is what it was read from.
    """

    kind: str
    locale: str
    text: str
    cards: tuple[Card, ...] = ()
    notes: tuple[str, ...] = ()
    subject: str = ""
    generation: str = ""

    @property
    def asks(self) -> bool:
        """Whether the cards are a choice to make rather than an answer."""
        return self.kind in ("which", "album", "did_you_mean")


def plain(texts: Texts, kind: str, asked: str = "") -> Reply:
    """A reply that is one text: help, sorry, unknown, too_long, gone."""
    return Reply(kind, texts.locale, texts(f"about.{kind}", asked=asked))


def similar_artists(
    texts: Texts, artist: Artist, neighbours: list[SimilarArtist], song: Track | None, others: tuple[Artist, ...] = ()
) -> Reply:
    """Who to hear after this artist; without neighbours, why not, and a song of its own."""
    notes = []
    if others:
        notes.append(texts("also_named", names=texts.joined([other.name for other in others])))
    if not neighbours:
        unknown = not artist.genres and artist.features_provider is None
        why_not = texts("no_neighbours_unknown" if unknown else "no_neighbours", name=artist.name)
        own = [texts("song_of_its_own", name=artist.name, song=song.name)] if song else []
        return Reply("artist_without_neighbours", texts.locale, why_not, notes=(*own, *notes))
    if uses_generated_features(artist.features_provider, [neighbour.reasons for neighbour in neighbours]):
        notes.append(texts("generated_features"))
    cards = tuple(_neighbour_card(texts, neighbour) for neighbour in neighbours)
    return Reply("artist", texts.locale, texts("about.artist", name=artist.name), cards, tuple(notes))


def similar_tracks(texts: Texts, track: Track, neighbours: list[SimilarTrack]) -> Reply:
    """What feels like this song; without neighbours, why not."""
    if not neighbours:
        path = "no_track_neighbours" if track.features_provider else "no_track_neighbours_unknown"
        return Reply("track_without_neighbours", texts.locale, texts(path, name=track.name))
    generated = uses_generated_features(track.features_provider, [neighbour.reasons for neighbour in neighbours])
    heading = texts("about.track", name=track.name, artists=texts.joined(list(track.artist_names)))
    cards = tuple(
        _track_card(texts, neighbour.track, explain(texts, neighbour.reasons), "similar_songs")
        for neighbour in neighbours
    )
    return Reply("track", texts.locale, heading, cards, (texts("generated_features"),) if generated else ())


def which(texts: Texts, asked: str, choices: tuple[Artist | Track, ...]) -> Reply:
    """Several readings of one name: ask, telling artists apart by genres and years, songs by artist and year."""
    cards = tuple(_choice_card(texts, choice) for choice in choices)
    return Reply("which", texts.locale, texts("about.which", name=asked), cards)


def album(texts: Texts, album: Album) -> Reply:
    """The songs of an album, to choose one from."""
    cards = tuple(_track_card(texts, track, "", "similar_songs") for track in album.tracks)
    return Reply("album", texts.locale, texts("about.album"), cards)


def unknown(texts: Texts, asked: str, suggestions: tuple[Artist | Track, ...]) -> Reply:
    """An honest "don't know", with what looks like it as a question."""
    if not suggestions:
        return plain(texts, "unknown", asked)
    cards = tuple(_choice_card(texts, choice) for choice in suggestions)
    return Reply("did_you_mean", texts.locale, texts("about.did_you_mean", asked=asked), cards)


def _neighbour_card(texts: Texts, neighbour: SimilarArtist) -> Card:
    artist, song = neighbour.artist, neighbour.song
    return Card(
        title=artist.name,
        why=explain(texts, neighbour.reasons),
        detail=texts("start_with", song=song.name) if song else "",
        image_url=artist.image_url,
        url=artist.url,
        buttons=_buttons(
            Button("▶ " + song.name, url=song.url) if song and song.url else None,
            Button(texts("open"), url=artist.url) if artist.url else None,
            Button(texts("similar"), payload=Action("ARTIST", artist.artist_id, locale=texts.locale).write()),
        ),
    )


def _track_card(texts: Texts, track: Track, why: str, act: str) -> Card:
    by = texts.joined(list(track.artist_names))
    return Card(
        title=track.name,
        why=why,
        detail=f"{by} ({track.release_year})" if track.release_year else by,
        image_url=track.image_url,
        url=track.url,
        buttons=_buttons(
            Button(texts("open"), url=track.url) if track.url else None,
            Button(texts(act), payload=Action("TRACK", track.track_id, locale=texts.locale).write()),
        ),
    )


def _choice_card(texts: Texts, choice: Artist | Track) -> Card:
    return _track_card(texts, choice, "", "choose") if isinstance(choice, Track) else _artist_choice(texts, choice)


def _artist_choice(texts: Texts, artist: Artist) -> Card:
    return Card(
        title=artist.name,
        detail=" · ".join(_marks(texts, artist)),
        image_url=artist.image_url,
        url=artist.url,
        buttons=(Button(texts("choose"), payload=Action("ARTIST", artist.artist_id, locale=texts.locale).write()),),
    )


def _marks(texts: Texts, artist: Artist) -> list[str]:
    years = {year for year in (artist.first_year, artist.last_year) if year}
    marks: list[Any] = [", ".join(artist.genres[:3]), artist.country, "–".join(str(year) for year in sorted(years))]
    return [str(mark) for mark in marks if mark]


def _buttons(*buttons: Button | None) -> tuple[Button, ...]:
    return tuple(button for button in buttons if button)
