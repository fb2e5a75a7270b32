"""Builds the worker from the environment's values: the one place where its parts meet."""

from typing import Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

from chalicelib.answering import Answerer
from chalicelib.catalogue import Catalogue, open_pool
from chalicelib.config import Config, require
from chalicelib.deletion import Deletion
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.once import Once
from chalicelib.table import Table
from chalicelib.waiting import Queue
from chalicelib.worker import Worker


def hire(config: Config, sqs: Any, dynamodb: Any) -> Worker:
    """The worker of this process; raises NotConfigured naming what is missing."""
    require(config, "postgres_url", "page_token", "person_key", "queue_url", "dead_letters_url")
    once = Once(DynamoDBPersistenceLayer(config.answered_table, boto3_client=dynamodb))
    pool = open_pool(config.postgres_url)
    messenger = Messenger(config.graph_api_url, config.page_token)
    memory = Memory(dynamodb, config.bot_table, config.person_key)

    def close() -> None:
        pool.close()
        messenger.close()

    waiting = Table(dynamodb, config.waiting_table, "SEGUE_WAITING_TABLE")
    dead_letters = Queue(sqs, config.dead_letters_url)
    deletion = Deletion(memory, waiting, messenger.page_scoped_ids, (dead_letters,))
    answerer = Answerer(Catalogue(pool.connection), messenger, once, memory, deletion)
    return Worker(answerer.answer, once, Queue(sqs, config.queue_url), dead_letters, close)
