"""The fixed list of properties Athena allows on Iceberg tables, and what Trino is told instead.

Trino knows the format and the compression; the others are kept with the table, where `optimize` and `vacuum` read them.
"""

from collections.abc import Mapping

from orchestration.local.athena.translate.names import literal
from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG

_FORMATS = ("PARQUET", "ORC", "AVRO")
_COMPRESSIONS = {
    "GZIP": "GZIP",
    "SNAPPY": "SNAPPY",
    "ZSTD": "ZSTD",
    "LZ4": "LZ4",
    "NONE": "NONE",
    "UNCOMPRESSED": "NONE",
}
KEPT = {
    "write_target_data_file_size_bytes": 536870912,
    "optimize_rewrite_min_data_file_size_bytes": 402653184,
    "optimize_rewrite_max_data_file_size_bytes": 966367641,
    "optimize_rewrite_data_file_threshold": 5,
    "optimize_rewrite_delete_file_threshold": 2,
    "vacuum_min_snapshots_to_keep": 1,
    "vacuum_max_snapshot_age_seconds": 432000,
    "vacuum_max_metadata_files_to_keep": 100,
}
"""Properties that are whole numbers, with Athena's defaults."""
NAMES = ("format", "write_compression", *KEPT)


def in_trino(given: Mapping[str, str]) -> dict[str, str]:
    """Return Trino's table properties, values as SQL, for Athena's.

    Raises:
        Refused: a property Athena does not have, or a value it does not take.
    """
    for name, value in given.items():
        _check(name, value)
    properties = {"format": literal(given.get("format", "parquet").upper())}
    kept = {name: given[name] for name in ("write_compression", *KEPT) if name in given}
    if kept:
        properties["extra_properties"] = as_map(kept)
    return properties


def session(given: Mapping[str, str]) -> dict[str, str]:
    """Return Trino's session for rows written with Athena's `format` and `write_compression`."""
    codec = given.get("write_compression", "zstd" if given.get("format", "parquet").upper() == "PARQUET" else "gzip")
    return {f"{ICEBERG_CATALOG}.compression_codec": _COMPRESSIONS[codec.upper()]}


def as_map(values: Mapping[str, str]) -> str:
    """Return a map of texts as SQL."""
    keys, items = (", ".join(map(literal, part)) for part in (values.keys(), values.values()))
    return f"MAP(ARRAY[{keys}], ARRAY[{items}])"


def _check(name: str, value: str) -> None:
    if name == "format":
        fits = value.upper() in _FORMATS
    elif name == "write_compression":
        fits = value.upper() in _COMPRESSIONS
    elif name in KEPT:
        fits = value.isdigit()
    else:
        raise Refused("NOT_SUPPORTED", f"Unsupported table property key: {name}")
    if not fits:
        raise Refused("INVALID_TABLE_PROPERTY", f"Invalid value for table property '{name}': [{value}]")
