"""`python -m chalicelib ask "에스파"` asks exactly the bot's code. Exit 0 answered, 1 failed, 2 called wrongly."""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence

from chalicelib.ask import ask
from chalicelib.catalogue import Catalogue, single_connections
from chalicelib.config import read_config, require
from chalicelib.errors import BotError, NotConfigured
from chalicelib.language import LOCALES
from chalicelib.terminal import as_object, as_text


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Answer on stdout, complain on stderr, return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        config = require(read_config(environ), "postgres_url")
        reply = ask(Catalogue(single_connections(config.postgres_url)), options.text, options.locale)
    except BotError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2 if isinstance(error, NotConfigured) else 1
    answer = json.dumps(as_object(reply), ensure_ascii=False, indent=2) if options.json else as_text(reply)
    print(answer)  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib", description="Ask the bot without Messenger.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    asking = commands.add_parser("ask", help="who or what to hear after an artist or a song, and why")
    asking.add_argument("text", help="an artist in any spelling, a song's title, or a Spotify link")
    asking.add_argument("--locale", choices=LOCALES, help="the answer's language (default: that of the text)")
    asking.add_argument("--json", action="store_true", help="print the whole reply as JSON")
    return parser


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    raise SystemExit(main(sys.argv[1:], os.environ))
