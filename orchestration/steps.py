"""The run as data: which commands, in which order, and the services that each of them needs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.errors import CalledWrongly
from orchestration.settings import ROOT

PYTHON = sys.executable
DBT = str(Path(sys.executable).with_name("dbt"))

SOURCES = ("demo", "spotify", "catalogue_dump")
"""What `segue run --source` takes; `demo` is the Spotify source on the names of the bundled catalogue."""

QUESTIONS = ("에스파", "SHINee", "the beatles", "Beyonce", "Radiohed")
"""Asked at the end of a demo run: Hangul for a Latin name, another case, a lost accent, a typing slip."""


@dataclass(frozen=True)
class Step:
    """One command of the run. `loads` marks those whose JSON answer tells how many rows came."""

    name: str
    command: tuple[str, ...]
    says: str
    needs: frozenset[str] = frozenset()
    folder: Path = field(default=ROOT)
    loads: bool = False


def ingest_step(source: str, arguments: Sequence[str] = ()) -> Step:
    """One dlt source: `python -m ingest <source> ...`."""
    needs = {
        "spotify": {"dynamodb", "music_api"},
        "reccobeats": {"dynamodb", "music_api"},
        "musicbrainz": {"dynamodb", "music_api"},
    }
    return Step(
        name=f"ingest_{source}",
        command=(PYTHON, "-m", "ingest", source, "--json", *arguments),
        says=f"load {source} into the lake",
        needs=frozenset(needs.get(source, set())),
        loads=True,
    )


def build_step(arguments: Sequence[str] = ()) -> Step:
    """All dbt models and their tests, on the default target."""
    return Step("build", (DBT, "build", *arguments), "build and test the models", folder=ROOT / "dbt_project")


def publish_step(arguments: Sequence[str] = ()) -> Step:
    """Copy the serving marts to Postgres and move the pointer to them."""
    command = (PYTHON, "-m", "orchestration.publish", "publish", *arguments)
    return Step("publish", command, "publish the marts to Postgres", needs=frozenset({"postgres"}))


def rollback_step(arguments: Sequence[str] = ()) -> Step:
    """Move the pointer back to an older generation."""
    command = (PYTHON, "-m", "orchestration.publish", "rollback", *arguments)
    return Step("rollback", command, "go back to an older generation", needs=frozenset({"postgres"}))


def ask_step(question: str, arguments: Sequence[str] = ()) -> Step:
    """One question to the bot's own code."""
    command = (PYTHON, "-m", "chalicelib", "ask", *arguments, "--", question)
    return Step("ask", command, f"ask {question!r}", needs=frozenset({"postgres"}), folder=ROOT / "chalice_bot")


def run_steps(source: str, arguments: Sequence[str], publish_arguments: Sequence[str] = ()) -> list[Step]:
    """The whole job for one source: declare, load, build, publish.

    Raises CalledWrongly for an unknown source.
    """
    if source not in SOURCES:
        raise CalledWrongly(f"--source is {source!r}; it is one of {', '.join(SOURCES)}. Next: `segue run --help`.")
    declare = Step("declare", (PYTHON, "-m", "ingest", "declare"), "lay out the lake")
    if source == "catalogue_dump":
        loads = [ingest_step("catalogue_dump", arguments)]
    else:
        loads = [ingest_step("spotify", arguments), ingest_step("reccobeats"), ingest_step("musicbrainz")]
    return [declare, *loads, build_step(), publish_step(publish_arguments)]
