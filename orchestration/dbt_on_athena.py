"""`dbt`, as its own command: one at a time of a state folder, and with AWS's service descriptions read once.

dbt-athena gives what it builds a fixed name until it is whole: two builds at once would take it from each other.
It opens a boto3 session for every model and test, and botocore parses a megabyte of JSON for each of them; a session
takes what another has read where both have the same reader.
"""

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import botocore.session
from dbt.cli.main import cli
from filelock import FileLock, Timeout

from orchestration.errors import BuildGoingOn


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the lock of the state folder's builds; the kernel's, so a killed owner's lock is free at once.

    Raises BuildGoingOn.
    """
    folder = home / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    owner, lock = folder / "athena.pid", FileLock(folder / "athena.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as held:
        raise BuildGoingOn(home, owner.read_text(encoding="utf-8") if owner.exists() else "unknown") from held
    try:
        owner.write_text(str(os.getpid()), encoding="utf-8")
        yield
    finally:
        lock.release()


def main() -> int:
    """Run dbt with the words of this command line; the exit code is dbt's, or 1 where another build is going on."""
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    try:
        with only_one(Path(os.environ["SEGUE_HOME"])):
            return int(cli() or 0)
    except BuildGoingOn as refused:
        sys.stderr.write(f"{refused}\n")
        return refused.exit_code


if __name__ == "__main__":
    sys.exit(main())
