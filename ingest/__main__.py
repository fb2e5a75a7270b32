"""`python -m ingest <source> ...`: arguments and exit code, nothing else."""

import argparse
import importlib
import json
import logging
import os
import sys
from collections.abc import MutableMapping, Sequence
from typing import Any

from ingest.errors import IngestError
from ingest.settings import Settings, from_environment

# What dlt would read from the machine: none of it may change what a load does.
DLT_SECTIONS = ("DESTINATION", "SOURCES", "EXTRACT", "NORMALIZE", "LOAD", "SCHEMA", "DATA_WRITER", "RUNTIME")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0 done, 1 failed, 2 called wrongly, 75 put off."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("ingest").setLevel(logging.INFO)  # not of boto3 and the others: they may say too much
    try:
        settings = from_environment(dict(os.environ))
        configure_dlt(settings, os.environ)
        return _dispatch(arguments, settings)
    except IngestError as error:
        logging.getLogger("ingest").error("%s", error)
        return error.exit_code


def configure_dlt(settings: Settings, environment: MutableMapping[str, str]) -> None:
    """Keep dlt to the state folder: no configuration of the machine, no telemetry. Must come before dlt's import."""
    for name in [name for name in environment if name.partition("__")[0] in DLT_SECTIONS and "__" in name]:
        del environment[name]
    environment.update(
        DLT_PROJECT_DIR=str(settings.dlt_home),
        DLT_DATA_DIR=str(settings.dlt_home),
        RUNTIME__DLTHUB_TELEMETRY="false",
        RUNTIME__LOG_LEVEL="WARNING",
        NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID="true",
        NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID="true",
        LOAD__DELETE_COMPLETED_JOBS="true",
        RESTORE_FROM_DESTINATION="false",
    )


def _dispatch(arguments: Sequence[str] | None, settings: Settings) -> int:
    from ingest import pipelines  # dlt reads its environment when imported

    commands = {source: importlib.import_module(f"ingest.{source}.command") for source in pipelines.SOURCES}
    parsed = _parser(commands).parse_args(arguments)
    if parsed.source == "declare":
        answer: Any = [summary.as_json() for summary in pipelines.declare(settings)]
    else:
        answer = commands[parsed.source].run(parsed, settings).as_json()
    _say(answer, parsed.json)
    return 0


def _parser(commands: dict[str, Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest", description="Load one source into the lake.")
    subparsers = parser.add_subparsers(dest="source", required=True, metavar="SOURCE")
    declare = subparsers.add_parser("declare", help="give every dataset its empty, typed tables")
    declare.add_argument("--json", action="store_true", help="print one JSON summary")
    for source, command in commands.items():
        subparser = subparsers.add_parser(source, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.add_argument("--json", action="store_true", help="print one JSON summary")
    return parser


def _say(answer: Any, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(answer) + "\n")
        return
    for summary in answer if isinstance(answer, list) else [answer]:
        counts = ", ".join(f"{rows} {table}" for table, rows in summary["rows"].items()) or "nothing new"
        sys.stdout.write(f"{summary['source']}: {counts} in {summary['seconds']} s\n")


if __name__ == "__main__":
    sys.exit(main())
