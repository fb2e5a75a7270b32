"""`unload (query) to 's3://..' with (..)`: a table of a catalogue nobody sees is made there and forgotten."""

from orchestration.local.athena.translate.names import literal, quoted
from orchestration.local.athena.translate.plan import Context, Plan, Refused, StatementType
from orchestration.local.athena.translate.positions import Edit, Edits
from orchestration.local.athena.translate.queries import edits
from orchestration.local.athena.translate.steps import ONE_WRITER, UNLOAD_CATALOG, TrinoStep, WriteManifest
from orchestration.local.athena.translate.table_properties import Value, array, invalid, read_properties, written_as
from orchestration.local.athena.translate.words import Reader

_SCHEMA = f"{UNLOAD_CATALOG}.unload"
_PROPERTIES = ("format", "compression", "field_delimiter", "partitioned_by")


def plan(reader: Reader, context: Context) -> Plan:
    """Plan an `unload`; the query stays as the user wrote it."""
    start = reader.words[0].start
    reader.expect("UNLOAD", "(")
    first, last = reader.at, _closing(reader)
    reader.at = last + 1
    reader.expect("TO")
    location = _location(reader.string())
    given = read_properties(reader) if reader.accept("WITH") else {}
    reader.end()
    properties, session = _target(given, location)
    table = f"{_SCHEMA}.{quoted(context.execution_id)}"
    head = f"create table {table} with ({properties}) as ("
    changes = [
        Edit(start, reader.words[first - 1].end, head),
        *(one for one in edits(reader.text, reader.words, context.parameters) if one.end <= reader.words[last].start),
        Edit(reader.words[last].end, len(reader.text), ""),
    ]
    text = Edits.of(reader.text, changes)
    manifest = f"{context.output_location}{context.execution_id}-manifest.csv"
    steps = (
        TrinoStep(f"create schema if not exists {_SCHEMA}", UNLOAD_CATALOG),
        TrinoStep(text.applied(), session=session, edits=text),
        TrinoStep(f"drop table {table}", UNLOAD_CATALOG),
        WriteManifest(location, manifest),
    )
    return Plan(
        StatementType.DML, "UNLOAD", steps, output="unload", answer=1, table_location=location, manifest=manifest
    )


def _closing(reader: Reader) -> int:
    """Return the place of the bracket that closes the query."""
    depth = 1
    for at in range(reader.at, len(reader.words)):
        depth += reader.words[at].says("(") - reader.words[at].says(")")
        if depth == 0 and at > reader.at:
            return at
    reader.at = len(reader.words)
    raise reader.mismatch("')'")


def _location(location: str) -> str:
    if not location.startswith("s3://"):
        raise Refused("INVALID_FUNCTION_ARGUMENT", f"UNLOAD destination '{location}' is not an address in Amazon S3")
    return location if location.endswith("/") else f"{location}/"


def _target(given: dict[str, Value], location: str) -> tuple[str, dict[str, str]]:
    """Return Trino's properties and session."""
    for name in given:
        if name not in _PROPERTIES:
            raise Refused("INVALID_TABLE_PROPERTY", f"Unload property '{name}' does not exist")
    if "format" not in given:
        raise invalid("format", None, "one of ORC, PARQUET, AVRO, JSON, TEXTFILE")
    renamed = {("write_compression" if name == "compression" else name): value for name, value in given.items()}
    properties, session = written_as(renamed, UNLOAD_CATALOG)
    properties["external_location"] = literal(location)
    if "partitioned_by" in given:
        session |= ONE_WRITER
        properties["partitioned_by"] = array("partitioned_by", given["partitioned_by"])
    return ", ".join(f"{name} = {value}" for name, value in properties.items()), session
