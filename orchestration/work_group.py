"""`python -m orchestration.work_group`: Athena's work group, with a limit on what one of its queries may scan.

Athena knows such a limit only as a property of a work group; a query that reaches it is cancelled and named.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from orchestration.errors import EXIT_DONE, CalledWrongly, OrchestrationError

LIMIT = "SEGUE_ATHENA_QUERY_BYTES"
GROUP = "SEGUE_ATHENA_WORK_GROUP"
SMALLEST = 10_000_000
"""What Athena takes as a limit at least."""


class WorkGroupRefused(OrchestrationError):
    """Athena does not let us make or change the work group."""


def main() -> int:
    """Read the environment, set the limit; 0 done, 1 refused, 2 called wrongly."""
    try:
        name, limit = read(os.environ)
        sys.stdout.write(f"{name}: {set_limit(boto3.client('athena'), name, limit)}, {limit} bytes a query\n")
    except OrchestrationError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return EXIT_DONE


def read(environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the work group's name and the limit in bytes. Raises CalledWrongly."""
    given = environ.get(LIMIT, "")
    if not given.isdecimal() or int(given) < SMALLEST:
        raise CalledWrongly(f"{LIMIT} is {given!r}; it is a number of bytes, at least {SMALLEST}. Next: change it.")
    return environ.get(GROUP) or "segue", int(given)


def set_limit(athena: Any, name: str, limit: int) -> str:
    """Make the work group, or give the one there is this limit; return what was done. Raises WorkGroupRefused."""
    try:
        known = {one["Name"] for page in _pages(athena) for one in page["WorkGroups"]}
        if name not in known:
            configuration = {"BytesScannedCutoffPerQuery": limit, "EnforceWorkGroupConfiguration": False}
            athena.create_work_group(Name=name, Configuration=configuration)
            return "created"
        athena.update_work_group(WorkGroup=name, ConfigurationUpdates={"BytesScannedCutoffPerQuery": limit})
        return "changed"
    except (ClientError, BotoCoreError) as error:
        raise WorkGroupRefused(
            f"Limiting what a query of work group {name} may scan: {error}. Next: let this user change work groups, or "
            f"unset {LIMIT} and name with {GROUP} one that somebody else has limited."
        ) from error


def _pages(athena: Any) -> Any:
    page = athena.list_work_groups()
    yield page
    while token := page.get("NextToken"):
        page = athena.list_work_groups(NextToken=token)
        yield page


if __name__ == "__main__":
    sys.exit(main())
