"""`drop table` and `drop view`."""

from orchestration.local.athena.translate.names import is_iceberg, is_view, read_table
from orchestration.local.athena.translate.plan import Context, Plan, StatementType
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.steps import ICEBERG_CATALOG, DropTable, TrinoStep
from orchestration.local.athena.translate.words import Reader


def _if_exists(reader: Reader) -> bool:
    found = reader.accept("IF")
    if found:
        reader.expect("EXISTS")
    return found


def table(reader: Reader, context: Context) -> Plan:
    """Plan what follows `drop table`: an Iceberg table loses its files too, a Hive table only its entry in Glue."""
    if_exists = _if_exists(reader)
    name = read_table(reader, context)
    reader.end()
    known = context.lookup(name.database, name.table)
    if is_view(known):
        raise hive_failure("SemanticException Cannot drop a view with DROP TABLE")
    if is_iceberg(known):
        exists = "if exists " if if_exists else ""
        step = TrinoStep(f"drop table {exists}{name.in_trino(ICEBERG_CATALOG)}")
        return Plan(StatementType.DDL, "DROP_TABLE", (step,), answer=None)
    return Plan(StatementType.DDL, "DROP_TABLE", (DropTable(name.database, name.table, if_exists),))


def view(reader: Reader, context: Context) -> Plan:
    """Plan what follows `drop view`."""
    if_exists = _if_exists(reader)
    name = read_table(reader, context)
    reader.end()
    exists = "if exists " if if_exists else ""
    return Plan(StatementType.DDL, "DROP_VIEW", (TrinoStep(f"drop view {exists}{name.in_trino()}"),), answer=None)
