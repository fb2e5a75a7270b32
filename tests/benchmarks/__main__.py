"""`make bench`: names the machine, then runs every `bench_*.py` beside this file and shows what each measured.

A benchmark asserts nothing about time; one that cannot run makes the whole fail.
"""

import os
import platform
import subprocess
import sys
from pathlib import Path

import psutil

FOLDER = Path(__file__).resolve().parent


def machine() -> str:
    """One line that says what the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        )
        if Path("/proc/cpuinfo").exists()
        else iter(()),
        platform.processor() or "unknown processor",
    )
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    )


def main() -> int:
    """Run them one after the other, so that none disturbs another; 1 if any failed."""
    print(f"Machine: {machine()}", flush=True)  # noqa: T201 - the answer of the command
    failed = []
    wanted = sys.argv[1:]
    for script in sorted(FOLDER.glob("bench_*.py")):
        if wanted and script.stem.removeprefix("bench_") not in wanted:
            continue
        print(f"\n== {script.stem.removeprefix('bench_')}", flush=True)  # noqa: T201
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(FOLDER.parent.parent), "chalice_bot"))}
        if subprocess.run([sys.executable, str(script)], cwd=FOLDER.parent.parent, env=environment).returncode:
            failed.append(script.name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
