"""landing_<generation> -> serving_<generation>: one `dbt build` on Postgres, tests included."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from orchestration.publish.errors import PublishRefused
from orchestration.publish.settings import ROOT, Settings


def build(settings: Settings) -> None:
    """Build and test the serving models. Raises PublishRefused with what dbt found."""
    target = settings.home / "dbt" / "publish"
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *("--no-use-colors", "--log-path", str(target / "logs")),
        *("build", "--target", "postgres", "--target-path", str(target), "--select", "path:models/serving"),
        *("--vars", json.dumps({"generation": settings.generation})),
    ]
    (target / "run_results.json").unlink(missing_ok=True)
    done = subprocess.run(
        command,
        cwd=ROOT / "dbt_project",
        env={**settings.environ, **postgres_variables(settings.postgres_url), "SEGUE_HOME": str(settings.home)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PublishRefused(
            f"Building serving_{settings.generation}: dbt ended with {done.returncode}. "
            f"{_findings(target, done.stdout)}\n"
            f"Readers keep what they had. Next: mend the marts (segue build), then publish again. "
            f"All of it: {target / 'logs'}"
        )


def postgres_variables(url: str) -> dict[str, str]:
    """Return the variables that dbt's profile reads, for a postgresql:// URL."""
    parts = urlsplit(url)
    return {
        "SEGUE_POSTGRES_HOST": parts.hostname or "127.0.0.1",
        "SEGUE_POSTGRES_PORT": str(parts.port or 5432),
        "SEGUE_POSTGRES_USER": unquote(parts.username or "segue"),
        "SEGUE_POSTGRES_PASSWORD": unquote(parts.password or ""),
        "SEGUE_POSTGRES_DATABASE": unquote(parts.path.lstrip("/")),
    }


def _findings(target: Path, output: str) -> str:
    """Say which models and tests failed, or what dbt said last where it did not come that far."""
    file = target / "run_results.json"
    if not file.exists():
        return "\n".join(line for line in output.splitlines()[-15:])
    results: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["results"]
    bad = [one for one in results if one["status"] in ("error", "fail")]
    return "".join(f"\n  {one['unique_id'].split('.')[2]}: {' '.join(str(one['message']).split())}" for one in bad)
