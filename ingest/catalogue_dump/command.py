"""`python -m ingest catalogue_dump FOLDER`."""

import argparse
import logging
from pathlib import Path

from ingest.catalogue_dump import catalogue_dump
from ingest.catalogue_dump.files import find_files
from ingest.pipelines import Summary, load
from ingest.settings import Settings

HELP = "a folder of CSV, JSON lines or parquet files named artists, tracks, track_artists, audio_features, ..."

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this source."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the dump")
    parser.add_argument("--related", type=Path, metavar="FILE", help="a related-artists table that lies elsewhere")


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Look at every file, then load them all. Raises WrongDump or WrongFile before anything is loaded."""
    files = find_files(arguments.folder, arguments.related)
    logger.info("catalogue_dump: %s", ", ".join(file.path.name for file in files))
    summary = load("catalogue_dump", catalogue_dump(files, settings.started_at), settings)
    if summary.quarantined:
        logger.warning("catalogue_dump: %d rows in quarantine, see raw_catalogue_dump/quarantine", summary.quarantined)
    return summary
