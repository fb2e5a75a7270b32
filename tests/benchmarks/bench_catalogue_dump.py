"""Rows a second and memory of `python -m ingest catalogue_dump`, on a dump and on a ten-fold copy of it.

    python tests/benchmarks/bench_catalogue_dump.py [FOLDER] [--times 10]

Without FOLDER the real data beside the checkout is taken. Each load is a process of its own; memory is its largest
resident set. Ids in the copies are perturbed, so that no row is a repetition.
"""

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ID = re.compile(r"\b[0-9A-Za-z]{22}\b")


def multiply(source: Path, target: Path, times: int) -> None:
    """Write every row `times` times, each copy with ids of its own."""
    for path in sorted(source.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as read, (target / path.name).open("w", newline="") as file:
            rows = csv.reader(read)
            writer = csv.writer(file)
            writer.writerow(next(rows))
            for row in rows:
                for copy in range(times):
                    writer.writerow([_perturbed(cell, copy) for cell in row])


def _perturbed(cell: str, copy: int) -> str:
    return ID.sub(lambda found: found[0][:-2] + f"{copy:02d}", cell) if copy else cell


def measure(folder: Path, home: Path) -> dict[str, Any]:
    """Load `folder` into a fresh lake; rows, seconds of the load and of the process, memory in MB."""
    command = [sys.executable, "-m", "ingest", "catalogue_dump", str(folder), "--json"]
    environment = {**os.environ, "SEGUE_HOME": str(home)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        output = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    answer = json.loads(output)
    rows = sum(answer["rows"].values())
    seconds = answer["seconds"]
    return {
        "rows": rows,
        "seconds": seconds,
        "rows_per_second": round(rows / seconds),
        "megabytes": round(usage.ru_maxrss / 1024),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT.parent / "shared" / "data" / "catalog")
    parser.add_argument("--times", type=int, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        copy.mkdir()
        multiply(arguments.folder, copy, arguments.times)
        once = measure(arguments.folder, Path(scratch) / "once")
        many = measure(copy, Path(scratch) / "many")
    sys.stdout.write(f"dump            {json.dumps(once)}\n")
    sys.stdout.write(f"dump x {arguments.times:<8} {json.dumps(many)}\n")
    sys.stdout.write(f"memory ratio    {many['megabytes'] / once['megabytes']:.2f}\n")


if __name__ == "__main__":
    main()
