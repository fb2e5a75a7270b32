"""landing_<generation> -> serving_<generation>: one `dbt build` on Postgres, tests included.

dbt takes seconds to start and to read its models. So it starts before the copy, in a process of its own (builder.py),
and builds when the copy is done.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import yaml  # type: ignore[import-untyped]

from orchestration.publish.errors import PublishRefused
from orchestration.publish.settings import ROOT, Settings

_PROJECT = ROOT / "dbt_project"
_SESSION = "-c maintenance_work_mem=128MB"
"""Of every connection of dbt: keys and indexes of a million rows are then sorted in memory."""


class Build:
    """A dbt that waits until the landing schema is full."""

    def __init__(self, settings: Settings) -> None:
        self._generation = settings.generation
        self._folder = settings.home / "dbt" / "publish"
        _write_project(self._folder)
        self._output = self._folder / "output.txt"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "orchestration.publish.builder", str(self._folder), settings.generation],
                cwd=ROOT,
                env={**settings.environ, **postgres_variables(settings.postgres_url), "PGOPTIONS": _SESSION},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def run(self) -> None:
        """Build and test the serving models. Raises PublishRefused with what dbt found."""
        self._tell(b"build\n")
        if code := self._process.wait():
            raise PublishRefused(
                f"Building serving_{self._generation}: dbt ended with {code}. {self._findings()}\n"
                f"Readers keep what they had. Next: mend the marts (segue build), then publish again. "
                f"All of it: {self._folder / 'logs'}"
            )

    def close(self) -> None:
        """End it, if it has not ended by itself: it does when nobody holds its standard input any more."""
        if self._process.stdin is not None:  # else the child ended before it was told anything
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, word: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(word)
            self._process.stdin.flush()
        except BrokenPipeError:
            self._process.stdin = None  # it has ended; its exit code says more

    def _findings(self) -> str:
        """Say which models and tests failed, or what dbt said last where it did not come that far."""
        file = self._folder / "target" / "run_results.json"
        if not file.exists():
            return "\n".join(self._output.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        results: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["results"]
        bad = [one for one in results if one["status"] in ("error", "fail")]
        return "".join(f"\n  {one['unique_id'].split('.')[2]}: {' '.join(str(one['message']).split())}" for one in bad)


@contextmanager
def started(settings: Settings) -> Iterator[Build]:
    """Start dbt for one generation; however the block ends, no dbt is left behind."""
    build = Build(settings)
    try:
        yield build
    finally:
        build.close()


def postgres_variables(url: str) -> dict[str, str]:
    """Return the variables that dbt's profile reads, for a postgresql:// URL; libpq reads those on TLS itself."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "SEGUE_POSTGRES_HOST": parts.hostname or "127.0.0.1",
        "SEGUE_POSTGRES_PORT": str(parts.port or 5432),
        "SEGUE_POSTGRES_USER": unquote(parts.username or "segue"),
        "SEGUE_POSTGRES_PASSWORD": unquote(parts.password or ""),
        "SEGUE_POSTGRES_DATABASE": unquote(parts.path.lstrip("/")),
        **{f"PG{name.upper()}": value for name, value in options.items() if name.startswith("ssl")},
    }


def _write_project(folder: Path) -> None:
    """Write a dbt project of the serving models and the blend's weights: the other ninety would be read for nothing.

    The files are copied: dbt writes what it compiles over models that it is given by an absolute path.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(_PROJECT / "models" / "serving", folder / "models" / "serving")
    for name in ("macros", "tests"):
        shutil.copytree(_PROJECT / name, folder / name)
    shutil.copy(_PROJECT / "profiles.yml", folder)
    project = yaml.safe_load((_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    (folder / "seeds").mkdir()
    shutil.copy(_PROJECT / "seeds" / "blend_weights.csv", folder / "seeds")
    project["seeds"] = {name: {"+schema": options["serving"]["+schema"]} for name, options in project["models"].items()}
    project["models"] = {name: {"serving": options["serving"]} for name, options in project["models"].items()}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
