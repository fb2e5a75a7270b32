"""`python -m ingest musicbrainz`."""

import argparse
import logging

from ingest import polite
from ingest.answers import Answers
from ingest.deadlines import Deadlines
from ingest.errors import CalledWrongly
from ingest.json_api import JsonApi
from ingest.musicbrainz import MISS_DAYS, URL, collect
from ingest.pipelines import Summary
from ingest.settings import Settings

HELP = "genres and aliases from MusicBrainz for the lake's artists that have none from there"

logger = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the lake says what is missing."""


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Ask for what is missing. Raises Deferred, Retryable where the provider is down, Final without shared state."""
    logging.getLogger("botocore").setLevel(logging.WARNING)
    environment = settings.environment
    url = polite.url_of(environment, "MUSICBRAINZ_API_URL", URL)
    table = environment.get("SEGUE_STATE_TABLE") or polite.STATE_TABLE
    contact = environment.get("MUSICBRAINZ_CONTACT")
    if not contact:
        logger.warning("musicbrainz: MUSICBRAINZ_CONTACT is not set; MusicBrainz asks for an address or a URL there")
    agent = f"segue/0.1 ({contact or 'contact not set'})"
    deadlines = Deadlines("musicbrainz", url, table)
    api = JsonApi("musicbrainz", url, deadlines, agent, _pace(environment.get("MUSICBRAINZ_CALLS_PER_SECOND")))
    with Answers(settings.home / "cache" / "musicbrainz.sqlite", MISS_DAYS) as answers:
        provider = polite.Provider("musicbrainz", api, answers, settings.provider_label("musicbrainz"), settings)
        return polite.load_rows(provider, lambda: collect(provider, settings), arguments)


def _pace(value: str | None) -> float:
    try:
        pace = float(value or "1")
        if pace >= 0:
            return pace
    except ValueError:
        pass
    raise CalledWrongly(
        f"MUSICBRAINZ_CALLS_PER_SECOND is {value!r}. Right would be a number such as 1, or 0 for no limit of our own."
    )
