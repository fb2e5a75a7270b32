"""`python -m ingest reccobeats`."""

import argparse
import logging

from ingest import polite
from ingest.answers import Answers
from ingest.deadlines import Deadlines
from ingest.json_api import JsonApi
from ingest.pipelines import Summary
from ingest.reccobeats import MISS_DAYS, URL, collect
from ingest.settings import Settings

HELP = "audio features from ReccoBeats for the lake's tracks that have none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the lake says what is missing."""


def run(arguments: argparse.Namespace, settings: Settings) -> Summary:
    """Ask for what is missing. Raises Deferred, Retryable where the provider is down, Final without shared state."""
    logging.getLogger("botocore").setLevel(logging.WARNING)
    url = polite.url_of(settings.environment, "RECCOBEATS_API_URL", URL)
    table = settings.environment.get("SEGUE_STATE_TABLE") or polite.STATE_TABLE
    api = JsonApi("reccobeats", url, Deadlines("reccobeats", url, table), "segue/0.1")
    with Answers(settings.home / "cache" / "reccobeats.sqlite", MISS_DAYS) as answers:
        provider = polite.Provider("reccobeats", api, answers, settings.provider_label("reccobeats"), settings)
        return polite.load_rows(provider, lambda: collect(provider, settings), arguments)
