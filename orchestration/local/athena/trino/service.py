"""Trino as a service of the stack: it reads and writes the tables of the service `aws`."""

import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from orchestration.local.athena.trino import config
from orchestration.local.athena.trino.install import server
from orchestration.local.aws_client import DUMMIES, TRINO_KEY
from orchestration.local.errors import TooLittleMemory
from orchestration.local.http import json_from
from orchestration.local.java import java
from orchestration.local.records import Records
from orchestration.local.service import HOST, Launch

_NEEDED_MEGABYTES = 1536
"""Trino holds about 700 MB when idle and up to 2.5 GB at work."""


class Trino:
    """One node, coordinator and worker."""

    name = "trino"
    needs: tuple[str, ...] = ("aws",)
    deadline_seconds = 170.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """Where an Athena is: nobody but the local one talks to it."""
        return athena_is_elsewhere(variables)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Fetch it where it is missing, write its configuration, return the command line."""
        records = Records(home)
        free = psutil.virtual_memory().available // 2**20
        if free < _NEEDED_MEGABYTES:
            raise TooLittleMemory(self.name, _NEEDED_MEGABYTES, free)
        folder = home / self.name
        unpacked = server(cache)
        account = {**DUMMIES, "AWS_ACCESS_KEY_ID": TRINO_KEY}
        config.write(folder, HOST, port, f"http://{HOST}:{records.read('aws').port}", account)
        return Launch(tuple(config.command(java(), unpacked, folder, bool(options.get("is_short")))), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask whether it has started; it answers before that."""
        said = json_from(f"{url(port)}/v1/info")
        return isinstance(said, dict) and said.get("starting") is False

    def lay_out(self, home: Path, port: int) -> None:
        """Nothing: its tables are Glue's."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return nothing: no client of Athena sees it."""
        return {}


def athena_is_elsewhere(variables: Mapping[str, str]) -> bool:
    """Tell whether the variables lead to an Athena: an address of its own, one for all of AWS, or the real AWS."""
    names = ("AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL")
    return variables.get("SEGUE_STACK") == "production" or any(variables.get(name) for name in names)


def url(port: int) -> str:
    """Return where Trino answers."""
    return f"http://{HOST}:{port}"
