"""The run as data: which commands, in which order, and the services that each of them needs.

On Athena (`target`) the same commands run; the lake, its tables in Glue and the marts then need more services.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import CalledWrongly
from orchestration.settings import ROOT

_MODULE = (sys.executable, "-P", "-m")
"""Runs an installed module; `-P` keeps a folder of the same name where the caller stands from hiding it."""

DBT = str(Path(sys.executable).with_name("dbt"))

SOURCES = ("demo", "spotify", "catalogue_dump")
"""What `segue run --source` takes; `demo` is the Spotify source on the names of the bundled catalogue."""

WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
"""dbt's unit tests judge the models' text on made-up rows, the same at every run: `segue build` and CI do that."""

QUESTIONS = ("에스파", "SHINee", "the beatles", "Beyonce", "Radiohed")
"""Asked at the end of a demo run: Hangul for a Latin name, another case, a lost accent, a typing slip."""


@dataclass(frozen=True)
class Step:
    """One command of the run, in `folder` or where the caller stands.

    `loads` marks those whose JSON answer tells how many rows came, `shows` those whose answer is for the user, `builds`
    those that leave dbt's account of what was scanned.
    """

    name: str
    command: tuple[str, ...]
    says: str
    needs: frozenset[str] = frozenset()
    folder: Path | None = None
    loads: bool = False
    shows: bool = False
    builds: bool = False


def declare_step(target: str = "duckdb") -> Step:
    """Empty tables for every source that has loaded nothing yet, so that every model finds its raw table."""
    return Step("declare", (*_MODULE, "ingest", "declare"), "lay out the lake", needs=_lake(target))


def ingest_step(source: str, arguments: Sequence[str] = (), as_json: bool = True, target: str = "duckdb") -> Step:
    """One dlt source: `python -m ingest <source> ...`."""
    needs = {
        "spotify": {"dynamodb", "music_api"},
        "reccobeats": {"dynamodb", "music_api"},
        "musicbrainz": {"dynamodb", "music_api"},
        "dynamodb": {"dynamodb_exports"},
    }
    return Step(
        name=f"ingest_{source}",
        command=(*_MODULE, "ingest", source, *(["--json"] if as_json else []), *arguments),
        says=f"load {source} into the lake",
        needs=frozenset(needs.get(source, set())) | _lake(target),
        loads=True,
    )


def limit_step() -> Step:
    """Give Athena's work group its limit, where one is asked for."""
    command = (*_MODULE, "orchestration.work_group")
    return Step("limit", command, "limit what a query may scan", needs=_engine("athena"))


def build_step(arguments: Sequence[str] = (), target: str = "duckdb") -> Step:
    """All dbt models and their tests; the target is in the environment."""
    dbt = (*_MODULE, "orchestration.dbt_on_athena") if target == "athena" else (DBT,)
    command = (*dbt, "build", *arguments)
    folder = ROOT / "dbt_project"
    return Step("build", command, "build and test the models", needs=_engine(target), folder=folder, builds=True)


def publish_step(arguments: Sequence[str] = (), target: str = "duckdb") -> Step:
    """Copy the serving marts to Postgres and move the pointer to them."""
    command = (*_MODULE, "orchestration.publish", "publish", *arguments)
    return Step("publish", command, "publish the marts to Postgres", needs=frozenset({"postgres"}) | _lake(target))


def evaluate_step(arguments: Sequence[str] = (), target: str = "duckdb") -> Step:
    """Measure the marts as they are; where Athena built them, their files are read from S3."""
    command = (*_MODULE, "orchestration.evaluation", *arguments)
    return Step("evaluate", command, "measure the similar artists", _lake(target))


def rollback_step(arguments: Sequence[str] = ()) -> Step:
    """Move the pointer back to an older generation."""
    command = (*_MODULE, "orchestration.publish", "rollback", *arguments)
    return Step("rollback", command, "go back to an older generation", needs=frozenset({"postgres"}))


def ask_step(question: str, arguments: Sequence[str] = ()) -> Step:
    """One question to the bot's own code."""
    command = (sys.executable, "-m", "chalicelib", "ask", *arguments, "--", question)
    return Step("ask", command, question, frozenset({"postgres"}), folder=ROOT / "chalice_bot", shows=True)


def messenger_setup_step(arguments: Sequence[str] = ()) -> Step:
    """The page's greeting, menu and the like, through the Messenger Profile API."""
    command = (sys.executable, "-m", "chalicelib", "setup", *arguments)
    needs = frozenset({"messenger", "postgres"})
    return Step("messenger_setup", command, "set up the page's profile", needs, folder=ROOT / "chalice_bot")


def redrive_step(arguments: Sequence[str] = ()) -> Step:
    """The bot's dead letters, back into its queue."""
    command = (sys.executable, "-m", "chalicelib", "redrive", *arguments)
    return Step("redrive", command, "put the dead letters back", frozenset({"sqs"}), folder=ROOT / "chalice_bot")


def forget_steps(target: str = "duckdb") -> list[Step]:
    """Forget a person: in the bot's tables and queues, then in the lake and the exports."""
    command = (sys.executable, "-m", "chalicelib", "forget", "--json")
    needs = frozenset({"dynamodb", "sqs"})
    told = Step("forget", command, "forget in tables and queues", needs, folder=ROOT / "chalice_bot")
    return [told, ingest_step("dynamodb", ("--forget",), target=target)]


def export_step(folder: Path, tables: Sequence[str], target: str = "duckdb") -> Step:
    """Tables of the built warehouse as parquet files, which Spark reads."""
    command = (*_MODULE, "orchestration.exporting", str(folder), *tables)
    return Step("export", command, "export tables for Spark", needs=_lake(target))


def spark_step(job: str, arguments: Sequence[str], needs: frozenset[str] = frozenset()) -> Step:
    """One Spark job on this machine: `python -m spark <job> ...`."""
    return Step(f"spark_{job}", (*_MODULE, "spark", job, *arguments), f"run the Spark job {job}", needs=needs)


def run_steps(
    source: str,
    arguments: Sequence[str],
    publish_arguments: Sequence[str] = (),
    target: str = "duckdb",
    is_limited: bool = False,
    has_bot: bool = False,
) -> list[Step]:
    """The whole job for one source: declare, load, build, publish; the demo ends with five questions.

    Where there is a bot (`has_bot`), what people told it is loaded as well: first all of it, later what has changed.

    Raises CalledWrongly for an unknown source.
    """
    if source not in SOURCES:
        raise CalledWrongly(f"--source is {source!r}; it is one of {', '.join(SOURCES)}. Next: `segue run --help`.")
    if source == "catalogue_dump":
        loads = [ingest_step("catalogue_dump", arguments, target=target)]
    else:
        loads = [ingest_step("spotify", arguments, target=target)]
        loads += [ingest_step(one, target=target) for one in ("reccobeats", "musicbrainz")]
    if has_bot:
        loads.append(ingest_step("dynamodb", ("--incremental",), target=target))
    questions = [ask_step(question) for question in QUESTIONS] if source == "demo" else []
    limits = [limit_step()] if is_limited else []
    building = [*limits, build_step(WITHOUT_UNIT_TESTS, target), publish_step(publish_arguments, target)]
    return [declare_step(target), *loads, *building, *questions]


def _lake(target: str) -> frozenset[str]:
    """What keeps the lake and its catalogue: on DuckDB the lake is a folder."""
    return frozenset({"aws"}) if target == "athena" else frozenset()


def _engine(target: str) -> frozenset[str]:
    """What answers queries: DuckDB is part of dbt's own process."""
    return frozenset({"athena"}) if target == "athena" else frozenset()
