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


def serve(
    home: Path, variables: Mapping[str, str], as_json: bool, port: int | None = None, queries: int | None = None
) -> int:
    """Run Athena, Trino, Glue and S3 until Ctrl-C or SIGTERM; print the variables that lead there.

    A service that dies is said so and started again; what it held is there. `segue down` ends it too.

    Args:
        home: the state folder.
        variables: the user's own.
        as_json: print the variables as one JSON object.
        port: where Athena listens from now on; None leaves it where it is.
        queries: how many it takes at once from now on, queued ones too; None leaves that.

    Raises:
        CalledWrongly: the variables already lead to an Athena.
        LocalError: a service does not come up.
    """
    for name in ("AWS_ENDPOINT_URL_ATHENA", "AWS_ENDPOINT_URL"):
        if variables.get(name):
            raise CalledWrongly(
                f"{name} is {variables[name]}, so Athena is there already. Next: unset it to start a local one."
            )
    stack.choose(home, "athena", port, {} if queries is None else {"queries": queries})
    ended = threading.Event()
    with stack.lease(home, ["athena"], variables) as environment:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        sys.stdout.write(_shown(environment, as_json))
        sys.stdout.flush()
        while not ended.wait(_LOOK_SECONDS):
            if not _goes_on(home, variables):
                sys.stderr.write(
                    "The local Athena was stopped by another command. Next: `segue athena` serves it again.\n"
                )
                break
    return EXIT_DONE


def _shown(environment: Mapping[str, str], as_json: bool) -> str:
    if as_json:
        return json.dumps(environment) + "\n"
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(environment.items()))


def _goes_on(home: Path, variables: Mapping[str, str]) -> bool:
    """Start again what has died, and say so; False where somebody has stopped what is served."""
    if all(one.state == "running" for one in stack.status(home) if one.name in stack.ATHENA):
        return True
    died = stack.revive(home, stack.ATHENA, variables)
    for one in died or ():
        sys.stderr.write(f"The local service '{one.name}' died and was started again. Its log: {one.log}\n")
    return died is not None
