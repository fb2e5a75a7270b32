"""`python -m orchestration.local.athena`: serve the Athena API in front of a running Trino, Glue and S3."""

import argparse
import json
import logging
import signal
import sys
from pathlib import Path

from orchestration.local.athena.executions import Limits
from orchestration.local.athena.server import serve
from orchestration.local.athena.wiring import Settings, assembled, client


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    limits = Limits(options.active_dml, options.active_ddl, options.at_once)
    settings = Settings(options.folder, options.trino, options.trino_log, options.output_location, limits)
    with assembled(settings, client("glue", options.aws), client("s3", options.aws)) as application:
        server = serve(application, options.port)
        sys.stderr.write(json.dumps({"listening": options.port}) + "\n")
        server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    limits = Limits()
    parser = argparse.ArgumentParser(prog="python -m orchestration.local.athena", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--folder", type=Path, required=True, help="where queries and results are kept")
    parser.add_argument("--aws", required=True, metavar="URL", help="where Glue and S3 answer")
    parser.add_argument("--trino", required=True, metavar="URL", help="where Trino answers")
    parser.add_argument("--trino-log", type=Path, default=Path("trino.log"), help="named when Trino has ended")
    parser.add_argument("--output-location", metavar="S3", help="where results of work group primary go unless asked")
    parser.add_argument("--active-dml", type=int, default=limits.active_dml, help="quota of queued and running DML")
    parser.add_argument("--active-ddl", type=int, default=limits.active_ddl, help="quota of queued and running DDL")
    parser.add_argument("--at-once", type=int, default=limits.at_once, help="queries that run at the same time")
    return parser


if __name__ == "__main__":
    sys.exit(main())
