"""Two local Athenas for tests.

`local` is one in this process: real HTTP in front, a scripted Trino behind, Glue and S3 by moto in memory.
`athena` is the whole of it, as `segue athena` serves it: Trino, moto and the server, each its own process.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from orchestration.local import aws, stack
from orchestration.local.athena.executions import Limits
from orchestration.local.athena.server import serve
from orchestration.local.athena.wiring import Settings, assembled
from orchestration.local.aws_client import KEY, REGION
from tests.orchestration.local.athena.fake_trino import FakeTrino, serving

BUCKET = "results"
OUTPUT = f"s3://{BUCKET}/out/"
REAL_OUTPUT = f"s3://{aws.BUCKET}/engine/results/"
TRINO_LOG = Path("/logs/trino.log")
Serve = Callable[..., AbstractContextManager["Local"]]


@dataclass(frozen=True)
class Local:
    """A running local Athena: boto3's clients of it and of S3 and Glue."""

    athena: Any
    s3: Any
    glue: Any
    url: str
    output: str = OUTPUT
    poll_seconds: float = 0.02
    between: Event = field(default_factory=Event)

    def start(self, sql: str, **more: Any) -> str:
        """Start a query; returns its id."""
        given = {"ResultConfiguration": {"OutputLocation": self.output}, **more}
        return str(self.athena.start_query_execution(QueryString=sql, **given)["QueryExecutionId"])

    def execution(self, query_id: str) -> dict[str, Any]:
        """Return the QueryExecution."""
        found: dict[str, Any] = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return found

    def ended(self, query_id: str) -> dict[str, Any]:
        """Wait until a query has ended; returns its QueryExecution."""
        while (found := self.execution(query_id))["Status"]["State"] in ("QUEUED", "RUNNING"):
            self.between.wait(self.poll_seconds)
        return found

    def until(self, query_id: str, state: str) -> None:
        """Wait until a query is in a state."""
        while (status := self.execution(query_id)["Status"])["State"] != state:
            assert status["State"] in ("QUEUED", "RUNNING"), f"it will never be {state}: {status}"
            self.between.wait(self.poll_seconds)

    def run(self, sql: str, **more: Any) -> dict[str, Any]:
        """Run a query to its end; returns its QueryExecution."""
        return self.ended(self.start(sql, **more))

    def rows(self, sql: str, **more: Any) -> list[list[str | None]]:
        """Run a query; returns the rows of its first page, with the header."""
        execution = self.run(sql, **more)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        page = self.athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
        return [[one.get("VarCharValue") for one in row["Data"]] for row in page["ResultSet"]["Rows"]]

    def read(self, address: str) -> str:
        """Return the text of an object."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        return str(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


def refused(call: Any, **params: Any) -> Mapping[str, Any]:
    """Return the error a call is refused with: its Code, Message, and the members beside."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    answer: Mapping[str, Any] = caught.value.response
    return {**answer["Error"], **{name: one for name, one in answer.items() if isinstance(one, str)}}


def served(variables: Mapping[str, str]) -> Local:
    """Return the clients that the printed variables give, and nothing else."""

    def client(service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=variables[f"AWS_ENDPOINT_URL_{service.upper()}"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            region_name=variables["AWS_DEFAULT_REGION"],
            config=Config(max_pool_connections=50, proxies={}),
        )

    return Local(client("athena"), client("s3"), client("glue"), variables["AWS_ENDPOINT_URL_ATHENA"], REAL_OUTPUT, 0.1)


@pytest.fixture(scope="session")
def athena_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of the real local Athena that all workers of a run share.

    While writing tests, SEGUE_TEST_HOME names that of one that runs.
    """
    folder = tmp_path_factory.getbasetemp()
    home = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    return Path(os.environ.get("SEGUE_TEST_HOME", home / "athena_stack"))


@pytest.fixture(scope="session")
def athena(athena_home: Path) -> Iterator[dict[str, str]]:
    """The variables that lead to the real local Athena: those that `segue athena` prints, and no other."""
    with stack.lease(athena_home, ["athena"], is_short=True) as variables:
        yield variables


@pytest.fixture
def trino() -> Iterator[FakeTrino]:
    """A Trino that answers what its scripts say, `1` by default."""
    with serving() as (fake, _):
        yield fake


@pytest.fixture(scope="module")
def account() -> Iterator[tuple[Any, Any]]:
    """S3 with a bucket for results, and Glue, for all tests of a module."""
    with mock_aws():
        s3, glue = boto3.client("s3", region_name=REGION), boto3.client("glue", region_name=REGION)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield s3, glue


@pytest.fixture
def serve_athena(tmp_path: Path, trino: FakeTrino, account: tuple[Any, Any]) -> Serve:
    """A function that serves an Athena; called again after the first has ended, it finds what was kept."""
    s3, glue = account

    @contextmanager
    def served(limits: Limits | None = None, **more: Any) -> Iterator[Local]:
        settings = Settings(tmp_path / "athena", trino.url, TRINO_LOG, limits=limits or Limits(), **more)
        with assembled(settings, glue, s3) as application, _listening(application) as url:
            yield Local(_client(url), s3, glue, url)

    return served


@pytest.fixture
def local(serve_athena: Serve) -> Iterator[Local]:
    """A running local Athena."""
    with serve_athena() as running:
        yield running


@contextmanager
def _listening(application: Any) -> Iterator[str]:
    server = serve(application, 0)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _client(url: str) -> Any:
    """Return a client that asks once, and leaves it to the server to check what it is asked."""
    config = Config(retries={"total_max_attempts": 1}, proxies={}, parameter_validation=False)
    return boto3.client(
        "athena",
        endpoint_url=url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        region_name=REGION,
        config=config,
    )
