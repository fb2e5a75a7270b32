"""`python -m ingest spotify (--names FILE | --ids ID... | --url URL | --tracks FILE | --features FILE)`."""

import argparse
import hashlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from ingest import errors
from ingest.answers import Answers
from ingest.deadlines import Deadlines, StateUnreachable
from ingest.loaded import Row
from ingest.pipelines import Summary, load
from ingest.settings import Settings
from ingest.spotify import client as api
from ingest.spotify import spotify
from ingest.spotify.collect import Collector
from ingest.spotify.library import WITHOUT, Library
from ingest.spotify.listings import NotReadable
from ingest.spotify.names import read_names
from ingest.spotify.settings import from_environment
from ingest.spotify.targets import parse_ids, parse_url

HELP = "artists, tracks and audio features from Spotify, by name, id or link"
SHOWN = 20

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of this source."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--names", type=Path, metavar="FILE", help="artist names: one a line, or CSV with a column `name`"
    )
    what.add_argument("--ids", nargs="+", metavar="ID", help="artist ids, links or URIs")
    what.add_argument("--tracks", type=Path, metavar="FILE", help="track ids, links or URIs, one a line")
    what.add_argument("--features", type=Path, metavar="FILE", help="as --tracks, but their audio features only")
    what.add_argument("--url", metavar="URL", help="link or URI of an artist, an album or a playlist")
    parser.add_argument("--max-age-days", type=float, default=7.0, help="ask again what was answered longer ago (7)")


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Load what was asked for. What was fetched before a stop is loaded, then the stop is raised."""
    wanted = _wanted(arguments)
    own = from_environment(settings.environment)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    deadlines = Deadlines("spotify", own.client_id, own.state_table)
    client = api.Client(own.client_id, own.client_secret, deadlines, own.market, own.api_url, own.token_url)
    key = hashlib.sha256(own.client_id.encode()).hexdigest()[:16]
    with Answers(settings.home / "cache" / "spotify.sqlite", arguments.max_age_days) as answers:
        library = Library(client, answers, key)
        collector = Collector(library, settings.provider_label("spotify"), settings.started_at)
        stops: list[Exception] = []
        source = spotify(lambda: _until_stopped(wanted(collector), stops), answers.id, settings.lake_url)
        summary = load("spotify", source, settings)
        _describe(summary, collector)
    if stops:
        if arguments.json:
            sys.stdout.write(json.dumps(summary.as_json()) + "\n")
        raise _translated(stops[0]) from stops[0]
    return summary


def _wanted(arguments: argparse.Namespace) -> Callable[[Collector], Iterator[Row]]:
    """Read the command line and its files before anything is asked."""
    if arguments.names:
        names = read_names(arguments.names)
        return lambda collector: collector.names(names)
    if arguments.ids:
        ids = parse_ids(arguments.ids)
        return lambda collector: collector.ids(ids)
    if arguments.tracks:
        tracks = parse_ids(read_names(arguments.tracks), "--tracks", "track")
        return lambda collector: collector.tracks(tracks)
    if arguments.features:
        featured = parse_ids(read_names(arguments.features), "--features", "track")
        return lambda collector: collector.features(featured)
    target = parse_url(arguments.url)
    return lambda collector: collector.target(target)


def _until_stopped(rows: Iterator[Row], stops: list[Exception]) -> Iterator[Row]:
    """End quietly where Spotify stops us, so that the rows so far are loaded; the reason is kept in `stops`."""
    try:
        yield from rows
    except (api.SpotifyError, StateUnreachable, NotReadable) as stop:
        stops.append(stop)


def _translated(stop: Exception) -> errors.IngestError:
    if isinstance(stop, api.Deferred):
        return errors.Deferred(str(stop), stop.until)
    if isinstance(stop, api.Unavailable):
        return errors.Retryable(f"{stop}. What was fetched is loaded. Next: run the same command again.")
    return errors.Final(str(stop))


def _describe(summary: Summary, collector: Collector) -> None:
    report, library = collector.report, collector.library
    missing = {name: WITHOUT[name] for name in sorted(WITHOUT) if not library.can(name)}
    summary.details.update(
        profile=collector.rows.profile,
        degraded=bool(missing),
        without=missing,
        calls=library.client.session.calls,
    )
    if missing:
        logger.warning("spotify: degraded, this key has no %s", ", ".join(missing))
    if report.asked:
        summary.details["names"] = {
            "asked": report.asked,
            "matched": report.matched,
            "ambiguous": report.ambiguous,
            "missing": report.missing,
            "same_name": report.same_name,
        }
        logger.info(
            "spotify: %d of %d names matched, %d ambiguous, %d missing",
            report.matched,
            report.asked,
            len(report.ambiguous),
            len(report.missing),
        )
        unmatched = [*report.ambiguous, *report.missing]
        for name in unmatched[:SHOWN]:
            logger.warning("spotify: not matched: %r: %s", name, report.reasons.get(name))
        if len(unmatched) > SHOWN:
            logger.warning("spotify: and %d more, see raw_spotify/name_matches", len(unmatched) - SHOWN)
        for name in report.same_name[:SHOWN]:
            logger.warning("spotify: matched, but not alone: %r: %s", name, report.reasons[name])
