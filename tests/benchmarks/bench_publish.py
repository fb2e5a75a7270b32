"""Rows a second of the copy, and the seconds of a whole publish, into a Postgres of its own.

    python tests/benchmarks/bench_publish.py [WAREHOUSE]

WAREHOUSE defaults to SEGUE_WAREHOUSE, then to .segue/warehouse.duckdb.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from orchestration.local.stack import lease

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    given = (
        sys.argv[1] if len(sys.argv) > 1 else os.environ.get("SEGUE_WAREHOUSE", str(ROOT / ".segue/warehouse.duckdb"))
    )
    if not Path(given).is_file():
        sys.stderr.write(f"There is no warehouse at {given}. Next: segue build, or name one.\n")
        return 1
    with tempfile.TemporaryDirectory() as scratch, lease(Path(scratch), ["postgres"], {}) as environment:
        variables = {**os.environ, **environment, "SEGUE_HOME": scratch, "SEGUE_WAREHOUSE": str(Path(given).resolve())}
        variables["SEGUE_LAKE_URL"] = str(Path(scratch) / "lake")
        command = [sys.executable, "-m", "orchestration.publish", "publish", "--json"]
        done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    answer = json.loads(done.stdout)
    rows = sum(answer["rows"].values())
    sys.stdout.write(
        f"copy            {answer['copy_rows_per_second']} rows/s ({rows} rows, {answer['copy_seconds']} s)\n"
    )
    sys.stdout.write(f"whole publish   {answer['seconds']} s, {round(rows / answer['seconds'])} rows/s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
