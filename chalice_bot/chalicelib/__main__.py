"""`python -m chalicelib ask "에스파"` asks exactly the bot's code; `redrive` empties its dead letters; `forget`.

Exit 0 done, 1 failed, 2 called wrongly.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence

import boto3

from chalicelib.ask import ask
from chalicelib.browsing import best_known
from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.config import Config, read_config, require
from chalicelib.deletion import Deletion
from chalicelib.errors import BotError, NotConfigured, NothingPublished
from chalicelib.language import LOCALES
from chalicelib.memory import Memory
from chalicelib.messenger import Messenger
from chalicelib.profile import QUESTIONS, profile
from chalicelib.redrive import redrive
from chalicelib.table import Table
from chalicelib.terminal import as_object, as_text
from chalicelib.waiting import Queue


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Answer on stdout, complain on stderr, return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        answer: str = options.run(options, read_config(environ))
    except BotError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2 if isinstance(error, NotConfigured) else 1
    print(answer)  # noqa: T201
    return 0


def _ask(options: argparse.Namespace, config: Config) -> str:
    url = require(config, "postgres_url").postgres_url
    reply = ask(Catalogue(single_connections(url)), options.text, options.locale)
    return json.dumps(as_object(reply), ensure_ascii=False, indent=2) if options.json else as_text(reply)


def _redrive(options: argparse.Namespace, config: Config) -> str:
    require(config, "queue_url", "dead_letters_url")
    sqs = boto3.client("sqs")
    moved = redrive(Queue(sqs, config.dead_letters_url), Queue(sqs, config.queue_url))
    return json.dumps({"redriven": moved}) if options.json else f"Redriven: {moved} messages"


def _forget(options: argparse.Namespace, config: Config) -> str:
    person = sys.stdin.readline().strip()
    require(config, "person_key", "queue_url", "dead_letters_url")
    sqs, dynamodb = boto3.client("sqs"), boto3.client("dynamodb")
    queues = (Queue(sqs, config.queue_url), Queue(sqs, config.dead_letters_url))
    memory = Memory(dynamodb, config.bot_table, config.person_key)
    waiting = Table(dynamodb, config.waiting_table, "SEGUE_WAITING_TABLE")
    digest = Deletion(memory, waiting, lambda _: (), queues).forget(person)
    return json.dumps({"digest": digest}) if options.json else f"Forgotten; what stays: {digest}"


def _set_up(options: argparse.Namespace, config: Config) -> str:
    require(config, "page_token", "postgres_url")
    try:
        with Catalogue(single_connections(config.postgres_url)).snapshot() as snapshot:
            artists = best_known(snapshot, QUESTIONS)
    except NothingPublished:
        artists = []  # then nobody is named
    messenger = Messenger(config.graph_api_url, config.page_token)
    body = profile(artists)
    try:
        messenger.set_profile(body)
    finally:
        messenger.close()
    return json.dumps(body, ensure_ascii=False, indent=2) if options.json else f"Set up: {', '.join(body)}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib", description="The bot without Messenger.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asking = commands.add_parser("ask", help="who or what to hear after an artist or a song, and why")
    asking.add_argument("text", help="an artist in any spelling, a song's title, or a Spotify link")
    asking.add_argument("--locale", choices=LOCALES, help="the answer's language (default: that of the text)")
    asking.add_argument("--json", action="store_true", help="print the whole reply as JSON")
    asking.set_defaults(run=_ask)
    redriving = commands.add_parser("redrive", help="put the dead letters back into the queue")
    redriving.add_argument("--json", action="store_true", help="print how many as JSON")
    redriving.set_defaults(run=_redrive)
    forgetting = commands.add_parser("forget", help="forget the person whose page-scoped id is on standard input")
    forgetting.add_argument("--json", action="store_true", help="print the digest that stays as JSON")
    forgetting.set_defaults(run=_forget)
    setting_up = commands.add_parser("setup", help="give the page its greeting, Get Started, menu and ice breakers")
    setting_up.add_argument("--json", action="store_true", help="print what was set")
    setting_up.set_defaults(run=_set_up)
    return parser


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    raise SystemExit(main(sys.argv[1:], os.environ))
