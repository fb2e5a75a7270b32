"""`python -m orchestration.publish.builder FOLDER GENERATION`: the dbt of one publish; building.py starts it.

Reads the models at once, builds them when a line comes on standard input, and ends as soon as that is closed: a
publish that is killed leaves no dbt at work.
"""

import json
import os
import sys
import threading

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def main(folder: str, generation: str) -> int:
    """Return 0 where everything was built and passed its tests, 1 where not, 2 where the models do not parse."""
    flags = ["--quiet", "--no-use-colors", "--log-path", f"{folder}/logs", "--no-version-check"]
    options = ["--project-dir", folder, "--profiles-dir", folder, "--target", "postgres"]
    options += [
        "--vars",
        json.dumps({"generation": generation}),
        "--no-partial-parse",
        "--target-path",
        f"{folder}/target",
    ]
    parsed = dbtRunner().invoke([*flags, "parse", *options, "--no-write-json"])
    if not parsed.success or not isinstance(parsed.result, Manifest):
        sys.stderr.write(f"{parsed.exception or ''}\n")
        return 2
    if not os.read(0, 100):
        return 1
    threading.Thread(target=_end_with_parent, daemon=True).start()
    built = dbtRunner(manifest=parsed.result).invoke([*flags, "build", *options, "--threads", "4"])
    if built.exception:
        sys.stderr.write(f"{built.exception}\n")
    return 0 if built.success else 1


def _end_with_parent() -> None:
    while os.read(0, 100):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
