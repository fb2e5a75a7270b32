"""`python -m orchestration.local.messenger`: serve until SIGTERM or Ctrl-C."""

import argparse
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from threading import Event

from orchestration.local.messenger import PAGE_ID, PAGE_TOKEN
from orchestration.local.messenger.server import serving


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Return 0 after a clean stop, 1 where the port cannot be had."""
    options = _parser(environ).parse_args(arguments)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        with serving(options.port, options.page_token, options.page_id) as info:
            sys.stdout.write(f"listening on {info.origin}\n")
            sys.stdout.flush()
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"messenger: cannot serve on 127.0.0.1:{options.port} ({error}). Next: give another --port\n")
        return 1
    return 0


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.local.messenger",
        description="Serve Messenger's Send API, POST /v26.0/me/messages; GET /_control/messages shows what came.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    token = environ.get("MESSENGER_PAGE_TOKEN") or PAGE_TOKEN
    parser.add_argument("--page-token", default=token, help="the one token it accepts (MESSENGER_PAGE_TOKEN)")
    parser.add_argument("--page-id", default=PAGE_ID, help="the page whose messages it takes, beside `me`")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
