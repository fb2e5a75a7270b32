"""A real Postgres with a hand-written catalogue, and a DynamoDB, with the bot's own code reading them."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.memory import Memory

from orchestration.local.aws_client import client
from orchestration.local.messenger.server import ServerInfo, serving
from orchestration.local.stack import lease
from tests.chalice_bot import rows
from tests.chalice_bot.stand import Stand, standing

GENERATION = "g20261123t013000z_abc123"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Postgres of this test run with one generation published."""
    with lease(tmp_path_factory.mktemp("local"), ["postgres"], {}) as environment:
        url = environment["SEGUE_POSTGRES_URL"]
        with psycopg.connect(url) as connection:
            rows.install(connection)
            rows.publish(connection, GENERATION)
        yield url


@pytest.fixture(scope="session")
def dynamodb_variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What leads to a DynamoDB of this test run with the bot's tables."""
    with lease(tmp_path_factory.mktemp("remembered"), ["dynamodb"], {}) as environment:
        yield environment


@pytest.fixture
def dynamodb(dynamodb_variables: dict[str, str]) -> Any:
    """A client of it, its tables emptied."""
    local = client("dynamodb", dynamodb_variables["AWS_ENDPOINT_URL_DYNAMODB"])
    for name, keys in {"segue_bot": ("pk", "sk"), "segue_waiting": ("pk", "sk"), "segue_answered": ("id",)}.items():
        for item in local.scan(TableName=name)["Items"]:
            local.delete_item(TableName=name, Key={key: item[key] for key in keys})
    return local


@pytest.fixture(scope="session")
def sqs_variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What leads to the two queues of this test run."""
    with lease(tmp_path_factory.mktemp("queued"), ["sqs"], {}) as environment:
        yield environment


@pytest.fixture
def sqs(sqs_variables: dict[str, str]) -> Any:
    """A client of them, both emptied."""
    local = client("sqs", sqs_variables["AWS_ENDPOINT_URL_SQS"])
    for name in ("SEGUE_QUEUE_URL", "SEGUE_DEAD_LETTERS_URL"):
        local.purge_queue(QueueUrl=sqs_variables[name])
    return local


@pytest.fixture
def memory(dynamodb: Any, dynamodb_variables: dict[str, str]) -> Memory:
    return Memory(dynamodb, dynamodb_variables["SEGUE_BOT_TABLE"], dynamodb_variables["SEGUE_PERSON_KEY"])


@pytest.fixture
def catalogue(postgres_url: str) -> Catalogue:
    return Catalogue(single_connections(postgres_url))


@pytest.fixture(scope="session")
def graph() -> Iterator[ServerInfo]:
    with serving() as server:
        yield server


@pytest.fixture
def stand(
    graph: ServerInfo,
    sqs: Any,
    sqs_variables: dict[str, str],
    dynamodb: Any,
    dynamodb_variables: dict[str, str],
    postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stand]:
    variables = {**sqs_variables, **dynamodb_variables, "SEGUE_POSTGRES_URL": postgres_url}
    with standing(graph, sqs, variables, monkeypatch) as stand:
        yield stand
