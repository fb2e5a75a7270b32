"""A dbt that has started and read the project once, and builds again and again: each time in a fork of itself.

A dbt of one's own costs every test ten seconds to start and to read ninety models. Each build sees the state folder
under the same name, a link in FOLDER, because dbt reads the project anew where a path has changed.

`python -m tests.dbt_project.warm_dbt FOLDER`: a line of JSON in (arguments), a line of JSON out (exit code, output).
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def main(folder: Path) -> int:
    options = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    parsed = dbtRunner().invoke(["--quiet", "--no-use-colors", "parse", *options, "--no-partial-parse"])
    if not parsed.success or not isinstance(parsed.result, Manifest):
        _answer(2, str(parsed.exception))
        return 2
    _answer(0, "")
    for line in sys.stdin:
        _answer(*_in_a_fork(parsed.result, json.loads(line)))
    return 0


def _answer(code: int, output: str) -> None:
    sys.stdout.write(json.dumps({"code": code, "output": output}) + "\n")
    sys.stdout.flush()


def _in_a_fork(manifest: Manifest, arguments: list[str]) -> tuple[int, str]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
            done = dbtRunner(manifest=manifest).invoke(["--no-use-colors", *arguments])
            if done.exception:
                sys.stderr.write(f"{done.exception}\n")
            sys.exit(0 if done.success else 1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        return code, output.read()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
