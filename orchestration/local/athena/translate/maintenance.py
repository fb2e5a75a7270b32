"""`optimize` and `vacuum`: Athena's words for what Trino's Iceberg catalogue executes on a table."""

from collections.abc import Sequence
from typing import Any

from orchestration.local.athena.translate.iceberg_properties import KEPT
from orchestration.local.athena.translate.names import TableName, is_iceberg, quoted, read_table
from orchestration.local.athena.translate.plan import Context, Plan, StatementType
from orchestration.local.athena.translate.positions import Edit, Edits
from orchestration.local.athena.translate.queries import edits
from orchestration.local.athena.translate.refuse import not_supported
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, Step, Then, TrinoStep
from orchestration.local.athena.translate.words import Reader


def optimize(reader: Reader, context: Context) -> Plan:
    """Plan `optimize t rewrite data using bin_pack [where ..]`; the condition stays as the user wrote it."""
    start = reader.words[0].start
    reader.expect("OPTIMIZE")
    name = _iceberg_table(reader, context, "OPTIMIZE")
    reader.expect("REWRITE", "DATA", "USING", "BIN_PACK")
    end = reader.words[reader.at - 1].end
    if reader.word is not None and not reader.sees("WHERE"):
        raise reader.mismatch("'WHERE'", "<EOF>")
    head = Edit(start, end, f"alter table {name.in_trino(ICEBERG_CATALOG)} execute optimize")
    text = Edits.of(reader.text, [head, *edits(reader.text, reader.words, context.parameters)])
    return Plan(StatementType.DML, "OPTIMIZE", (TrinoStep(text.applied(), edits=text),), answer=None)


def vacuum(reader: Reader, context: Context) -> Plan:
    """Plan `vacuum t`: old snapshots expire and files nobody refers to go, by the table's own properties."""
    reader.expect("VACUUM")
    name = _iceberg_table(reader, context, "VACUUM")
    reader.end()
    steps = (_ask(name), Then(lambda rows: _vacuum(name, rows)))
    return Plan(StatementType.DDL, "VACUUM_TABLE", steps, answer=None)


def _iceberg_table(reader: Reader, context: Context, verb: str) -> TableName:
    name = read_table(reader, context)
    known = context.lookup(name.database, name.table)
    if known is not None and not is_iceberg(known):
        raise not_supported(f"{verb} is only supported for table type ICEBERG")
    return name


def _ask(name: TableName) -> TrinoStep:
    """Ask for the table's properties, and for the age of each snapshot in seconds."""
    properties, snapshots = (
        ".".join(quoted(part) for part in (ICEBERG_CATALOG, name.database, f"{name.table}${kind}"))
        for kind in ("properties", "snapshots")
    )
    age = "cast(date_diff('second', committed_at, current_timestamp) as varchar)"
    return TrinoStep(
        f"select key, value from {properties} union all select 'snapshot', {age} from {snapshots}", ICEBERG_CATALOG
    )


def _vacuum(name: TableName, rows: Sequence[Sequence[Any]]) -> tuple[Step, ...]:
    known = {str(key): int(value) for key, value in rows if key in KEPT}
    ages = sorted(int(value) for key, value in rows if key == "snapshot")
    seconds = known.get("vacuum_max_snapshot_age_seconds", KEPT["vacuum_max_snapshot_age_seconds"])
    keep = known.get("vacuum_min_snapshots_to_keep", KEPT["vacuum_min_snapshots_to_keep"])
    if 1 < keep <= len(ages):
        seconds = max(seconds, ages[keep - 1] + 1)
    elif keep > len(ages):
        seconds = max([seconds, *(age + 1 for age in ages)])
    head = f"alter table {name.in_trino(ICEBERG_CATALOG)} execute"
    return (
        TrinoStep(f"{head} expire_snapshots(retention_threshold => '{seconds}s')"),
        TrinoStep(f"{head} remove_orphan_files(retention_threshold => '{seconds}s')"),
    )
