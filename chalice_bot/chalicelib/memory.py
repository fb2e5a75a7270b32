"""What people asked, chose, tapped and thought of answers, in one DynamoDB table: read for the next answer, exported.

A person is a keyed hash here and nowhere a name or a page-scoped id. What somebody typed is kept only where nothing was
found for it, and for 30 days. Every write has a key of its own, so that a repeated one changes nothing.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import MemoryUnavailable
from chalicelib.resolution import Knowledge, Known

CONFIRMATIONS = 2
"""So many different persons make an alias count for everybody."""
TEXT_SECONDS = 30 * 86_400
UNRESOLVED = frozenset({"unknown", "waiting"})
_LONGEST_KEY = 900  # bytes of a search key inside a sort key, which may have 1024

_write = TypeSerializer().serialize
_read = TypeDeserializer().deserialize

Item = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What one message asked for, and what came of it."""

    kind: str
    """artist, track, album, unknown, ambiguous, help or other."""
    outcome: str
    """answered, asked_back, unknown, waiting, no_neighbours or apology."""
    locale: str
    search_key: str = ""
    artist_id: str | None = None
    track_id: str | None = None
    text: str = ""
    """Kept only where the outcome is one of UNRESOLVED."""


class Memory:
    """The table `SEGUE_BOT_TABLE`. Every method raises MemoryUnavailable where DynamoDB does not do its part."""

    def __init__(self, client: Any, table: str, person_key: str) -> None:
        self._client = client
        self._table = table
        self._key = person_key.encode()

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
        self._put_for(person, f"REQUEST#{asked_at}#{message}", "request", item)

    def record_choice(self, person: str, search_key: str, subject: str, chosen_at_ms: int) -> None:
        """Remember what this person means by a search key: a confirmation of the alias, instead of an earlier one."""
        chosen_at = _moment(chosen_at_ms)
        item = {"subject": subject, "text": search_key, "chosen_at": chosen_at}
        before = self._put_for(person, f"CHOICE#{_short(search_key)}", "choice", item)
        if before and before["subject"] != subject:
            self.take_back(person, search_key, str(before["subject"]))
        self._ask(
            "update_item",
            Key=_alias_key(search_key, subject),
            UpdateExpression="ADD persons :persons SET #type = :type, #alias = :alias, confirmed_at = :at",
            ExpressionAttributeNames={"#type": "type", "#alias": "alias"},
            ExpressionAttributeValues=_typed(
                {":persons": {person}, ":type": "alias", ":alias": search_key, ":at": chosen_at}
            ),
        )

    def take_back(self, person: str, search_key: str, subject: str) -> None:
        """Count a person no more among those who confirmed an alias."""
        self._ask(
            "update_item",
            Key=_alias_key(search_key, subject),
            UpdateExpression="DELETE persons :persons",
            ExpressionAttributeValues=_typed({":persons": {person}}),
        )

    def record_tap(self, person: str, message: str, tapped_at_ms: int, action: str, subject: str) -> None:
        """Remember that somebody used a button, for what it was about."""
        tapped_at = _moment(tapped_at_ms)
        item = {"action": action, "subject": subject or None, "tapped_at": tapped_at}
        self._put_for(person, f"TAP#{tapped_at}#{message}", "tap", item)

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

    def locale_of(self, person: str) -> str | None:
        """The language that a person asked for, if any."""
        found = self._get(f"PERSON#{person}", "LOCALE")
        return str(found["locale"]) if found else None

    def choice_of(self, person: str, search_key: str) -> str | None:
        """What this person means by a search key: `ARTIST|<id>` or `TRACK|<id>`."""
        found = self._get(f"PERSON#{person}", f"CHOICE#{_short(search_key)}")
        return str(found["subject"]) if found else None

    def aliases_of(self, search_key: str) -> tuple[str, ...]:
        """What enough different persons mean by a search key, most of them first."""
        found = self._ask(
            "query",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=_typed({":pk": f"ALIAS#{_short(search_key)}"}),
        )
        items = [_plain(item) for item in found["Items"]]
        counted = sorted((-len(item.get("persons") or ()), str(item["sk"])) for item in items)
        return tuple(sk.replace("#", "|", 1) for persons, sk in counted if -persons >= CONFIRMATIONS)

    def known_to(self, person: str) -> Knowledge:
        """What resolving asks for: the person's own choice and everybody's aliases of a search key."""

        def known(search_key: str) -> Known:
            return Known(self.choice_of(person, search_key), self.aliases_of(search_key))

        return known

    def _put_for(self, person: str, sk: str, kind: str, values: Item) -> Item:
        """Write an item of a person's; what it replaced comes back."""
        item = {"pk": f"PERSON#{person}", "sk": sk, "type": kind, "person": person, **values}
        return _plain(self._ask("put_item", Item=_typed(item), ReturnValues="ALL_OLD").get("Attributes", {}))

    def _get(self, pk: str, sk: str) -> Item | None:
        found = self._ask("get_item", Key=_typed({"pk": pk, "sk": sk}), ConsistentRead=True).get("Item")
        return _plain(found) if found else None

    def _ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        try:
            return dict(getattr(self._client, operation)(TableName=self._table, **arguments))
        except (BotoCoreError, ClientError) as error:
            raise MemoryUnavailable(
                f"DynamoDB did not do {operation} on the table of SEGUE_BOT_TABLE ({_name(error)}). "
                "Next: see that the table exists and that this function may use it"
            ) from None


def _alias_key(search_key: str, subject: str) -> Item:
    return _typed({"pk": f"ALIAS#{_short(search_key)}", "sk": subject.replace("|", "#")})


def _typed(values: Item) -> Item:
    """Values as DynamoDB writes them; what is None is left out."""
    return {name: _write(_storable(value)) for name, value in values.items() if value is not None}


def _plain(item: Item) -> Item:
    return {name: _read(value) for name, value in item.items()}


def _storable(value: Any) -> Any:
    """Drop lone surrogates, which are no text."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value


def _short(search_key: str) -> str:
    """A search key that fits into a sort key."""
    raw = search_key.encode("utf-8", "ignore")
    return raw[:_LONGEST_KEY].decode("utf-8", "ignore")


def _moment(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def _name(error: Exception) -> str:
    """The name of a failure alone: its text may repeat what somebody typed."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
