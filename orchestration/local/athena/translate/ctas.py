"""`create table .. as select`: Athena's table properties in Trino's words, the query as the user wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.local.athena.translate import iceberg_properties
from orchestration.local.athena.translate.names import literal, read_table
from orchestration.local.athena.translate.plan import Context, Plan, Refused, StatementType
from orchestration.local.athena.translate.positions import Edit, Edits
from orchestration.local.athena.translate.queries import edits
from orchestration.local.athena.translate.steps import (
    HIVE_CATALOG,
    ICEBERG_CATALOG,
    ONE_WRITER,
    TrinoStep,
    WriteManifest,
)
from orchestration.local.athena.translate.table_properties import (
    Value,
    array,
    invalid,
    only,
    read_properties,
    whole,
    written_as,
)
from orchestration.local.athena.translate.words import Reader

_ENFORCED = (
    "The Create Table As Select query failed because it was submitted with an '{}' property to an Athena Workgroup "
    "that enforces a centralized output location for all queries. Please remove the '{}' property and resubmit "
    "the query."
)
_QUERY = ("(", "SELECT", "TABLE", "VALUES", "WITH")
_HIVE_PROPERTIES = (
    "is_external",
    "external_location",
    "format",
    "partitioned_by",
    "bucketed_by",
    "bucket_count",
    "field_delimiter",
    "write_compression",
    "parquet_compression",
    "orc_compression",
)


@dataclass(frozen=True)
class Target:
    """Where and how a query's rows are written: Trino's properties, and what the session must say."""

    catalog: str
    properties: Mapping[str, str]
    session: Mapping[str, str]
    location: str

    @property
    def files(self) -> str:
        """The folder that holds the rows alone: an Iceberg table has its metadata beside it."""
        return f"{self.location}data/" if self.catalog == ICEBERG_CATALOG else self.location


def plan(reader: Reader, context: Context) -> Plan:
    """Plan a statement whose words up to `create table` have been read."""
    if reader.accept("IF"):
        reader.expect("NOT", "EXISTS")
    name_start = reader.at
    table = read_table(reader, context)
    name_end = reader.at
    properties, given = _clauses(reader)
    target = _target(given, context)
    written = ", ".join(f"{name} = {value}" for name, value in target.properties.items())
    name_edit = _replace(reader, name_start, name_end, table.in_trino(target.catalog))
    with_edit = _replace(reader, *properties, f"WITH ({written})")
    text = Edits.of(reader.text, [name_edit, with_edit, *edits(reader.text, reader.words, context.parameters)])
    manifest = f"{context.output_location}tables/{context.execution_id}-manifest.csv"
    return Plan(
        StatementType.DDL,
        "CREATE_TABLE_AS_SELECT",
        (TrinoStep(text.applied(), session=target.session, edits=text), WriteManifest(target.files, manifest)),
        output="csv",
        table_location=target.location,
        manifest=manifest,
    )


def _replace(reader: Reader, first: int, after: int, new: str) -> Edit:
    """Replace words `first` up to `after`; insert before word `first` if there are none."""
    if first == after:
        place = reader.words[first].start
        return Edit(place, place, f"{new} ")
    return Edit(reader.words[first].start, reader.words[after - 1].end, new)


def _clauses(reader: Reader) -> tuple[tuple[int, int], dict[str, Value]]:
    """Read up to the query; return the places of `with (..)` among the words, and its properties."""
    if reader.sees("("):
        _skip_columns(reader)
    if reader.accept("COMMENT"):
        reader.string()
    start = reader.at
    given = read_properties(reader) if reader.accept("WITH") else {}
    end = reader.at
    reader.expect("AS")
    if not any(reader.sees(keyword) for keyword in _QUERY):
        raise reader.mismatch(*(f"'{keyword}'" for keyword in _QUERY), "<query>")
    return (start, end), given


def _skip_columns(reader: Reader) -> None:
    reader.expect("(")
    reader.name()
    while reader.accept(","):
        reader.name()
    reader.expect(")")


def _target(given: Mapping[str, Value], context: Context) -> Target:
    kind = str(given.get("table_type", "HIVE")).upper()
    if kind not in ("HIVE", "ICEBERG"):
        raise invalid("table_type", given["table_type"], "HIVE or ICEBERG")
    rest = {name: value for name, value in given.items() if name != "table_type"}
    return _iceberg(rest, context) if kind == "ICEBERG" else _hive(rest, context)


def _hive(given: Mapping[str, Value], context: Context) -> Target:
    only(given, _HIVE_PROPERTIES, HIVE_CATALOG)
    if given.get("is_external", True) is not True:
        raise invalid("is_external", False, "true for a Hive table")
    location = _location(given, "external_location", context)
    written, session = written_as(given)
    properties = {"external_location": literal(location), **written}
    for name in ("partitioned_by", "bucketed_by"):
        if name in given:
            properties[name] = array(name, given[name])
    if "bucket_count" in given:
        properties["bucket_count"] = str(whole("bucket_count", given["bucket_count"]))
    if "partitioned_by" in given or "bucketed_by" in given:
        session |= ONE_WRITER
    return Target(HIVE_CATALOG, properties, session, location)


def _iceberg(given: Mapping[str, Value], context: Context) -> Target:
    known = ("is_external", "location", "partitioning", *iceberg_properties.NAMES)
    only(given, known, HIVE_CATALOG)
    if given.get("is_external", False) is not False:
        raise invalid("is_external", True, "false for an Iceberg table")
    location = _location(given, "location", context)
    values = {name: str(given[name]) for name in iceberg_properties.NAMES if name in given}
    properties = {"location": literal(location), **iceberg_properties.in_trino(values)}
    if "partitioning" in given:
        properties["partitioning"] = array("partitioning", given["partitioning"])
    session = iceberg_properties.session(values) | (ONE_WRITER if "partitioning" in given else {})
    return Target(ICEBERG_CATALOG, properties, session, location)


def _location(given: Mapping[str, Value], name: str, context: Context) -> str:
    if name not in given:
        return f"{context.output_location}tables/{context.execution_id}/"
    if context.enforced_location is not None and name == "external_location":
        raise Refused("INVALID_TABLE_PROPERTY", _ENFORCED.format(name, name))
    location = given[name]
    if not isinstance(location, str) or not location.startswith("s3://"):
        raise invalid(name, location, "an address that starts with s3://")
    return location if location.endswith("/") else f"{location}/"
