"""What a statement becomes: an ordered list of steps, each for Trino or for Glue, and how its answer is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from orchestration.local.athena.translate.steps import HIVE_CATALOG, Step, Table

Output = Literal["csv", "txt", "unload"]


class StatementType(StrEnum):
    """The three kinds GetQueryExecution names."""

    DDL = "DDL"
    DML = "DML"
    UTILITY = "UTILITY"


class Refused(Exception):
    """The execution ends FAILED; `code` is Athena's name of the error ('' on its Hive side, which has none)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code
        self.message = message


class InvalidRequest(Exception):
    """StartQueryExecution itself refuses the text with InvalidRequestException and this message."""


@dataclass(frozen=True)
class Context:
    """What a plan may depend on besides the text.

    `database` and `catalog` are those of the request ('default', 'awsdatacatalog' where it names none, lower case),
    `output_location` is the folder of this execution's results and ends with '/', `parameters` are SQL literals.
    """

    execution_id: str
    database: str = "default"
    catalog: str = HIVE_CATALOG
    output_location: str = "s3://results/"
    parameters: tuple[str, ...] = ()
    lookup: Callable[[str, str], Table | None] = lambda database, table: None
    prepared: Callable[[str], str | None] = lambda name: None
    enforced_location: str | None = None


@dataclass(frozen=True)
class Plan:
    """Steps to do in order, stopping at the first that fails; step number `answer` gives rows and update count.

    `answer` None is a result without columns and rows; a step that answers nothing (None) is the same.

    `substatement_type` is Athena's word (SELECT, CREATE_TABLE_AS_SELECT, ...). `output` is the kind of file written
    to the output location; `has_header` whether the first row of the first page of results is the names of columns.
    """

    statement_type: StatementType
    substatement_type: str
    steps: tuple[Step, ...]
    output: Output = "txt"
    has_header: bool = False
    answer: int | None = 0
    table_location: str | None = None
    """Where CTAS and UNLOAD write: the execution's OutputLocation."""
    manifest: str | None = None
    """Address of the list of files that CTAS and UNLOAD wrote: Statistics.DataManifestLocation."""
