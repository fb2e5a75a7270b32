"""What `show` and `describe` answer for Iceberg tables: asked of Trino, told in Athena's form."""

import re
from collections.abc import Sequence
from typing import Any

from orchestration.local.athena.translate.iceberg_properties import NAMES
from orchestration.local.athena.translate.names import TableName, quoted
from orchestration.local.athena.translate.show import escaped, lines_of
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, Answer, Reply, Step, Table, Then, TrinoStep

_PARTITIONING = re.compile(r"partitioning = ARRAY\[(.*?)\]\n?[,)\n]", re.DOTALL)
_FIELD = re.compile(r"'((?:[^']|'')*)'")
_TRANSFORM = re.compile(r"(\w+)\((.+?)(?:,\s*(\d+))?\)")
Rows = Sequence[Sequence[Any]]


def properties_query(name: TableName) -> TrinoStep:
    """Return the query of a table's own properties: rows of key and value."""
    table = ".".join(quoted(part) for part in (ICEBERG_CATALOG, name.database, f"{name.table}$properties"))
    return TrinoStep(f"select key, value from {table}", ICEBERG_CATALOG)


def definition_query(name: TableName) -> TrinoStep:
    """Return the query of a table's definition: one row, Trino's `create table`."""
    return TrinoStep(f"show create table {name.in_trino(ICEBERG_CATALOG)}", ICEBERG_CATALOG)


def athenas(rows: Rows) -> dict[str, str]:
    """Return the properties that Athena knows among those the table keeps."""
    known = {"table_type": "ICEBERG"}
    for key, value in rows:
        if key == "write.format.default":
            known["format"] = str(value).lower()
        elif key == "write.parquet.compression-codec":
            known.setdefault("write_compression", str(value).lower())
        elif key in NAMES:
            known[str(key)] = str(value)
    return known


def properties(name: TableName, key: str | None) -> tuple[Step, ...]:
    """Return the steps of `show tblproperties`."""

    def answer(rows: Rows) -> tuple[Reply, ...]:
        known = athenas(rows)
        header = (("prpt_name", "string"), ("prpt_value", "string"))
        if key is None:
            return (Reply(Answer(header, tuple((f"{one}\t{known[one]}",) for one in sorted(known)))),)
        missing = f"Table {name} does not have property: {key}"
        return (Reply(Answer(header, ((known.get(key, missing),),))),)

    return properties_query(name), Then(answer)


def fields(definition: str) -> list[tuple[str, str, str]]:
    """Return (transform, column, number) of each partition field in Trino's `create table`."""
    found = _PARTITIONING.search(definition)
    names = [one.replace("''", "'") for one in _FIELD.findall(found[1])] if found else []
    parts = [(one, _TRANSFORM.fullmatch(one)) for one in names]
    return [(match[1], match[2], match[3] or "") if match else ("identity", name, "") for name, match in parts]


def describe(name: TableName, table: Table) -> tuple[Step, ...]:
    """Return the steps of `describe t`: the schema and the partition fields."""

    def answer(rows: Rows) -> tuple[Reply, ...]:
        lines = ["# Table schema:\t\t", "# col_name\tdata_type\tcomment"]
        for one in table["StorageDescriptor"]["Columns"]:
            lines.append(f"{one['Name']}\t{one['Type']}\t{one.get('Comment') or ''}")
        lines += ["\t\t", "# Partition spec:\t\t", "# field_name\tfield_transform\tcolumn_name"]
        for transform, column, number in fields(rows[0][0]):
            field = column if transform == "identity" else f"{column}_{_suffix(transform)}"
            lines.append(f"{field}\t{transform}{f'[{number}]' if number else ''}\t{column}")
        header = (("col_name", "string"), ("data_type", "string"), ("comment", "string"))
        return (Reply(Answer(header, tuple((line,) for line in lines))),)

    return definition_query(name), Then(answer)


def _suffix(transform: str) -> str:
    return "trunc" if transform == "truncate" else transform


def create_table(name: TableName, table: Table) -> tuple[Step, ...]:
    """Return the steps of `show create table`."""

    def asked(rows: Rows) -> tuple[Step, ...]:
        definition = str(rows[0][0])
        return properties_query(name), Then(lambda known: (Reply(_create_table(name, table, definition, known)),))

    return definition_query(name), Then(asked)


def _create_table(name: TableName, table: Table, definition: str, rows: Rows) -> Answer:
    storage = table["StorageDescriptor"]
    columns = [f"  {one['Name']} {one['Type']}{_comment(one.get('Comment'))}" for one in storage["Columns"]]
    lines = [f"CREATE TABLE {name} (", *(f"{one}," for one in columns[:-1]), f"{columns[-1]})"]
    parts = [_part(*one) for one in fields(definition)]
    if parts:
        lines.append(f"PARTITIONED BY ({', '.join(parts)})")
    lines += [f"LOCATION '{storage['Location']}'", "TBLPROPERTIES ("]
    known = sorted({**athenas(rows), "table_type": "iceberg"}.items())
    pairs = [f"  '{key}'='{escaped(value)}'" for key, value in known]
    return lines_of("createtab_stmt", [*lines, *(f"{one}," for one in pairs[:-1]), pairs[-1], ")"])


def _comment(comment: str | None) -> str:
    return f" COMMENT '{escaped(comment)}'" if comment else ""


def _part(transform: str, column: str, number: str) -> str:
    if transform == "identity":
        return f"`{column}`"
    return f"{transform}({number}, `{column}`)" if number else f"{transform}(`{column}`)"
