"""`segue athena`: the local Athena by itself, for any project that speaks to Athena."""

import json
import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from orchestration.errors import EXIT_DONE, CalledWrongly
from orchestration.local import stack

_LOOK_SECONDS = 1.0


def serve(home: Path, variables: Mapping[str, str], port: int | None, as_json: bool) -> int:
    """Run Athena, Trino, Glue and S3 until Ctrl-C or SIGTERM; print the variables that lead there.

    A service that dies is said so and started again; what it held is there.

    Raises:
        CalledWrongly: the variables already lead to an Athena.
        LocalError: a service does not come up.
    """
    for name in ("AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL"):
        if variables.get(name):
            raise CalledWrongly(
                f"{name} is {variables[name]}, so Athena is there already. Next: unset it to start a local one."
            )
    if port is not None:
        stack.choose_port(home, "athena", port)
    ended = threading.Event()
    with stack.lease(home, ["athena"], variables) as environment:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        sys.stdout.write(_shown(environment, as_json))
        sys.stdout.flush()
        while not ended.wait(_LOOK_SECONDS):
            _revive(home, variables)
    return EXIT_DONE


def _shown(environment: Mapping[str, str], as_json: bool) -> str:
    if as_json:
        return json.dumps(environment) + "\n"
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment.items()))


def _revive(home: Path, variables: Mapping[str, str]) -> None:
    died = [one for one in stack.status(home) if one.state == "died" and one.name in stack.ATHENA]
    for one in died:
        sys.stderr.write(f"The local service '{one.name}' died and is started again. Its log: {one.log}\n")
    if died:
        with stack.lease(home, ["athena"], variables):
            pass
