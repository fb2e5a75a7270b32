"""`python -m orchestration.exporting FOLDER schema.table ..`: tables of the built warehouse as parquet files for Spark.

The same from DuckDB and from Athena; of Athena's tables the very files are copied, so nothing is scanned or paid for.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path

from orchestration.errors import OrchestrationError
from orchestration.publish.athena_marts import open_athena
from orchestration.publish.settings import Settings
from orchestration.publish.warehouse import Warehouse, open_warehouse
from orchestration.targets import ATHENA


def export(folder: Path, tables: Iterable[str], variables: Mapping[str, str]) -> list[Path]:
    """Write each table (`schema.table`) to `<table>.parquet` in the folder. Raises WarehouseUnreadable."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema, group in groupby(sorted(tables), key=lambda one: one.partition(".")[0]):
        names = [one.partition(".")[2] for one in group]
        with _opened(schema, names, variables) as warehouse:
            for name in names:
                written.append(folder / f"{name}.parquet")
                warehouse.export(name, list(warehouse.columns(name)), written[-1])
    return written


def _opened(schema: str, names: list[str], variables: Mapping[str, str]) -> AbstractContextManager[Warehouse]:
    home = Path(variables["SEGUE_HOME"])
    settings = Settings(
        home=home,
        warehouse=Path(variables.get("SEGUE_WAREHOUSE") or home / "warehouse.duckdb"),
        lake_url="",
        postgres_url="",
        run_id="",
        environ=variables,
        target=variables.get("SEGUE_TARGET") or "duckdb",
        athena_schema=variables.get("SEGUE_ATHENA_SCHEMA") or "segue",
    )
    if settings.target == ATHENA:
        return open_athena(settings, schema, names)
    return open_warehouse(settings.warehouse, schema)


def main(arguments: list[str] | None = None) -> int:
    """Export what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.exporting", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the files go")
    parser.add_argument("tables", nargs="+", help="as marts.dim_tracks")
    options = parser.parse_args(arguments)
    try:
        export(options.folder, options.tables, os.environ)
    except OrchestrationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
