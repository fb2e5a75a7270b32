"""What staging would see: rows of completed loads only, read the way dbt reads them."""

from pathlib import Path
from typing import Any

import duckdb

HIDDEN = ("retrieved_at", "_dlt_load_id", "_dlt_id")


def visible_rows(home: Path, dataset: str, table: str) -> list[dict[str, Any]]:
    """Rows of completed loads without what differs between two runs, in no order that matters."""
    lake = home / "lake" / dataset
    with duckdb.connect() as connection:
        found = connection.execute(
            f"""
            select * exclude ({", ".join(HIDDEN)})
            from read_parquet('{lake}/{table}/*.parquet', union_by_name = true)
            where _dlt_load_id in (
                select load_id
                from read_json(
                    '{lake}/_dlt_loads/*.jsonl',
                    format = 'newline_delimited',
                    columns = {{load_id: 'varchar', status: 'bigint'}}
                )
                where status = 0
            )
            """
        )
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def staged_rows(home: Path, dataset: str, table: str) -> set[str]:
    """Visible rows, each once: what staging keeps after its dedupe by key."""
    return {repr(sorted(row.items())) for row in visible_rows(home, dataset, table)}
