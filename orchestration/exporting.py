"""`python -m orchestration.exporting FOLDER schema.table ..`: tables of the built warehouse as parquet files for Spark.

The same from DuckDB and from Athena; of Athena's tables the very files are copied, so nothing is scanned or paid for.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from orchestration.errors import OrchestrationError
from orchestration.publish.marts import open_tables
from orchestration.publish.settings import read_settings


def export(folder: Path, tables: Iterable[str], variables: Mapping[str, str]) -> list[Path]:
    """Write each table (`schema.table`) to `<table>.parquet` in the folder.

    Raises WarehouseUnreadable, CalledWrongly.
    """
    settings = read_settings(variables, needs_postgres=False)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for schema, group in groupby(sorted(tables), key=lambda one: one.partition(".")[0]):
        names = [one.partition(".")[2] for one in group]
        with open_tables(settings, schema, names) as warehouse:
            for name in names:
                written.append(folder / f"{name}.parquet")
                warehouse.export(name, list(warehouse.columns(name)), written[-1])
    return written


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
