"""`python -m orchestration.evaluation [FOLDER]`: arguments and exit code, nothing else."""

import argparse
import json
import logging
import os
import sys
from pathlib import Path

from rich.console import Console

from orchestration.errors import EXIT_DONE, OrchestrationError
from orchestration.evaluation.measuring import measure
from orchestration.evaluation.plot import draw
from orchestration.evaluation.tables import tables
from orchestration.publish.settings import read_settings

_WIDTH = 118
"""Characters of the tables where no terminal says how many there are."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, draw, print; 0 done, 1 failed, 2 called wrongly."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("orchestration").setLevel(logging.INFO)
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(needs_postgres=False)
        found = measure(settings, options.folder)
        plot = draw(found.figures, settings.home / "evaluation" / f"{settings.run_id}.svg")
    except OrchestrationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if options.json:
        sys.stdout.write(json.dumps(found.as_json() | {"plot": str(plot)}) + "\n")
        return EXIT_DONE
    console = Console(highlight=False, width=None if sys.stdout.isatty() else int(os.environ.get("COLUMNS", _WIDTH)))
    for table in tables(found):
        console.print(table)
    console.print(f"Plot: {plot}", soft_wrap=True)
    return EXIT_DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m orchestration.evaluation", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="holds related_artists.csv or the like")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
