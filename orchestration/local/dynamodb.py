"""DynamoDB Local, Amazon's own, on disk: the tables that the provider client and the bot keep their state in.

Its own main class listens on every interface and reports to Amazon when it starts. So its request handler is put into
a Jetty server of our making, written down in Jetty's XML: 127.0.0.1 only, and no report.
"""

import secrets
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from botocore.exceptions import BotoCoreError, ClientError

from orchestration.bot_tables import create_tables, make_table, names
from orchestration.local.aws_client import DUMMIES, client
from orchestration.local.http import listens
from orchestration.local.java import class_path, java, libraries
from orchestration.local.service import HOST, Launch

DEFAULT_TABLE = "segue_state"
_SERVER = "com.amazonaws.services.dynamodbv2.local.server"
_JETTY = """<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
<Configure id="server" class="org.eclipse.jetty.server.Server">
  <Call name="addConnector">
    <Arg>
      <New class="org.eclipse.jetty.server.ServerConnector">
        <Arg name="server"><Ref refid="server"/></Arg>
        <Set name="host">{host}</Set>
        <Set name="port">{port}</Set>
      </New>
    </Arg>
  </Call>
  <New id="requests" class="{package}.LocalDynamoDBRequestHandler">
    <Arg type="int">0</Arg>
    <Arg type="boolean">false</Arg>
    <Arg>{folder}</Arg>
    <Arg type="boolean">true</Arg>
    <Arg type="boolean">false</Arg>
  </New>
  <New id="handler" class="{package}.LocalDynamoDBServerHandler">
    <Arg><Ref refid="requests"/></Arg>
    <Arg/>
  </New>
  <New id="proxy" class="{package}.DynamoDBProxyServer">
    <Arg type="int">0</Arg>
    <Arg><Ref refid="handler"/></Arg>
  </New>
  <Ref refid="proxy">
    <Call id="routes" name="setUpHandler"><Arg><Ref refid="handler"/></Arg></Call>
  </Ref>
  <Set name="handler"><Ref refid="routes"/></Set>
</Configure>
"""


class DynamoDb:
    """The table of deadlines and the three of the bot, on disk."""

    name = "dynamodb"
    needs: tuple[str, ...] = ()
    deadline_seconds = 90.0
    grace_seconds = 10.0
    polite = signal.SIGTERM

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """An address of its own, one for all of AWS, or the real AWS."""
        names = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL")
        return variables.get("SEGUE_STACK") == "production" or any(variables.get(name) for name in names)

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Fetch what is missing, write Jetty's file, return the command line."""
        jars = libraries("dynamodb", cache)
        folder = home / self.name
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "jetty.xml"
        file.write_text(
            _JETTY.format(host=HOST, port=port, package=_SERVER, folder=escape(str(folder))), encoding="utf-8"
        )
        command = [
            *(str(java()), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            *("--enable-native-access=ALL-UNNAMED", f"-Dsqlite4java.library.path={jars}"),
            *("-cp", class_path(jars), "org.eclipse.jetty.xml.XmlConfiguration", str(file)),
        ]
        return Launch(tuple(command), folder)

    def is_ready(self, home: Path, port: int) -> bool:
        """Ask for a list of tables."""
        if not listens(HOST, port):
            return False
        try:
            client("dynamodb", _url(port)).list_tables(Limit=1)
            return True
        except (BotoCoreError, ClientError):
            return False

    def lay_out(self, home: Path, port: int) -> None:
        """Make the tables and their expiry where they are missing."""
        dynamodb = client("dynamodb", _url(port))
        make_table(dynamodb, DEFAULT_TABLE, ("pk",), "expires_at")
        create_tables(dynamodb, {})

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return the address, the tables' names, the key to people's hashes and a dummy account."""
        return {
            **DUMMIES,
            "AWS_ENDPOINT_URL_DYNAMODB": _url(port),
            "SEGUE_STATE_TABLE": DEFAULT_TABLE,
            "SEGUE_PERSON_KEY": _person_key(home),
            **names({}),
        }


def _person_key(home: Path) -> str:
    """The secret that keys the hashes of people, made once a state folder; whoever loses it knows nobody again."""
    file = home / DynamoDb.name / "person.key"
    if not file.exists():
        part = file.with_suffix(f".{secrets.token_hex(4)}.part")
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32), encoding="utf-8")
        part.replace(file)
    return file.read_text(encoding="utf-8")


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"
