"""An artist that is not in the catalogue: one look-up however many ask, a provisional answer, word to all who wait."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib import names, provisional, replies
from chalicelib.browsing import page_of
from chalicelib.catalogue import Catalogue
from chalicelib.errors import (
    AccessRefused,
    LookupFailed,
    PersonUnreachable,
    PutOff,
    SendFailed,
    TemporarySendFailure,
    Throttled,
)
from chalicelib.language import Texts, texts_in
from chalicelib.learned import Learned
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.music import Artist
from chalicelib.observing import count
from chalicelib.owed import WINDOW_SECONDS, Lookups, State
from chalicelib.payloads import compose
from chalicelib.reply import Reply
from chalicelib.resolution import Asked
from chalicelib.sealing import Owed
from chalicelib.snapshot import Snapshot

if TYPE_CHECKING:
    from chalicelib.music_apis import MusicApis  # its clients are imported where somebody asks for an unknown artist

_log = logging.getLogger("segue.unknowns")
_LATER_SECONDS = 300
"""When a look-up is tried again that failed without a word of when to come back."""
_SETTLED = ("found", "not_found", "unsure")
_ARTIST_URL = "https://open.spotify.com/artist/"
CARDS = 10
MOST = 20
"""So many similar artists there are of one that is published."""
WAITING = frozenset({"waiting", "put_off"})
"""Kinds of replies after which the answer is still owed."""


class Unknowns:
    """Answers what the catalogue cannot. Raises MemoryUnavailable, CatalogueUnavailable, NothingPublished."""

    def __init__(
        self,
        catalogue: Catalogue,
        messenger: Messenger,
        memory: Memory,
        lookups: Lookups,
        apis: "Callable[[], MusicApis]",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._messenger = messenger
        self._memory = memory
        self._lookups = lookups
        self._apis = apis
        self._clock = clock

    def first_answer(self, asked: Asked, owed: Owed) -> Reply:
        """What is known by now, or that one has to wait: then the person is written down, and `settle` tells them."""
        texts = texts_in("ko" if owed.locale == "ko" else "en")
        person = self._memory.hashed(owed.person)
        state = self._lookups.state(asked, self._now())
        if state is None or state.stage not in _SETTLED:
            self._lookups.owe(asked, person, owed, self._now())
            state = self._lookups.state(asked, self._now())  # it may have been settled while we wrote
        if state is None or state.stage == "running":
            return replies.waiting(texts, asked.name)
        if state.stage == "put_off":
            return self._put_off(texts, state, owed)
        return self._reply(texts, asked, state, person)

    def more(self, artist_id: str, offset: int, locale: str) -> Reply | None:
        """The next artists like one that was looked up and is not published; None where nothing is known of it."""
        texts = texts_in("ko" if locale == "ko" else "en")
        with self._catalogue.snapshot() as snapshot:
            reply = self._similar(texts, snapshot, artist_id, offset)
            return reply and replace(reply, subject=f"ARTIST|{artist_id}", generation=snapshot.generation)

    def settle(self, asked: Asked) -> None:
        """Look it up unless somebody does, or has; then tell whoever waits."""
        now = self._now()
        if self._lookups.begin(asked, now):
            state = self._looked_up(asked)
            self._lookups.finish(asked, state, self._now())
            count(f"LookedUp_{state.stage}")
        found = self._lookups.state(asked, self._now())
        if found and found.stage in _SETTLED:
            self._tell(asked, found)
            self._lookups.told(asked)

    def catch_up(self) -> int:
        """Settle what was put off until now and what a worker left half done; return how many there were."""
        due = self._lookups.due(self._now())
        for asked in due:
            self.settle(asked)
        return len(due)

    def _looked_up(self, asked: Asked) -> State:
        apis = self._apis()
        try:
            return self._found(apis, asked)
        except PutOff as error:
            _log.warning("%s", error)
            until = int(error.until.timestamp()) + 1
            self._say_when(asked, State("put_off", not_before=until))
            return State("put_off", not_before=until)
        except LookupFailed as error:
            _log.warning("%s", error)
            return State("put_off", not_before=self._now() + _LATER_SECONDS)

    def _found(self, apis: "MusicApis", asked: Asked) -> State:
        if asked.about == "name":
            offers = apis.candidates(asked.name)
            with self._catalogue.snapshot() as snapshot:
                found = names.named(snapshot, [offer.name for offer in offers])
            same = [offer for offer, one in zip(offers, found, strict=True) if one.key == asked.key]
            if not same:
                pairs = tuple((offer.artist_id, offer.name) for offer in offers[:3])
                return State("unsure", offers=pairs) if pairs else State("not_found")
            artist_id: str | None = same[0].artist_id
        else:
            artist_id = apis.artist_of_track(asked.key) if asked.about == "track" else asked.key
        if artist_id is None or not self._learn(apis, artist_id):
            return State("not_found")
        return State("found", artist_id=artist_id)

    def _learn(self, apis: "MusicApis", artist_id: str) -> bool:
        """Know the artist, from the catalogue, from an earlier look-up or from the providers."""
        with self._catalogue.snapshot() as snapshot:
            if snapshot.artist(artist_id):
                return True
        if self._memory.learned(artist_id):
            return True
        learned = apis.learn(artist_id)
        if learned is None:
            return False
        self._memory.record_learned(learned)
        return True

    def _reply(self, texts: Texts, asked: Asked, state: State, person: str) -> Reply:
        """The answer that a settled look-up gives."""
        if state.stage == "unsure":
            chosen = self._memory.choice_of(person, asked.key)
            if not chosen or not chosen.startswith("ARTIST|"):
                offered = [Artist(one, name, url=_ARTIST_URL + one) for one, name in state.offers]
                return replies.candidates(texts, asked.name, asked.key, offered)
            state = State("found", artist_id=chosen.partition("|")[2])
        if state.stage == "found":
            with self._catalogue.snapshot() as snapshot:
                if reply := self._similar(texts, snapshot, state.artist_id):
                    return replace(reply, subject=f"ARTIST|{state.artist_id}", generation=snapshot.generation)
        return replies.nowhere(texts, asked.name)

    def _similar(self, texts: Texts, snapshot: Snapshot, artist_id: str, offset: int = 0) -> Reply | None:
        learned = None
        if artist := snapshot.artist(artist_id):
            rows = snapshot.similar_artists(artist_id, CARDS + 1, offset)
        elif learned := self._memory.learned(artist_id):
            described = provisional.describe(learned)
            artist = _artist(learned, described.features_provider)
            rows = provisional.neighbours(snapshot, artist_id, described, min(offset + CARDS + 1, MOST))[offset:]
        else:
            return None
        if not rows:
            return replies.no_more(texts) if offset else replies.no_similar_artists(texts, artist, None)
        near, has_more = page_of(rows, CARDS)
        return replies.similar_artists(
            texts, artist, near, offset=offset, has_more=has_more, is_provisional=learned is not None
        )

    def _tell(self, asked: Asked, state: State) -> None:
        """Write to each who waits. Who cannot be written to right now goes on waiting, and the failure comes out."""
        failure: SendFailed | None = None
        for owed in self._lookups.take_owed(asked):
            if not self._is_in_window(owed, self._now()):
                count("OwedTooLate")
                continue
            texts = texts_in("ko" if owed.locale == "ko" else "en")
            person = self._memory.hashed(owed.person)
            if self._memory.person(person).unreachable_since_ms:
                count("OwedLost")
                continue
            reply = self._reply(texts, asked, state, person)
            ready = replace(reply, text=texts("heading.ready", heading=reply.text)) if reply.cards else reply
            try:
                self._messenger.deliver(compose(ready, owed.person))
                count("OwedAnswered")
            except (TemporarySendFailure, Throttled, AccessRefused) as error:
                self._lookups.owe(asked, person, owed, self._now())
                failure = error
            except SendFailed as error:
                _log.error("%s", error)
                count("OwedLost")
                if isinstance(error, PersonUnreachable):
                    self._memory.record_unreachable(person)
        if failure:
            raise failure

    def _say_when(self, asked: Asked, state: State) -> None:
        """Tell those who wait how long it takes; they go on waiting."""
        for owed in self._lookups.see_owed(asked):
            texts = texts_in("ko" if owed.locale == "ko" else "en")
            if self._memory.person(self._memory.hashed(owed.person)).unreachable_since_ms:
                continue
            try:
                self._messenger.deliver(compose(self._put_off(texts, state, owed), owed.person))
            except SendFailed as error:
                _log.warning("%s", error)

    def _put_off(self, texts: Texts, state: State, owed: Owed) -> Reply:
        return replies.put_off(texts, state.not_before, self._is_in_window(owed, state.not_before))

    def _now(self) -> int:
        return int(self._clock())

    @staticmethod
    def _is_in_window(owed: Owed, moment: int) -> bool:
        return moment < owed.asked_at_ms // 1000 + WINDOW_SECONDS


def _artist(learned: Learned, features_provider: str | None) -> Artist:
    given = learned.artist
    genres = [*(given.get("genres") or ()), *(one["genre"] for one in given.get("musicbrainz_genres") or ())]
    return Artist(
        artist_id=learned.artist_id,
        name=str(given["name"]),
        url=given.get("external_url"),
        image_url=given.get("image_url"),
        genres=tuple(dict.fromkeys(genres)),
        features_provider=features_provider,
    )
