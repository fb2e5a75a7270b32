"""The steps a plan is made of: statements for Trino, and one class for each thing done through Glue and S3."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.local.athena.translate.positions import Edits

HIVE_CATALOG = "awsdatacatalog"
ICEBERG_CATALOG = "iceberg"
UNLOAD_CATALOG = "unload"
ONE_WRITER = {"task_max_writer_count": "1", "task_min_writer_count": "1"}
"""Trino's session for writes into partitions: the limit of 100 holds for a writer, and Athena's for the statement."""
_SECOND_CATALOG = re.compile(rf"(?<![\w/.-]){ICEBERG_CATALOG}(?=[.:](?!unique-table-location)|' )")
Table = Mapping[str, Any]
"""Glue's Table structure, as `get_table` answers it."""


@dataclass(frozen=True)
class TrinoStep:
    """One statement for Trino, run with `catalog` and the context's database as its session's catalogue and schema.

    Its rows and its update count are the answer if it is the plan's step number `answer`. `edits` turn a position
    in `sql` back into one in the user's text.
    """

    sql: str
    catalog: str = HIVE_CATALOG
    session: Mapping[str, str] = field(default_factory=dict)
    edits: Edits = field(default_factory=Edits)

    def in_users_words(self, message: str) -> str:
        """Return Trino's error message with the user's positions, and without the name of the second catalogue."""
        return _SECOND_CATALOG.sub(HIVE_CATALOG, self.edits.in_users_text(message))


@dataclass(frozen=True)
class CreateDatabase:
    """Glue's CreateDatabase; `database_input` has Name and, if given, Description, LocationUri, Parameters."""

    database_input: Mapping[str, Any]
    if_not_exists: bool = False


@dataclass(frozen=True)
class ChangeDatabase:
    """Set a database's location, or add to its properties."""

    name: str
    location: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DropDatabase:
    """Delete a database, with `cascade` its tables too (and the files of the Iceberg ones)."""

    name: str
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True)
class CreateTable:
    """Glue's CreateTable of a Hive table."""

    database: str
    table_input: Mapping[str, Any]
    if_not_exists: bool = False


@dataclass(frozen=True)
class ChangeTable:
    """Read a table from Glue, let `change` make a new TableInput of it, write that."""

    database: str
    table: str
    change: Callable[[Table], dict[str, Any]]


@dataclass(frozen=True)
class DropTable:
    """Delete a table or view from Glue; its files stay, as those of Athena's external tables do."""

    database: str
    table: str
    if_exists: bool = False


@dataclass(frozen=True)
class PartitionSpec:
    """A partition by the values of its keys, in the order written; `location` None means below the table's own."""

    values: Mapping[str, str | None]
    location: str | None = None


@dataclass(frozen=True)
class AddPartitions:
    """Register partitions in Glue, with their folders."""

    database: str
    table: str
    partitions: tuple[PartitionSpec, ...]
    if_not_exists: bool = False


@dataclass(frozen=True)
class PartitionFilter:
    """One comparison of a partition key with a value: `dt >= '2026-01-01'`."""

    key: str
    operator: str
    value: str


@dataclass(frozen=True)
class DropPartitions:
    """Delete from Glue the partitions that pass every filter of any of the specifications."""

    database: str
    table: str
    filters: tuple[tuple[PartitionFilter, ...], ...]
    if_exists: bool = False


@dataclass(frozen=True)
class ChangePartition:
    """Give one partition other values or another location."""

    database: str
    table: str
    values: Mapping[str, str | None]
    new_values: Mapping[str, str | None] | None = None
    new_location: str | None = None


@dataclass(frozen=True)
class RepairPartitions:
    """`msck repair table`: register every `key=value` folder below the table's location."""

    database: str
    table: str


@dataclass(frozen=True)
class ShowDatabases:
    """Names of databases that match a pattern."""

    pattern: str | None = None


@dataclass(frozen=True)
class ShowTables:
    """Names of tables and views (or only views) that match a pattern."""

    database: str
    pattern: str | None = None
    views_only: bool = False


@dataclass(frozen=True)
class ShowTable:
    """Answer from one table's entry in Glue: `show` makes the answer of it (columns, create table, describe, ...)."""

    database: str
    table: str
    show: Callable[[Table], Answer]


@dataclass(frozen=True)
class ShowPartitions:
    """Partitions of a table as `a=1/b=2`."""

    database: str
    table: str


@dataclass(frozen=True)
class DescribePartition:
    """Answer from one partition's entry in Glue."""

    database: str
    table: str
    values: Mapping[str, str | None]
    show: Callable[[Table, Mapping[str, Any]], Answer]


@dataclass(frozen=True)
class WriteManifest:
    """Write the list of the files below `location` to `manifest`, one address a line."""

    location: str
    manifest: str


@dataclass(frozen=True)
class Then:
    """Steps that depend on the rows of the Trino step just before: do what `make` returns for them, in order.

    The answer of the last of them is the answer of this step.
    """

    make: Callable[[Sequence[Sequence[Any]]], tuple[Step, ...]]


@dataclass(frozen=True)
class Prepare:
    """Store a prepared statement in the request's work group: the API's part to carry out."""

    name: str
    statement: str


@dataclass(frozen=True)
class Deallocate:
    """Delete a prepared statement of the request's work group: the API's part to carry out."""

    name: str


@dataclass(frozen=True)
class Reply:
    """Nothing to do: `answer` is the step's answer."""

    answer: Answer


@dataclass(frozen=True)
class Answer:
    """A result that did not come from Trino: (name, Athena's type) of each column, and rows as text."""

    columns: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()


GlueStep = (
    CreateDatabase
    | ChangeDatabase
    | DropDatabase
    | CreateTable
    | ChangeTable
    | DropTable
    | AddPartitions
    | DropPartitions
    | ChangePartition
    | RepairPartitions
    | ShowDatabases
    | ShowTables
    | ShowTable
    | ShowPartitions
    | DescribePartition
    | WriteManifest
    | Reply
)
Step = TrinoStep | GlueStep | Then | Prepare | Deallocate
