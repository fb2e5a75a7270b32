"""Who looks up what, and to whom the answer is owed: one look-up however many ask, in the table `SEGUE_WAITING_TABLE`.

A look-up is an item `LOOKUP` / `<about>#<key>`; whoever waits for it an item `OWED#<about>#<key>` / `<person's hash>`.
Nobody is missed: one writes oneself down first and looks at the look-up's state after that, and whoever did the
look-up writes its state first and looks for those who wait after that. Nobody is told twice: who tells takes the item
out first.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.resolution import Asked
from chalicelib.sealing import Owed, Seal
from chalicelib.table import Table

WINDOW_SECONDS = 86_400
"""Messenger lets a page write this long after a person's last message; then their item is gone too."""
LOCK_SECONDS = 60
"""After this a look-up that neither ended nor was put off is taken for dead, and may be begun anew."""
FOUND_SECONDS = 30 * 86_400
NOT_FOUND_SECONDS = 86_400

Stage = Literal["running", "found", "not_found", "unsure", "put_off"]


@dataclass(frozen=True)
class State:
    """How far a look-up is. `artist_id` where found, `offers` (id, name) where unsure, `not_before` where put off."""

    stage: Stage
    artist_id: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    not_before: int = 0


class Lookups:
    """The table. Every method raises MemoryUnavailable where DynamoDB does not do its part; times are in seconds."""

    def __init__(self, table: Table, seal: Callable[[], Seal]) -> None:
        self._table = table
        self._seal = seal

    def state(self, asked: Asked, now: int) -> State | None:
        """How far it is; None where nobody has begun, or the result is too old."""
        found = self._table.get("LOOKUP", asked.sort_key)
        return _state(found) if found and int(found["expires_at"]) > now else None

    def begin(self, asked: Asked, now: int) -> bool:
        """Take the look-up; False where somebody else has it, or has its result, or it is put off."""
        item = {"stage": "running", "begun_at": now, "expires_at": now + NOT_FOUND_SECONDS}
        return self._table.put_if(
            "LOOKUP",
            asked.sort_key,
            item,
            "attribute_not_exists(pk) OR expires_at <= :now OR (#stage = :running AND begun_at <= :dead)"
            " OR (#stage = :put_off AND not_before <= :now)",
            {"#stage": "stage"},
            {":now": now, ":dead": now - LOCK_SECONDS, ":running": "running", ":put_off": "put_off"},
        )

    def finish(self, asked: Asked, state: State, now: int) -> None:
        """Write down what came of it."""
        kept = FOUND_SECONDS if state.stage == "found" else NOT_FOUND_SECONDS
        item = {
            "stage": state.stage,
            "artist_id": state.artist_id or None,
            "offers": [list(offer) for offer in state.offers] or None,
            "not_before": state.not_before or None,
            "name": asked.name if state.stage == "put_off" else None,
            "is_told": False,
            "expires_at": now + kept,
        }
        self._table.put("LOOKUP", asked.sort_key, item)

    def told(self, asked: Asked) -> None:
        """Write down that everybody who waited has been told."""
        self._table.update("LOOKUP", asked.sort_key, "SET is_told = :yes", {":yes": True})

    def due(self, now: int) -> list[Asked]:
        """Look-ups that were put off until now, and those whose worker died before it had told everybody."""
        items = self._table.query("LOOKUP")
        return [_asked(item) for item in items if _is_due(item, now)]

    def owe(self, asked: Asked, person: str, owed: Owed, now: int) -> None:
        """Write down that somebody waits; `person` is a hash, the rest is sealed."""
        item = {"sealed": self._seal().close(owed), "expires_at": now + WINDOW_SECONDS}
        self._table.put(f"OWED#{asked.sort_key}", person, item)

    def take_owed(self, asked: Asked) -> Iterator[Owed]:
        """Each of those who wait and may still be written to, taken out one by one: the one who gets it tells them."""
        for item in self._table.query(f"OWED#{asked.sort_key}"):
            if self._table.take(f"OWED#{asked.sort_key}", str(item["sk"])):
                owed = self._seal().open(str(item["sealed"]), WINDOW_SECONDS)
                if owed is not None:
                    yield owed

    def see_owed(self, asked: Asked) -> list[Owed]:
        """Those who wait and may still be written to; they go on waiting."""
        items = self._table.query(f"OWED#{asked.sort_key}")
        opened = (self._seal().open(str(item["sealed"]), WINDOW_SECONDS) for item in items)
        return [owed for owed in opened if owed is not None]


def _state(item: dict[str, Any]) -> State:
    offers = tuple((str(one), str(name)) for one, name in item.get("offers") or ())
    return State(item["stage"], str(item.get("artist_id") or ""), offers, int(item.get("not_before") or 0))


def _asked(item: dict[str, Any]) -> Asked:
    about, _, key = str(item["sk"]).partition("#")
    return Asked(about, key, str(item.get("name") or key))


def _is_due(item: dict[str, Any], now: int) -> bool:
    if int(item["expires_at"]) <= now:
        return False
    if item["stage"] == "put_off":
        return int(item["not_before"]) <= now
    if item["stage"] == "running":
        return int(item["begun_at"]) <= now - LOCK_SECONDS
    return not item.get("is_told", False)
