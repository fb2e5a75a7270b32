"""dbt's model of serving table `names`, for tests that need the table and not dbt."""

import re
from pathlib import Path

import psycopg
from psycopg import sql

_MODEL = Path(__file__).parents[1] / "dbt_project" / "models" / "serving" / "serving_names.sql"


def make_names(connection: psycopg.Connection, schema: str) -> None:
    """Make the table and its indexes from the other tables of a generation, by the very query of the model."""
    model = _MODEL.read_text(encoding="utf-8")
    query = re.sub(
        r"\{\{ ref\('serving_(\w+)'\) \}\}",
        rf"{schema}.\1",
        re.sub(r"\{#.*?#\}|\{\{ config.*?\) \}\}", "", model, flags=re.S),
    )
    indexes = re.findall(r"'columns': \['([^']+)'\], 'type': '(\w+)'", model)
    names = sql.Identifier(schema, "names").as_string()
    for statement in (
        f"create table {names} as {query}",
        *(f"create index on {names} using {kind} ({columns})" for columns, kind in indexes),
        f"analyze {names}",
    ):
        connection.execute(statement.encode())
