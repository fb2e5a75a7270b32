"""What moto's Glue lacks: column statistics, a table's version as the guard of its update, Athena's marks on columns,
partitions found by a key whose type has a length.

And one difference of Athena's engine from Trino, by what Trino is shown: a view is a view whatever its comment.

moto looks for a method of `GlueResponse` named like the API's operation, so adding methods there is enough; errors and
answers take moto's own way.
"""

import json
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import moto.glue.utils
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.glue.responses import GlueResponse

from orchestration.local.aws_client import TRINO_KEY

_ONE_CALL_AT_MOST = 100
_VIEW, _VIEW_COMMENT = "/* Presto View: ", "Presto View"

Statistics = dict[str, dict[str, Any]]
_statistics: "WeakKeyDictionary[Any, Statistics]" = WeakKeyDictionary()
"""By moto's own table or partition, by column: gone when the table is dropped."""


def install() -> None:
    """Teach moto's Glue the operations below; harmless when it knows them."""
    for name, operation in _OPERATIONS.items():
        setattr(GlueResponse, name, operation)
    moto.glue.utils._cast = _cast


def _get(response: GlueResponse) -> ActionResult:
    owner, names = _owner(response), response.parameters["ColumnNames"]
    if len(names) > _ONE_CALL_AT_MOST:
        raise JsonRESTError("InvalidInputException", f"At most {_ONE_CALL_AT_MOST} column names in one call")
    known = _statistics.get(owner, {})
    # As Glue does: a column without statistics is left out, and is no error.
    return ActionResult({"ColumnStatisticsList": [known[name] for name in names if name in known], "Errors": []})


def _update(response: GlueResponse) -> ActionResult:
    given = response.parameters["ColumnStatisticsList"]
    for text in (one["StatisticsData"].get("StringColumnStatisticsData") for one in given):
        if text is not None:
            # Trino leaves it out for a column without a value; reading it back, it fails, and plans without statistics.
            text.setdefault("AverageLength", 0.0)
    _statistics.setdefault(_owner(response), {}).update({one["ColumnName"]: one for one in given})
    return ActionResult({"Errors": []})


def _delete(response: GlueResponse) -> EmptyResult:
    # Trino deletes what was never there, and takes EntityNotFoundException for a missing table: Glue cannot mind.
    _statistics.get(_owner(response), {}).pop(response.parameters["ColumnName"], None)
    return EmptyResult()


def _owner(response: GlueResponse) -> Any:
    """Return moto's table, or its partition where the operation names one; EntityNotFoundException where it is not."""
    asked = response.parameters
    table = response.glue_backend.get_table(asked["DatabaseName"], asked["TableName"])
    return table.get_partition(asked["PartitionValues"]) if "PartitionValues" in asked else table


def _create_table(response: GlueResponse) -> ActionResult:
    _mark_current_columns(response)
    return _moto_create_table(response)


def _mark_current_columns(response: GlueResponse) -> None:
    """Mark an Iceberg table's columns as Athena does: by that clients tell them from columns that were dropped."""
    asked = response.parameters
    table = asked["TableInput"]
    if table.get("Parameters", {}).get("table_type", "").upper() == "ICEBERG":
        for column in table.get("StorageDescriptor", {}).get("Columns", ()):
            marks = {"iceberg.field.current": "true", "iceberg.field.optional": "true"}
            column["Parameters"] = marks | column.get("Parameters", {})
        response.body = json.dumps(asked)


def _update_table(response: GlueResponse) -> ActionResult:
    """Update a table as Glue does: never over a version that the caller has not seen, and archived unless unwanted."""
    asked = response.parameters
    table = response.glue_backend.get_table(asked["DatabaseName"], asked["TableInput"]["Name"])
    before = str(table.as_dict()["VersionId"])
    if asked.get("VersionId") not in (None, before):
        what = f"Update table failed due to concurrent modifications: version {asked['VersionId']} is not {before}"
        raise JsonRESTError("ConcurrentModificationException", what)
    _mark_current_columns(response)
    answer = _moto_update_table(response)
    if asked.get("SkipArchive"):
        table.delete_version(before)
    return answer


def _get_table(response: GlueResponse) -> ActionResult:
    answer: Any = _moto_get_table(response).result
    return ActionResult({"Table": _as_asked(response, answer["Table"])})


def _get_tables(response: GlueResponse) -> ActionResult:
    answer: Any = _moto_get_tables(response).result
    return ActionResult({"TableList": [_as_asked(response, table) for table in answer["TableList"]]})


def _as_asked(response: GlueResponse, table: dict[str, Any]) -> dict[str, Any]:
    """Show Trino a view as it wrote it: it knows one by its comment, where dbt and others write what the view is."""
    is_view = (table.get("ViewOriginalText") or "").startswith(_VIEW)
    if not is_view or f"Credential={TRINO_KEY}/" not in response.headers.get("Authorization", ""):
        return table
    # Trino takes a description for the comment.
    return {**table, "Description": None, "Parameters": {**table["Parameters"], "comment": _VIEW_COMMENT}}


def _cast(type_: str, value: Any) -> Any:
    """Read a partition's value for an expression: moto knows `varchar`, and a key is a `varchar(5)`."""
    return _moto_cast(type_.partition("(")[0], value)


_moto_cast = moto.glue.utils._cast
_moto_create_table = GlueResponse.create_table
_moto_get_table = GlueResponse.get_table
_moto_get_tables = GlueResponse.get_tables
_moto_update_table = GlueResponse.update_table
_OPERATIONS: dict[str, Callable[[GlueResponse], ActionResult]] = {
    "get_column_statistics_for_table": _get,
    "get_column_statistics_for_partition": _get,
    "update_column_statistics_for_table": _update,
    "update_column_statistics_for_partition": _update,
    "delete_column_statistics_for_table": _delete,
    "delete_column_statistics_for_partition": _delete,
    "create_table": _create_table,
    "get_table": _get_table,
    "get_tables": _get_tables,
    "update_table": _update_table,
}
