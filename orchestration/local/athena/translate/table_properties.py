"""`with (name = value, ..)` of Athena's CTAS and UNLOAD: read, checked, and in Trino's words where both know them."""

from collections.abc import Mapping

from orchestration.local.athena.translate.names import literal
from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.steps import HIVE_CATALOG
from orchestration.local.athena.translate.words import Reader

_HIVE_FORMATS = ("PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE")
_COMPRESSIONS: Mapping[str, Mapping[str, str]] = {
    "PARQUET": {"NONE": "NONE", "SNAPPY": "SNAPPY", "GZIP": "GZIP", "LZ4": "LZ4", "ZSTD": "ZSTD"},
    "ORC": {"NONE": "NONE", "SNAPPY": "SNAPPY", "ZLIB": "GZIP", "LZ4": "LZ4", "ZSTD": "ZSTD"},
    "AVRO": {"NONE": "NONE", "SNAPPY": "SNAPPY", "DEFLATE": "GZIP", "GZIP": "GZIP", "ZSTD": "ZSTD"},
    "JSON": {"NONE": "NONE", "GZIP": "GZIP", "LZ4": "LZ4", "SNAPPY": "SNAPPY", "ZSTD": "ZSTD"},
    "TEXTFILE": {"NONE": "NONE", "GZIP": "GZIP", "LZ4": "LZ4", "SNAPPY": "SNAPPY", "ZSTD": "ZSTD"},
}
Value = str | int | bool | tuple[str, ...]


def read_properties(reader: Reader) -> dict[str, Value]:
    """Read `(name = value, ..)`; names in lower case, values text, whole numbers, booleans or arrays of text."""
    reader.expect("(")
    properties: dict[str, Value] = {}
    while True:
        name = reader.name()
        reader.expect("=")
        if name in properties:
            raise Refused("DUPLICATE_PROPERTY", f"Duplicate property: {name}")
        properties[name] = _value(reader)
        if not reader.accept(","):
            break
    reader.expect(")")
    return properties


def _value(reader: Reader) -> Value:
    if reader.accept("ARRAY", "["):
        items = []
        while not reader.accept("]"):
            items.append(reader.string())
            if not reader.sees("]"):
                reader.expect(",")
        return tuple(items)
    for keyword, value in (("TRUE", True), ("FALSE", False)):
        if reader.accept(keyword):
            return value
    word = reader.word
    if word is not None and word.kind == "number" and word.value.isdigit():
        return int(reader.number())
    return reader.string()


def written_as(given: Mapping[str, Value], catalog: str = HIVE_CATALOG) -> tuple[dict[str, str], dict[str, str]]:
    """Return Trino's properties and session for Athena's format, compression and delimiter."""
    form = str(given.get("format", "PARQUET")).upper()
    if form not in _HIVE_FORMATS:
        raise invalid("format", given["format"], ", ".join(_HIVE_FORMATS))
    properties = {"format": literal(form)}
    if "field_delimiter" in given:
        properties["textfile_field_separator"] = _delimiter(form, given["field_delimiter"])
    return properties, {f"{catalog}.compression_codec": _compression(form, given)}


def _delimiter(form: str, delimiter: Value) -> str:
    if form != "TEXTFILE":
        raise invalid("field_delimiter", delimiter, "none: only TEXTFILE has a delimiter")
    if not isinstance(delimiter, str) or len(delimiter) != 1:
        raise invalid("field_delimiter", delimiter, "a single character")
    return literal(delimiter)


def _compression(form: str, given: Mapping[str, Value]) -> str:
    names = [name for name in ("write_compression", "parquet_compression", "orc_compression") if name in given]
    if len(names) > 1:
        raise Refused("INVALID_TABLE_PROPERTY", f"Only one of {' and '.join(names)} can be given")
    if not names:
        return "GZIP"
    name, codec = names[0], str(given[names[0]]).upper()
    if name != "write_compression" and name != f"{form.lower()}_compression":
        raise invalid(name, given[name], f"none: the format is {form}")
    if codec not in _COMPRESSIONS[form]:
        raise invalid(name, given[name], f"for {form} one of {', '.join(_COMPRESSIONS[form])}")
    return _COMPRESSIONS[form][codec]


def array(name: str, value: Value) -> str:
    """Return a list of names as SQL."""
    if not isinstance(value, tuple):
        raise invalid(name, value, "ARRAY['..', ..]")
    return f"ARRAY[{', '.join(map(literal, value))}]"


def whole(name: str, value: Value) -> int:
    """Return a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid(name, value, "a whole number")
    return value


def only(given: Mapping[str, Value], known: tuple[str, ...] | list[str], catalog: str) -> None:
    """Refuse a property that is not known: it might change the result."""
    for name in given:
        if name not in known:
            raise Refused("INVALID_TABLE_PROPERTY", f"Catalog '{catalog}' table property '{name}' does not exist")


def invalid(name: str, value: object, wanted: str) -> Refused:
    """Return the error of a property's value."""
    return Refused("INVALID_TABLE_PROPERTY", f"Invalid value for table property '{name}': [{value}], expected {wanted}")
