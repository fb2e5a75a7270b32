"""What people asked, chose, tapped and thought of answers, in one DynamoDB table: read for the next answer, exported.

A person is a keyed hash here and nowhere a name or a page-scoped id. What somebody typed is kept only where nothing was
found for it, and for 30 days. Every write has a key of its own, so that a repeated one changes nothing.
"""

import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from chalicelib.later import Later
from chalicelib.learned import Learned
from chalicelib.persons import RATE_SECONDS, STATE, UNREACHABLE_SECONDS, Person, minute_of, person_of
from chalicelib.resolution import Knowledge, Known
from chalicelib.table import Item, Table, typed

CONFIRMATIONS = 2
"""So many different persons make an alias count for everybody."""
TEXT_SECONDS = 30 * 86_400
_PAGE_SECONDS = 90 * 86_400
_ALIAS_SECONDS = 60.0
_ALIASES = 10_000
"""So long, and of so many search keys, a process keeps in mind what people mean by them."""
UNRESOLVED = frozenset({"unknown", "waiting"})
_LONGEST_KEY = 900  # bytes of a search key inside a sort key, which may have 1024


@dataclass(frozen=True)
class Request:
    """What one message asked for, and what came of it."""

    kind: str
    """artist, track, album, unknown, ambiguous, help or other."""
    outcome: str
    """answered, asked_back, unknown, waiting, no_neighbours, apology or unreachable."""
    locale: str
    search_key: str = ""
    artist_id: str | None = None
    track_id: str | None = None
    text: str = ""
    """Kept only where the outcome is one of UNRESOLVED."""


