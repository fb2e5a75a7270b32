"""Names of tables and databases: which catalogue they are in, and how Trino is told."""

from dataclasses import dataclass

from orchestration.local.athena.translate.plan import Context, Refused
from orchestration.local.athena.translate.steps import HIVE_CATALOG, ICEBERG_CATALOG, Table
from orchestration.local.athena.translate.words import Reader, place


@dataclass(frozen=True)
class TableName:
    """A table of the one registered catalogue; both parts in lower case."""

    database: str
    table: str

    def in_trino(self, catalog: str = HIVE_CATALOG) -> str:
        """Return the quoted name with its catalogue."""
        return ".".join(quoted(part) for part in (catalog, self.database, self.table))

    def __str__(self) -> str:
        return f"{self.database}.{self.table}"


def quoted(name: str) -> str:
    """Return a name in Trino's quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a SQL string."""
    return "'" + text.replace("'", "''") + "'"


def read_table(reader: Reader, context: Context) -> TableName:
    """Read `t`, `db.t` or `catalogue.db.t`."""
    start = reader.word.start if reader.word else 0
    parts = _parts(reader)
    if len(parts) > 3:
        raise reader.mismatch()
    catalog = parts[0] if len(parts) == 3 else context.catalog
    check_catalog(catalog, place(reader.text, start))
    return TableName(parts[-2] if len(parts) > 1 else context.database, parts[-1])


def read_database(reader: Reader, context: Context) -> str:
    """Read `db` or `catalogue.db`."""
    start = reader.word.start if reader.word else 0
    parts = _parts(reader)
    if len(parts) > 2:
        raise reader.mismatch()
    check_catalog(parts[0] if len(parts) == 2 else context.catalog, place(reader.text, start))
    return parts[-1]


def _parts(reader: Reader) -> list[str]:
    parts = [reader.name()]
    while reader.accept("."):
        parts.append(reader.name())
    return parts


def check_catalog(catalog: str, where: str) -> None:
    """Refuse a catalogue that is not registered, among them those that only our Trino has."""
    if catalog.lower() != HIVE_CATALOG:
        raise Refused("CATALOG_NOT_FOUND", f"{where}: Catalog '{catalog.lower()}' not found")


def is_iceberg(table: Table | None) -> bool:
    """Whether Glue says that a table is an Iceberg table."""
    return table is not None and str(table.get("Parameters", {}).get("table_type", "")).lower() == "iceberg"


def is_view(table: Table | None) -> bool:
    """Whether Glue says that a table is a view."""
    return table is not None and table.get("TableType") == "VIRTUAL_VIEW"


def owner(table: Table | None) -> str:
    """Return the Trino catalogue that owns a table."""
    return ICEBERG_CATALOG if is_iceberg(table) else HIVE_CATALOG
