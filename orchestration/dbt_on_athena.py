"""`dbt`, as its own command, with AWS's service descriptions read once.

dbt-athena opens a boto3 session for every model and test, and botocore parses a megabyte of JSON for each of them; a
session takes what another has read where both have the same reader.
"""

import functools
import sys

import botocore.session
from dbt.cli.main import cli

if __name__ == "__main__":
    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    sys.exit(cli())
