"""ElasticMQ as SQS: the two queues of the bot's template, as it describes them; messages are kept in an H2 file."""

import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.local.aws_client import ACCOUNT, DUMMIES, REGION, client
from orchestration.local.http import listens
from orchestration.local.java import class_path, java, libraries
from orchestration.local.service import HOST, PROJECT, Launch

QUEUE = "segue-messages.fifo"
DEAD_LETTERS = "segue-messages-dlq.fifo"
_TEMPLATE = PROJECT / "chalice_bot" / ".chalice" / "resources.json"


class Sqs:
    """Two FIFO queues, on disk."""

    name = "sqs"
    needs: tuple[str, ...] = ()
    deadline_seconds = 90.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """A queue or an address of its own, one address for all of AWS, or the real AWS."""
        names = ("SEGUE_QUEUE_URL", "AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")
        return variables.get("SEGUE_STACK") == "production" or any(variables.get(name) for name in names)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Fetch what is missing, write ElasticMQ's configuration, return the command line."""
        jars = libraries("elasticmq", cache)
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "elasticmq.conf"
        # JSON is valid HOCON, ElasticMQ's format.
        file.write_text(json.dumps(_configuration(folder, port), indent=2), encoding="utf-8")
        command = [
            *(str(java()), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"),
            *(f"-Dconfig.file={file}", "-cp", class_path(jars), "org.elasticmq.server.Main"),
        ]
        return Launch(tuple(command), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask for both queues: they come a moment after the port, with their messages."""
        if not listens(HOST, port):
            return False
        try:
            queues = client("sqs", f"http://{HOST}:{port}")
            for name in (QUEUE, DEAD_LETTERS):
                queues.get_queue_attributes(QueueUrl=_url(port, name), AttributeNames=["QueueArn"])
            return True
        except (BotoCoreError, ClientError):
            return False

    def lay_out(self, home: Path, port: int) -> None:
        """Nothing: the queues are in the configuration."""

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the address, the queues' URLs and a dummy account."""
        return {
            **DUMMIES,
            "AWS_ENDPOINT_URL_SQS": f"http://{HOST}:{port}",
            "SEGUE_QUEUE_URL": _url(port, QUEUE),
            "SEGUE_DEAD_LETTERS_URL": _url(port, DEAD_LETTERS),
        }


def _url(port: int, queue: str) -> str:
    return f"http://{HOST}:{port}/{ACCOUNT}/{queue}"


def _configuration(folder: Path, port: int) -> dict[str, Any]:
    return {
        "node-address": {"protocol": "http", "host": HOST, "port": port, "context-path": ""},
        "rest-sqs": {"enabled": True, "bind-port": port, "bind-hostname": HOST, "sqs-limits": "strict"},
        "rest-stats": {"enabled": False},
        "generate-node-address": False,
        "queues-storage": {"enabled": False},
        "messages-storage": {
            "enabled": True,
            "driver-class": "org.h2.Driver",
            # H2 writes a commit to disk up to 500 ms later unless told so; a kill in between would lose messages.
            "uri": f"jdbc:h2:{folder / 'messages'};WRITE_DELAY=0",
            "username": "sa",
            "password": "",
            "prune-data-on-init": False,
        },
        # Every request of boto3 has a header that Pekko finds odd and would tell of.
        "pekko": {"http": {"server": {"parsing": {"illegal-header-warnings": "off"}}}},
        "aws": {"region": REGION, "accountId": ACCOUNT},
        "queues": _queues(),
    }


def _queues() -> dict[str, Any]:
    """What the template asks of SQS, in ElasticMQ's words; how long messages are kept, ElasticMQ does not know."""
    resources = json.loads(_TEMPLATE.read_text(encoding="utf-8"))["Resources"]
    asked = resources["Messages"]["Properties"]
    return {
        QUEUE: {
            "fifo": True,
            "contentBasedDeduplication": True,
            "defaultVisibilityTimeout": f"{asked['VisibilityTimeout']} seconds",
            "deadLettersQueue": {
                "name": DEAD_LETTERS,
                "maxReceiveCount": asked["RedrivePolicy"]["maxReceiveCount"],
            },
        },
        DEAD_LETTERS: {"fifo": True, "contentBasedDeduplication": True},
    }
