"""One build on Athena at a time of a state folder (case 24)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.dbt_on_athena import only_one
from orchestration.errors import BuildGoingOn

HOLD = """
import sys
from pathlib import Path
from orchestration.dbt_on_athena import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        with only_one(tmp_path):
            pass


@pytest.mark.slow
def test_a_second_build_names_the_first_and_does_nothing_until_that_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout and first.stdout.readline() == "held\n"
        with pytest.raises(BuildGoingOn), only_one(tmp_path):
            pass
        second = subprocess.run(
            [sys.executable, "-m", "orchestration.dbt_on_athena", "--version"],
            env={**os.environ, "SEGUE_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert (second.returncode, second.stdout) == (1, "")
        assert f"A build on Athena is going on already (process {first.pid})" in second.stderr
        assert f"set SEGUE_HOME to another folder than {tmp_path}, and SEGUE_ATHENA_SCHEMA" in second.stderr
        first.kill()
    with only_one(tmp_path):
        pass
