"""One line of an export -> the rows of the raw tables that it becomes: by its key, and what fits no column in `other`.

A line of an incremental export whose item is gone becomes a row that says so.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ingest import tables
from ingest.dynamodb.data_files import Line
from ingest.dynamodb.manifest import Export
from ingest.dynamodb.typed_json import Undecodable, decode, decode_item, parse, plain_text, typed_text
from ingest.fitting import Malformed, checked
from ingest.loaded import Row

DATASET = "raw_dynamodb"
PROVIDER = "segue"
"""Of what people told the bot. What it learned of artists says itself which provider said so."""
OTHERS = "items"
_PARTS = {
    ("PERSON", "REQUEST"): "requests",
    ("PERSON", "CHOICE"): "choices",
    ("PERSON", "TAP"): "taps",
    ("PERSON", "FEEDBACK"): "feedback",
    ("ARTIST", "ARTIST"): "learned_artists",
    ("ARTIST", "TRACK"): "learned_tracks",
    ("ALIAS", "ARTIST"): "aliases",
    ("ALIAS", "TRACK"): "aliases",
}
"""First words of both keys -> table; anything else goes to OTHERS, whole."""
_LISTS = {
    "artists": {"artist_id": "artist_ids", "name": "artist_names"},
    "musicbrainz_genres": {"genre": "voted_genres", "votes": "genre_votes"},
}
"""Lists of maps that become lists side by side, which SQL reads the same way on every engine."""
_KEYS = frozenset({"pk", "sk", "type"})


@dataclass(frozen=True)
class State:
    """An item as it was from a moment on; `item` is None where it was deleted then."""

    keys: dict[str, Any]
    item: dict[str, Any] | None
    written_at_micros: int


def rows_of(line: Line, export: Export) -> Row:
    """The row that a line becomes; a value that cannot be decoded, or does not fit, goes to quarantine."""
    try:
        return _row(_state(parse(line.text), export), export)
    except (Undecodable, Malformed) as problem:
        values = {
            **_common(export.to_time),
            "export_arn": export.arn,
            "file": line.file,
            "line": line.number,
            "reason": str(problem),
            "payload": line.text.replace("\0", "\\x00"),
        }
        return Row("quarantine", values)


def _state(given: Any, export: Export) -> State:
    if not isinstance(given, dict):
        raise Undecodable(f"a line is {type(given).__name__}, not an object")
    if "Item" in given:
        item = decode_item(given["Item"])
        return State(item, item, export.to_micros)
    if "Keys" not in given:
        raise Undecodable(f"a line has {', '.join(given) or 'nothing'}; expected Item, or Keys and images")
    written = decode((given.get("Metadata") or {}).get("WriteTimestampMicros"), "WriteTimestampMicros")
    if not isinstance(written, Decimal) or written != int(written):
        raise Undecodable(f"WriteTimestampMicros is {written!r}; expected a whole number")
    image = given.get("NewImage")
    return State(decode_item(given["Keys"]), decode_item(image) if image else None, int(written))


def _row(state: State, export: Export) -> Row:
    pk, sk = state.keys.get("pk"), state.keys.get("sk")
    table = _table(pk, sk)
    whence = {
        "written_at_micros": state.written_at_micros,
        "is_deleted": state.item is None,
        "export_arn": export.arn,
    }
    if table == OTHERS:
        whole = typed_text(state.keys if state.item is None else state.item)
        return Row(OTHERS, {**_common(export.to_time), **whence, "item": whole})
    known = _from_keys(table, str(pk), str(sk))
    attributes: dict[str, Any] = {
        name: value for name, value in (state.item or {}).items() if name not in _KEYS and name not in known
    }
    _flatten(attributes)
    at = _taken(attributes, "retrieved_at", _timestamp) or export.to_time
    common = _common(at, _taken(attributes, "provider", _text) or PROVIDER)
    declared = {
        name: _taken(attributes, name, _READERS[kind]) for name, kind in _columns(table).items() if name in attributes
    }
    other = {"other": typed_text(attributes)} if attributes else {}
    moments = {name: value for name, value in declared.items() if isinstance(value, datetime)}
    rest = {name: value for name, value in declared.items() if name not in moments}
    values = checked(DATASET, table, {"pk": pk, "sk": sk, **known, **whence, **rest, **other})
    return Row(table, {**common, **values, **moments})


def _flatten(attributes: dict[str, Any]) -> None:
    """Values inside of values that have columns of their own; what is of another shape stays as it is."""
    if isinstance(features := attributes.get("features"), dict):
        del attributes["features"]
        attributes |= features
    for name, columns in _LISTS.items():
        members = attributes.get(name)
        if isinstance(members, list) and all(isinstance(one, dict) and set(one) <= set(columns) for one in members):
            del attributes[name]
            attributes |= {column: [one.get(key) for one in members] for key, column in columns.items()}


def _from_keys(table: str, pk: str, sk: str) -> dict[str, Any]:
    """What the key of an item tells, so that a deleted one tells it too."""
    owner, part = pk.partition("#")[2], sk.partition("#")[2]
    if table == "aliases":
        return {"search_key": owner, "subject": sk.replace("#", "|", 1)}
    if table == "learned_artists":
        return {"artist_id": owner}
    if table == "learned_tracks":
        return {"artist_id": owner, "track_id": part}
    return {"person": owner, **({"search_key": part} if table == "choices" else {})}


def _table(pk: Any, sk: Any) -> str:
    if not isinstance(pk, str) or not isinstance(sk, str):
        return OTHERS
    return _PARTS.get((pk.partition("#")[0], sk.partition("#")[0]), OTHERS)


def _columns(table: str) -> dict[str, str]:
    """The columns that an item's own attributes fill, with the kind of each."""
    own = [name for name in tables.columns(DATASET, table) if name not in _FILLED]
    json = tables.json_columns(DATASET, table)
    return {name: "json" if name in json else tables.columns(DATASET, table)[name]["data_type"] for name in own}


_FILLED = frozenset({"provider", "retrieved_at", *tables.ITEM_COLUMNS, "other"})


def _taken(item: dict[str, Any], name: str, reader: Any) -> Any:
    """Take an attribute out of the item; None where it is missing or null."""
    value = item.pop(name, None)
    try:
        return None if value is None else reader(value)
    except (ValueError, TypeError, OverflowError) as problem:
        raise Malformed(f"{name} is {value!r}: {problem}") from problem


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value.replace("\0", "\\x00")


def _number(value: Any) -> int | float:
    if not isinstance(value, Decimal):
        raise TypeError("expected a number")
    return int(value) if value == int(value) else float(value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("expected a boolean")
    return value


def _timestamp(value: Any) -> datetime:
    """ISO 8601, or seconds since 1970 as DynamoDB's expiry has them."""
    if isinstance(value, Decimal):
        return datetime.fromtimestamp(int(value), UTC)
    moment = datetime.fromisoformat(_text(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS = {
    "text": _text,
    "bigint": _number,
    "double": _number,
    "bool": _bool,
    "timestamp": _timestamp,
    "json": plain_text,
}


def _common(at: datetime, provider: str = PROVIDER) -> dict[str, Any]:
    return {"provider": provider, "retrieved_at": at}
