"""`python -m orchestration.publish publish|rollback|generations`: arguments and exit code, nothing else."""

import argparse
import json
import logging
import os
import sys
from dataclasses import asdict
from typing import Any

from orchestration.errors import EXIT_DONE, OrchestrationError
from orchestration.publish import publishing
from orchestration.publish.settings import Settings, read_settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 failed, 2 called wrongly."""
    os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
    os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")  # declared columns win over Arrow ones; no need to say so
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("orchestration").setLevel(logging.INFO)
    options = _parser().parse_args(arguments)
    try:
        answer = _run(options, read_settings())
    except OrchestrationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(answer, default=str) + "\n" if options.json else _text(options.command, answer))
    return EXIT_DONE


def _run(options: argparse.Namespace, settings: Settings) -> Any:
    if options.command == "publish":
        return publishing.publish(settings, options.allow_shrink, options.allow_worse)
    if options.command == "rollback":
        return publishing.rollback(settings, options.to)
    return [asdict(one) for one in publishing.list_generations(settings)]


def _text(command: str, answer: Any) -> str:
    if command == "publish":
        rows = sum(answer["rows"].values())
        if answer["already_published"]:
            return f"{answer['generation']} is published already ({rows} rows).\n"
        return f"Published {answer['generation']}: {rows} rows in {answer['seconds']} s.\n"
    if command == "rollback":
        return f"Readers see {answer['generation']} instead of {answer['instead_of']}.\n"
    lines = [
        f"{'*' if one['is_current'] else ' '} {one['name']}  {one['published_at']:%Y-%m-%d %H:%M:%S}  "
        f"{one['row_counts']['dim_artists']} artists\n"
        for one in answer
    ]
    return "".join(lines) or "Nothing is published. Next: segue publish\n"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m orchestration.publish", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    publish = commands.add_parser("publish", help="copy the marts to Postgres and switch readers to them")
    publish.add_argument("--allow-shrink", action="store_true", help="publish even if a mart lost half of its rows")
    publish.add_argument("--allow-worse", action="store_true", help="publish even if the blend finds less than before")
    rollback = commands.add_parser("rollback", help="switch readers back to an older generation")
    rollback.add_argument("--to", metavar="GENERATION", help="the one to switch to; default: the one before")
    generations = commands.add_parser("generations", help="list what one can switch to, newest first")
    for command in (publish, rollback, generations):
        command.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
