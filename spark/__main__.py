"""`python -m spark <job> ...`, and the entry point of EMR's job runs: arguments and exit code, nothing else."""

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

JOBS = ("neighbours", "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one job and return its exit code: 0 done, 1 failed, 2 called wrongly."""
    from spark.errors import SparkJobError
    from spark.session import session

    jobs = {name: importlib.import_module(f"spark.jobs.{name}") for name in JOBS}
    parsed = _parser(jobs).parse_args(arguments)
    try:
        with session(parsed.job, parsed.libraries, parsed.conf) as spark:
            found = jobs[parsed.job].run(spark, parsed)
    except SparkJobError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(f"{json.dumps(found.as_json()) if parsed.json else found.as_text()}\n")
    return 0


def _parser(jobs: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m spark", description="Run one Spark job on the built warehouse.")
    subparsers = parser.add_subparsers(dest="job", required=True, metavar="JOB")
    for name, job in jobs.items():
        subparser = subparsers.add_parser(name, help=job.HELP, description=job.__doc__)
        job.add_arguments(subparser)
        subparser.add_argument("--libraries", type=Path, help="a folder with hadoop-aws, where S3 is read or written")
        subparser.add_argument("--conf", action="append", default=[], help="an option of Spark, as spark.<key>=<value>")
        subparser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
