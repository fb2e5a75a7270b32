"""The local Messenger (Graph API) as a service of the stack."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.local.http import answers
from orchestration.local.messenger import PAGE_TOKEN, VERSION
from orchestration.local.service import HOST, Launch

APP_SECRET = "app-secret-segue-local"
VERIFY_TOKEN = "verify-token-segue-local"


class Messenger:
    """Takes what the bot sends and remembers it while it runs."""

    name = "messenger"
    needs: tuple[str, ...] = ()
    deadline_seconds = 60.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """An address, or a page's token without one: the real Messenger."""
        return bool(variables.get("GRAPH_API_URL") or variables.get("MESSENGER_PAGE_TOKEN"))

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Return the server's command line."""
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        return Launch((sys.executable, "-m", "orchestration.local.messenger", "--port", str(port)), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask its health."""
        return answers(f"http://{HOST}:{port}/_control/health")

    def lay_out(self, home: Path, port: int) -> None:
        """Nothing: it begins empty."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the address and dummy secrets."""
        return {
            "GRAPH_API_URL": f"http://{HOST}:{port}/{VERSION}",
            "MESSENGER_PAGE_TOKEN": PAGE_TOKEN,
            "MESSENGER_APP_SECRET": APP_SECRET,
            "MESSENGER_VERIFY_TOKEN": VERIFY_TOKEN,
        }