class Memory:
    """The table `SEGUE_BOT_TABLE`. Every method raises MemoryUnavailable where DynamoDB does not do its part.

    With `later`, requests and taps are written when `settle` is called and `later` writes; else at once.
    """

    def __init__(self, client: Any, table: str, person_key: str, later: Later | None = None) -> None:
        self._table = Table(client, table, "SEGUE_BOT_TABLE")
        self._key = person_key.encode()
        self._later = later
        self._noted: list[tuple[str, int, str, Item]] = []
        self._counted: dict[str, Item] = {}
        self._aliases: dict[str, tuple[float, tuple[str, ...]]] = {}

    def hashed(self, identifier: str) -> str:
        """The keyed hash of a person's page-scoped id or of a message's id."""
        return hmac.new(self._key, identifier.encode("utf-8", "surrogatepass"), sha256).hexdigest()

    def record_request(self, person: str, message: str, asked_at_ms: int, request: Request) -> None:
        """Remember what was asked; `person` and `message` are hashes."""
        asked_at = _moment(asked_at_ms)
        item: Item = {
            "message": message,
            "asked_at": asked_at,
            "locale": request.locale,
            "kind": request.kind,
            "outcome": request.outcome,
            "search_key": request.search_key or None,
            "artist_id": request.artist_id,
            "track_id": request.track_id,
        }
        if request.outcome in UNRESOLVED:
            item |= {"text": request.text or None, "expires_at": asked_at_ms // 1000 + TEXT_SECONDS}
        self._note(person, asked_at_ms, f"REQUEST#{asked_at}#{message}", {"type": "request", **item})

    def record_choice(self, person: str, search_key: str, subject: str, chosen_at_ms: int) -> None:
        """Remember what this person means by a search key: a confirmation of the alias, instead of an earlier one."""
        chosen_at = _moment(chosen_at_ms)
        item = {"subject": subject, "text": search_key, "chosen_at": chosen_at}
        self._put_for(person, "CHOSEN", "chosen", {})
        before = self._put_for(person, f"CHOICE#{_short(search_key)}", "choice", item)
        if before and before["subject"] != subject:
            self.take_back(person, search_key, str(before["subject"]))
        self._table.update(
            *_alias_key(search_key, subject),
            "ADD persons :persons SET #type = :type, #alias = :alias, confirmed_at = :at",
            {":persons": {person}, ":type": "alias", ":alias": search_key, ":at": chosen_at},
            {"#type": "type", "#alias": "alias"},
        )
        self._aliases.pop(search_key, None)

    def take_back(self, person: str, search_key: str, subject: str) -> None:
        """Count a person no more among those who confirmed an alias; without anybody it goes."""
        key = _alias_key(search_key, subject)
        self._aliases.pop(search_key, None)
        if self._table.get(*key) is None:
            return
        self._table.update(*key, "DELETE persons :persons", {":persons": {person}})
        if not (self._table.get(*key) or {}).get("persons"):
            self._table.take(*key)

    def record_tap(self, person: str, message: str, tapped_at_ms: int, action: str, subject: str) -> None:
        """Remember that somebody used a button, for what it was about."""
        tapped_at = _moment(tapped_at_ms)
        item = {"action": action, "subject": subject or None, "tapped_at": tapped_at}
        self._note(person, tapped_at_ms, f"TAP#{tapped_at}#{message}", {"type": "tap", **item})

    def record_feedback(
        self, person: str, subject: str, neighbour: str, thumb: int, given_at_ms: int, generation: str
    ) -> None:
        """Remember a thumb up (1) or down (-1) for an answer or for one neighbour in it; the last one counts."""
        item = {
            "subject": subject,
            "neighbour": neighbour,
            "thumb": thumb,
            "given_at": _moment(given_at_ms),
            "generation": generation or None,
        }
        self._put_for(person, f"FEEDBACK#{subject}#{neighbour or '-'}", "feedback", item)

    def record_locale(self, person: str, locale: str) -> None:
        """Remember the language a person asked for."""
        self._put_for(person, "LOCALE", "locale", {"locale": locale})

    def person(self, person: str) -> Person:
        """What every answer to a person needs, in one call."""
        pk = f"PERSON#{person}"
        found = self._table.get_all([(pk, sk) for sk in STATE])
        if counted := self._counted.get(person):
            found[pk, "RATE"] = counted
        return person_of({sk: item for (_, sk), item in found.items()})

    def record_rate(self, person: str, at_ms: int, messages: int, message: str) -> None:
        """Remember that this message is so many-th of the person's in its minute; gone after an hour."""
        expiry = at_ms // 1000 + RATE_SECONDS
        item = {"type": "rate", "minute": minute_of(at_ms), "messages": messages, "last": message, "expires_at": expiry}
        self._counted[person] = item
        self._note(person, at_ms, "RATE", item)

    def record_unreachable(self, person: str) -> None:
        """Remember that Messenger does not let us write to a person, until they write again, or a day has passed."""
        now = int(time.time())
        item = {"unreachable_at": _moment(now * 1000), "expires_at": now + UNREACHABLE_SECONDS}
        self._put_for(person, "UNREACHABLE", "unreachable", item)

    def record_reachable(self, person: str) -> None:
        """A person wrote who could not be reached."""
        self._table.take(f"PERSON#{person}", "UNREACHABLE")

    def choice_of(self, person: str, search_key: str) -> str | None:
        """What this person means by a search key: `ARTIST|<id>` or `TRACK|<id>`."""
        found = self._table.get(f"PERSON#{person}", f"CHOICE#{_short(search_key)}")
        return str(found["subject"]) if found else None

    def aliases_of(self, search_key: str) -> tuple[str, ...]:
        """What enough different persons mean by a search key, most of them first; a minute old at most."""
        now = time.monotonic()
        until, aliases = self._aliases.get(search_key, (now, ()))
        if until > now:
            return aliases
        items = self._table.query(f"ALIAS#{_short(search_key)}")
        counted = sorted((-len(item.get("persons") or ()), str(item["sk"])) for item in items)
        aliases = tuple(sk.replace("#", "|", 1) for persons, sk in counted if -persons >= CONFIRMATIONS)
        if len(self._aliases) >= _ALIASES:
            self._aliases.clear()
        self._aliases[search_key] = (now + _ALIAS_SECONDS, aliases)
        return aliases

    def record_learned(self, learned: Learned) -> None:
        """Remember what a provider said of an artist and its tracks, for answers until the next build, and for it."""
        pk = f"ARTIST#{learned.artist_id}"
        self._table.put(pk, "ARTIST", {"type": "learned_artist", **learned.artist})
        for rank, track in enumerate(learned.tracks):
            values = {name: value for name, value in track.items() if name != "track_id"}
            self._table.put(pk, f"TRACK#{track['track_id']}", {"type": "learned_track", "place": rank, **values})

    def learned(self, artist_id: str) -> Learned | None:
        """What was learned of an artist, if anything."""
        items = {str(item["sk"]): item for item in self._table.query(f"ARTIST#{artist_id}")}
        artist = items.pop("ARTIST", None)
        if artist is None:
            return None
        tracks = sorted(items.values(), key=lambda item: (item.get("place", 0), item["sk"]))
        return Learned(
            artist_id, artist, tuple({**item, "track_id": str(item["sk"]).partition("#")[2]} for item in tracks)
        )

    def forget(self, person: str) -> str:
        """Delete all that is remembered of a person, and write down that it was; the digest that stays comes back."""
        for item in list(self._table.query(f"PERSON#{person}")):
            if item["type"] == "choice":
                self.take_back(person, str(item["text"]), str(item["subject"]))
            self._table.take(str(item["pk"]), str(item["sk"]))
        at = int(time.time() * 1000)
        self._table.put("FORGOTTEN", forgotten(person), {"type": "forgotten", "forgotten_at": _moment(at)})
        return forgotten(person)

    def has_forgotten(self, person: str, since_ms: int) -> bool:
        """Whether a person was forgotten after that: what was written then is not to be remembered any more."""
        return _is_gone(self._table.get("FORGOTTEN", forgotten(person)), since_ms)

    def record_deletion(self, code: str, outcome: str) -> None:
        """Write down what came of a request to be forgotten; whose it was is not kept."""
        now = int(time.time())
        item = {
            "type": "deletion",
            "outcome": outcome,
            "done_at": _moment(now * 1000),
            "expires_at": now + _PAGE_SECONDS,
        }
        self._table.put(f"DELETION#{code}", "DELETION", item)

    def deletion(self, code: str) -> str | None:
        """What came of a request to be forgotten: done, nobody, or None where nothing did yet."""
        found = self._table.get(f"DELETION#{code}", "DELETION")
        return str(found["outcome"]) if found else None

    def known_to(self, person: str, has_chosen: bool = True) -> Knowledge:
        """What resolving asks for: the person's own choice, if there is any, and everybody's aliases of a key."""

        def known(search_key: str) -> Known:
            choice = self.choice_of(person, search_key) if has_chosen else None
            return Known(choice, self.aliases_of(search_key))

        return known

    def settle(self) -> None:
        """Hand over to `later` what was noted, but for whom was forgotten since."""
        noted, self._noted = self._noted, []
        self._counted.clear()
        if noted and self._later:
            keys = list({("FORGOTTEN", forgotten(person)) for person, *_ in noted})
            gone = self._table.get_all(keys)
            for person, at_ms, sk, values in noted:
                if not _is_gone(gone.get(("FORGOTTEN", forgotten(person))), at_ms):
                    pk = f"PERSON#{person}"
                    self._later.put(self._table.name, (pk, sk), typed({"pk": pk, "sk": sk, **values}))

    def _note(self, person: str, at_ms: int, sk: str, values: Item) -> None:
        """Write what nobody reads before the next export: later if need not be now, and not for whom was forgotten."""
        item = {"person": person, **values}
        if self._later:
            self._noted.append((person, at_ms, sk, item))
        elif not self.has_forgotten(person, at_ms):
            self._table.put(f"PERSON#{person}", sk, item)

    def _put_for(self, person: str, sk: str, kind: str, values: Item) -> Item:
        """Write an item of a person's; what it replaced comes back."""
        return self._table.put(f"PERSON#{person}", sk, {"type": kind, "person": person, **values})


def forgotten(person: str) -> str:
    """What stays of the hash of a person who is forgotten: it leads to nobody. The loader of exports makes the same."""
    return sha256(f"forgotten:{person}".encode()).hexdigest()


def _is_gone(found: Item | None, since_ms: int) -> bool:
    return found is not None and str(found["forgotten_at"]) >= _moment(since_ms)


def _alias_key(search_key: str, subject: str) -> tuple[str, str]:
    return f"ALIAS#{_short(search_key)}", subject.replace("|", "#")


def _short(search_key: str) -> str:
    """A search key that fits into a sort key."""
    raw = search_key.encode("utf-8", "ignore")
    return raw[:_LONGEST_KEY].decode("utf-8", "ignore")


def _moment(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"
