"""`python -m orchestration.local.music_api`: serve until SIGTERM or Ctrl-C."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

from orchestration.local.music_api.errors import MusicApiError
from orchestration.local.music_api.profiles import PROFILES
from orchestration.local.music_api.server import serving
from orchestration.local.music_api.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Return 0 after a clean stop, 1 where it cannot serve, 2 for rules that cannot be read."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings(
        profile=options.profile,
        musicbrainz_rate=options.musicbrainz_rate,
        rate_limit=options.rate_limit,
        quota=options.quota,
        token_seconds=options.token_seconds,
    )
    try:
        faults = _rules(options.faults)
        with serving(options.catalogue, settings, faults, options.port) as info:
            sys.stderr.write(f"listening on {info.origin}\n")
            sys.stderr.flush()
            stop.wait()
    except (MusicApiError, OSError) as error:
        sys.stderr.write(f"music_api: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.local.music_api",
        description="Serve Spotify (/v1, /api/token), ReccoBeats (/reccobeats/v1) and MusicBrainz (/musicbrainz/ws/2).",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    add("--catalogue", default="demo", help="`demo`, or a folder in the catalogue dump format")
    add("--profile", choices=list(PROFILES), default="extended", help="what the Spotify key may do")
    add("--musicbrainz-rate", type=float, default=1.0, help="MusicBrainz calls a second and source; 0 for no limit")
    add("--rate-limit", type=int, default=0, help="Spotify calls in 30 s and client before 429; 0 for no limit")
    add("--quota", type=int, default=0, help="Spotify calls of all clients before QUOTA_EXCEEDED; 0 for none")
    add("--token-seconds", type=int, default=3600, help="life of a Spotify token")
    add("--faults", type=Path, help="JSON file with a list of fault rules, see faults.py")
    return parser


def _rules(path: Path | None) -> list[Any]:
    if path is None:
        return []
    try:
        rules = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MusicApiError(f"{path}: cannot read fault rules ({error}); give a JSON list, see faults.py.") from error
    if not isinstance(rules, list):
        raise MusicApiError(f"{path}: got {type(rules).__name__}; fault rules are a JSON list, see faults.py.")
    return rules


if __name__ == "__main__":
    sys.exit(main())
