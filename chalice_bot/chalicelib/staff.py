"""Builds the worker from the environment's values: the one place where its parts meet."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from chalicelib.answering import Answerer
from chalicelib.catalogue import Catalogue, open_pool
from chalicelib.config import Config, Music, require
from chalicelib.deletion import Deletion
from chalicelib.later import Later
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.once import Once, Records
from chalicelib.owed import Lookups
from chalicelib.sealing import Seal
from chalicelib.table import Table
from chalicelib.unknowns import Unknowns
from chalicelib.waiting import Queue
from chalicelib.worker import Worker

if TYPE_CHECKING:
    from chalicelib.music_apis import MusicApis

_PATIENCE = 10.0
"""Seconds of waiting for providers in all: the worker has a minute."""


def hire(config: Config, sqs: Any, dynamodb: Any) -> Worker:
    """The worker of this process; raises NotConfigured naming what is missing."""
    require(config, "postgres_url", "page_token", "person_key", "queue_url", "dead_letters_url")
    later = Later(dynamodb)
    once = Once(Records(config.answered_table, dynamodb, later))
    tries = Once(DynamoDBPersistenceLayer(config.answered_table, boto3_client=dynamodb))  # told from kills: at once
    pool = open_pool(config.postgres_url)
    messenger = Messenger(config.graph_api_url, config.page_token)
    memory = Memory(dynamodb, config.bot_table, config.person_key, later)

    def settle() -> None:
        try:
            memory.settle()
        finally:
            later.write()

    def close() -> None:
        pool.close()
        messenger.close()

    waiting = Table(dynamodb, config.waiting_table, "SEGUE_WAITING_TABLE")
    dead_letters = Queue(sqs, config.dead_letters_url)
    deletion = Deletion(memory, waiting, messenger.page_scoped_ids, (dead_letters,))
    catalogue = Catalogue(pool.connection)
    unknowns = None
    if music := config.music:
        lookups = Lookups(waiting, lambda: _seal(config.person_key))
        unknowns = Unknowns(catalogue, messenger, memory, lookups, lambda: _music_apis(music, dynamodb))
    catch_up = unknowns.catch_up if unknowns else int
    answerer = Answerer(catalogue, messenger, once, memory, deletion, unknowns)
    return Worker(answerer.answer, tries, Queue(sqs, config.queue_url), dead_letters, settle, close, catch_up)


@cache
def _seal(person_key: str) -> Seal:
    return Seal(person_key)


def _music_apis(music: Music, dynamodb: Any) -> "MusicApis":
    """The providers' clients for one look-up, with its patience; imported once somebody asks for an unknown artist."""
    from chalicelib.music_apis import MusicApis
    from ingest.deadlines import Deadlines
    from ingest.json_api import JsonApi
    from ingest.spotify.client import Client

    def deadlines(provider: str, key: str) -> Deadlines:
        return Deadlines(provider, key, music.state_table, dynamodb)

    def keyless(provider: str, url: str, pace: float = 0.0) -> JsonApi:
        agent = f"segue/0.1 ({music.musicbrainz_contact})"
        return JsonApi(provider, url, deadlines(provider, url), agent, pace, answer_seconds=5.0, patience=_PATIENCE)

    spotify = Client(
        music.spotify_id,
        music.spotify_secret,
        deadlines("spotify", music.spotify_id),
        music.market,
        music.spotify_api_url,
        music.spotify_token_url,
        answer_seconds=5.0,
        patience=_PATIENCE,
    )
    musicbrainz = keyless("musicbrainz", music.musicbrainz_url, music.musicbrainz_calls_per_second)
    return MusicApis(spotify, keyless("reccobeats", music.reccobeats_url), musicbrainz, music.provider)
