"""One way to plan a statement, over a Glue that is a dictionary."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from orchestration.local.athena.translate import Context, Plan, TrinoStep, plan

Planner = Callable[..., Plan]

HIVE = {
    "Name": "h",
    "DatabaseName": "d",
    "TableType": "EXTERNAL_TABLE",
    "StorageDescriptor": {
        "Columns": [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string", "Comment": "bee"}],
        "Location": "s3://lake/h/",
        "InputFormat": "in",
        "OutputFormat": "out",
        "SerdeInfo": {"SerializationLibrary": "lazy.LazySimpleSerDe", "Parameters": {"serialization.format": "1"}},
    },
    "PartitionKeys": [{"Name": "dt", "Type": "string"}, {"Name": "n", "Type": "int"}],
    "Parameters": {"EXTERNAL": "TRUE", "classification": "csv"},
}
ICEBERG = {
    "Name": "i",
    "DatabaseName": "d",
    "TableType": "EXTERNAL_TABLE",
    "StorageDescriptor": {
        "Columns": [{"Name": "a", "Type": "int"}, {"Name": "b", "Type": "string"}],
        "Location": "s3://lake/i",
    },
    "Parameters": {"table_type": "ICEBERG", "metadata_location": "s3://lake/i/metadata/0.json"},
}
VIEW = {"Name": "v", "DatabaseName": "d", "TableType": "VIRTUAL_VIEW", "Parameters": {"presto_view": "true"}}


@pytest.fixture
def tables() -> dict[tuple[str, str], Mapping[str, Any]]:
    """What Glue holds: a Hive table, an Iceberg table and a view of the database `d`."""
    return {("d", "h"): HIVE, ("d", "i"): ICEBERG, ("d", "v"): VIEW}


@pytest.fixture
def planned(tables: dict[tuple[str, str], Mapping[str, Any]]) -> Planner:
    """Return a function that plans a statement in the database `d`."""

    def make(sql: str, *parameters: str, **changes: Any) -> Plan:
        context: dict[str, Any] = {
            "database": "d",
            "output_location": "s3://out/",
            "parameters": parameters,
            "lookup": lambda database, table: tables.get((database, table)),
            **changes,
        }
        return plan(sql, Context("id", **context))

    return make


@pytest.fixture
def sent(planned: Planner) -> Callable[..., list[str]]:
    """Return a function that plans a statement and returns the texts Trino gets."""

    def make(sql: str, *parameters: str, **changes: Any) -> list[str]:
        return [step.sql for step in planned(sql, *parameters, **changes).steps if isinstance(step, TrinoStep)]

    return make
