"""`python -m orchestration.local.athena.trino --home FOLDER`: moto and Trino until Ctrl-C, to try them by hand."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from orchestration.local import stack
from orchestration.local.athena.trino.service import url

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--home", type=Path, required=True, help="the state folder")
home = parser.parse_args().home
with stack.lease(home, ["trino"], os.environ) as variables:
    port = next(one.port for one in stack.status(home) if one.name == "trino")
    sys.stdout.write(json.dumps({**variables, "trino": url(port or 0)}) + "\n")
    sys.stdout.flush()
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
