"""Exports of DynamoDB Local as a service of the stack; who only reads and writes items does without it."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.bot_tables import protect
from orchestration.local.aws import Aws, make_bucket
from orchestration.local.aws_client import DUMMIES, client
from orchestration.local.dynamodb import DynamoDb
from orchestration.local.http import answers
from orchestration.local.records import Records
from orchestration.local.service import HOST, Launch

BUCKET = "segue-exports"


class DynamoDbExports:
    """One process in front of DynamoDB Local; its address stands in for that of DynamoDB."""

    name = "dynamodb_exports"
    needs: tuple[str, ...] = ("dynamodb", "aws")
    deadline_seconds = 60.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """Where DynamoDB or S3 are the user's own."""
        return DynamoDb().is_configured(variables) or Aws().is_configured(variables)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Return the server's command line."""
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "orchestration.local.dynamodb_exports", "--port", str(port)]
        places = ["--dynamodb", _url(home, "dynamodb"), "--s3", _url(home, "aws")]
        return Launch((*command, "--folder", str(folder), *places), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask its health."""
        return answers(f"http://{HOST}:{port}/_control/health")

    def lay_out(self, home: Path, port: int) -> None:
        """Make the bucket, and switch the recovery of the bot's table on."""
        make_bucket(BUCKET, _url(home, "aws"))
        protect(client("dynamodb", f"http://{HOST}:{port}"), {})

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the address and where exports go."""
        return {
            **DUMMIES,
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://{HOST}:{port}",
            "SEGUE_EXPORT_URL": f"s3://{BUCKET}/dynamodb",
            "SEGUE_EXPORT_POLL_SECONDS": "0.2",
        }


def _url(home: Path, service: str) -> str:
    return f"http://{HOST}:{Records(home).read(service).port}"
