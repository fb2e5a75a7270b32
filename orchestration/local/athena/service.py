"""The Athena API as a service of the stack: one process in front of the services `trino` and `aws`."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.local.athena.trino.service import athena_is_elsewhere, url
from orchestration.local.aws import BUCKET
from orchestration.local.aws_client import DUMMIES, REGION
from orchestration.local.http import answers
from orchestration.local.records import Records
from orchestration.local.service import HOST, Launch


class Athena:
    """One process that answers the Athena API."""

    name = "athena"
    needs: tuple[str, ...] = ("aws", "trino")
    deadline_seconds = 60.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """An address of its own, one for all of AWS, or the real AWS."""
        return athena_is_elsewhere(variables)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Return the server's command line."""
        folder, records = home / self.name, Records(home)
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "orchestration.local.athena", "--port", str(port), "--folder", str(folder)]
        command += ["--aws", url(records.read("aws").port), "--trino", url(records.read("trino").port)]
        command += ["--trino-log", str(records.log("trino"))]
        if queries := options.get("queries"):
            command += ["--active-dml", str(queries), "--active-ddl", str(queries)]
        return Launch(tuple(command), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask its health."""
        return answers(f"http://{HOST}:{port}/_control/health")

    def lay_out(self, home: Path, port: int) -> None:
        """Nothing: its bucket is made by the service `aws`."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the address, a dummy account, and where results go unless a client says otherwise."""
        return {
            **DUMMIES,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL_ATHENA": f"http://{HOST}:{port}",
            "AWS_ATHENA_S3_STAGING_DIR": f"s3://{BUCKET}/results/",
        }
