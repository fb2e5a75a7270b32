"""The declared columns of every raw table, in one place; a provider that gives less leaves nulls and empty tables.

Notation: `name` is text, `name:bigint` has a type, `name!` is a key (not null), `name:json` is text that holds JSON.
"""

from functools import cache
from typing import Any, Literal, TypedDict, cast

DataType = Literal["text", "bigint", "double", "bool", "timestamp"]


class Column(TypedDict):
    """One column as dlt declares it."""

    name: str
    data_type: DataType
    nullable: bool


COMMON = "provider! retrieved_at!:timestamp"
NINE_VALUES = (
    "danceability:double energy:double key:bigint loudness:double mode:bigint speechiness:double acousticness:double"
    " instrumentalness:double liveness:double valence:double tempo:double"
)
ALL_VALUES = f"{NINE_VALUES} duration_ms:bigint time_signature:bigint"
API_QUARANTINE = "resource record_id reason payload"
ITEM = "pk! sk! written_at_micros!:bigint is_deleted!:bool export_arn!"
"""Of one state of a DynamoDB item: its key, when it was written (or exported), whether it is gone since, whence."""
ITEM_COLUMNS = frozenset(word.partition(":")[0].rstrip("!") for word in ITEM.split())

_DECLARED: dict[str, dict[str, str]] = {
    "raw_spotify": {
        "artists": "artist_id! name genres:json popularity:bigint followers:bigint image_url images:json external_url",
        "albums": "album_id! name album_type artist_ids:json release_date release_date_precision total_tracks:bigint"
        " image_url label upc genres:json popularity:bigint external_url",
        "tracks": "track_id! name artist_ids:json artist_names:json album_id album_name release_date"
        " release_date_precision popularity:bigint is_explicit:bool duration_ms:bigint isrc track_number:bigint"
        " disc_number:bigint is_playable:bool image_url external_url found_by found_for_artist_id found_rank:bigint",
        "audio_features": f"track_id! {ALL_VALUES}",
        "name_matches": "query! status artist_id matched_name reason",
        "capabilities": "profile! capability! is_available:bool detail",
        "quarantine": API_QUARANTINE,
    },
    "raw_reccobeats": {
        "audio_features": f"track_id! reccobeats_id isrc {NINE_VALUES}",
        "misses": "track_id! reason",
        "quarantine": API_QUARANTINE,
    },
    "raw_musicbrainz": {
        "artists": "mbid! artist_id name sort_name artist_type country disambiguation begin_date end_date"
        " is_ended:bool",
        "genres": "mbid! artist_id genre! votes:bigint",
        "aliases": "mbid! artist_id alias! locale alias_type is_primary:bool",
        "misses": "artist_id! reason",
        "quarantine": API_QUARANTINE,
    },
    "raw_catalogue_dump": {
        "artists": "artist_id! name genres:json popularity:bigint followers:bigint genres_source sources image_url"
        " external_url",
        "tracks": "track_id! name artist_ids:json album_id album_name release_date popularity:bigint is_explicit:bool"
        " duration_ms:bigint isrc source image_url external_url",
        "track_artists": "track_id! artist_id! position:bigint",
        "audio_features": f"track_id! {ALL_VALUES}",
        "aliases": "alias! script name artist_id kind id_source is_ambiguous:bool source licence",
        "related_artists": "artist_id! related_artist_id! rank:bigint",
        "quarantine": "file line:bigint reason payload",
    },
    "raw_dynamodb": {
        "requests": f"{ITEM} person message asked_at:timestamp locale kind outcome search_key artist_id track_id text"
        " expires_at:timestamp other:json",
        "choices": f"{ITEM} person search_key subject text chosen_at:timestamp other:json",
        "taps": f"{ITEM} person message action subject tapped_at:timestamp other:json",
        "feedback": f"{ITEM} person subject neighbour thumb:bigint given_at:timestamp generation other:json",
        "learned_artists": f"{ITEM} artist_id name genres:json popularity:bigint followers:bigint image_url"
        " external_url voted_genres:json genre_votes:json other:json",
        "learned_tracks": f"{ITEM} artist_id track_id name artist_ids:json artist_names:json album_id album_name"
        " release_date image_url external_url popularity:bigint is_explicit:bool duration_ms:bigint isrc"
        f" {NINE_VALUES} time_signature:bigint features_provider other:json",
        "aliases": f"{ITEM} search_key subject alias persons:json confirmed_at:timestamp other:json",
        "items": "written_at_micros!:bigint is_deleted!:bool export_arn! item:json",
        "exports": "export_arn! kind! table_name! from_time:timestamp to_time!:timestamp"
        " to_micros!:bigint item_count:bigint files:bigint",
        "forgotten": "digest! forgotten_at!:timestamp",
        "quarantine": "export_arn file line:bigint reason payload",
    },
    "raw_segue": {
        "published_quality": "generation! run_id method! seed_group metric! value:double seed_count:bigint",
        "published_neighbours": "generation! run_id artist_id! neighbour_artist_ids:json",
    },
    "raw_spark": {
        "track_neighbours": "track_id! neighbour_track_id! distance:double any_artist_rank:bigint"
        " other_artists_rank:bigint",
    },
}

# Unknown columns are ignored; a value of another type fails the load, so a source sorts clashes out beforehand.
CONTRACT = {"tables": "evolve", "columns": "discard_value", "data_type": "freeze"}
DECLARING = CONTRACT | {"columns": "evolve"}


def datasets() -> tuple[str, ...]:
    """Names of all raw datasets."""
    return tuple(_DECLARED)


def tables(dataset: str) -> tuple[str, ...]:
    """Names of the tables of one dataset."""
    return tuple(_DECLARED[dataset])


@cache
def columns(dataset: str, table: str) -> dict[str, Column]:
    """All columns of one table, the common two first, in declared order."""
    parsed = [_parse(word) for word in f"{COMMON} {_DECLARED[dataset][table]}".split()]
    return {column["name"]: column for column in parsed}


@cache
def json_columns(dataset: str, table: str) -> frozenset[str]:
    """Names of the text columns that hold JSON."""
    words = _DECLARED[dataset][table].split()
    return frozenset(word.partition(":")[0].rstrip("!") for word in words if word.endswith(":json"))


@cache
def key_columns(dataset: str, table: str) -> tuple[str, ...]:
    """Names of the columns that may not be null, without the common two."""
    words = _DECLARED[dataset][table].split()
    return tuple(word.partition(":")[0].rstrip("!") for word in words if "!" in word)


def hints(dataset: str, table: str) -> dict[str, Any]:
    """Keyword arguments for `@dlt.resource`: name, columns, append, contract."""
    return {
        "name": table,
        "columns": columns(dataset, table),
        "write_disposition": "append",
        "schema_contract": CONTRACT,
    }


def _parse(word: str) -> Column:
    name, _, kind = word.partition(":")
    data_type = "text" if kind in ("", "json") else kind
    return {"name": name.rstrip("!"), "data_type": cast(DataType, data_type), "nullable": "!" not in name}
