"""Which warehouse a command works on, as variables for its children: DuckDB in a file, or Athena over S3.

Athena is the one that the variables lead to, or else the local one, whose places in S3 are set here.
"""

from collections.abc import Mapping

from orchestration.errors import CalledWrongly
from orchestration.local.athena.service import Athena
from orchestration.local.aws import BUCKET
from orchestration.settings import Settings
from orchestration.work_group import GROUP, LIMIT

DUCKDB, ATHENA = "duckdb", "athena"
TARGETS = (DUCKDB, ATHENA)

_LOCAL = {
    "SEGUE_LAKE_URL": f"s3://{BUCKET}/lake",
    "SEGUE_ATHENA_DATA_DIR": f"s3://{BUCKET}/tables",
    "SEGUE_ATHENA_STAGING_DIR": f"s3://{BUCKET}/results/",
    "SEGUE_ATHENA_POLL_SECONDS": "0.1",
}
_REQUIRED = {
    "AWS_DEFAULT_REGION": "the region, such as ap-northeast-2",
    "SEGUE_LAKE_URL": "where dlt writes, such as s3://bucket/lake",
    "SEGUE_ATHENA_DATA_DIR": "where tables are kept, such as s3://bucket/tables",
    "SEGUE_ATHENA_STAGING_DIR": "where Athena writes results, such as s3://bucket/results/",
}


def with_target(settings: Settings, target: str | None) -> Settings:
    """Return the settings with all that the target needs; without one, SEGUE_TARGET decides, else DuckDB.

    Raises CalledWrongly for an unknown target, and for an Athena whose places are not all named.
    """
    chosen = target or settings.variables.get("SEGUE_TARGET") or DUCKDB
    if chosen not in TARGETS:
        raise CalledWrongly(
            f"the target is {chosen!r}; it is one of {', '.join(TARGETS)}. Next: change --target or SEGUE_TARGET."
        )
    variables = {**settings.variables, "SEGUE_TARGET": chosen}
    if chosen == ATHENA:
        variables = _for_athena(variables)
    # What dbt parsed and found is kept by state folder and by target: two commands at once would write over each
    # other's, and dbt parses everything anew when the target changes.
    variables.setdefault("DBT_TARGET_PATH", str(settings.home / "dbt" / chosen))
    return Settings(settings.home, variables)


def target_of(settings: Settings) -> str:
    """Return the target of settings that `with_target` made."""
    return settings.variables.get("SEGUE_TARGET") or DUCKDB


def is_limited(settings: Settings) -> bool:
    """Whether a query of this target may scan only so many bytes."""
    return target_of(settings) == ATHENA and bool(settings.variables.get(LIMIT))


def _for_athena(variables: Mapping[str, str]) -> dict[str, str]:
    if not Athena().is_configured(variables):
        given = {name: value for name, value in variables.items() if value}
        variables = {**variables, **_LOCAL, **{name: given[name] for name in _LOCAL if name in given}}
    else:
        variables = {**variables}
        staging = variables.get("SEGUE_ATHENA_STAGING_DIR") or variables.get("AWS_ATHENA_S3_STAGING_DIR", "")
        variables["SEGUE_ATHENA_STAGING_DIR"] = staging
        missing = [f"{name} ({what})" for name, what in _REQUIRED.items() if not variables.get(name)]
        if missing:
            raise CalledWrongly(f"The target is athena, and not set: {', '.join(missing)}. Next: set them.")
    lake = variables["SEGUE_LAKE_URL"]
    if not lake.startswith("s3://"):
        raise CalledWrongly(
            f"The target is athena, and SEGUE_LAKE_URL is {lake!r}: Athena reads S3 alone. "
            "Next: set it to s3://bucket/prefix, or unset it for the local Athena."
        )
    if variables.get(LIMIT):
        variables[GROUP] = variables.get(GROUP) or "segue"
    return variables
