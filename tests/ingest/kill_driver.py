"""Kills `python -m ingest` right before its Nth change to the file system, then runs it again undisturbed.

usage: kill_driver.py FOLDER HOME [POINT...]: prints one JSON line per point. Without points: how many there are.
One process imports dlt once and forks for every run, so that a point costs a second and not five.
"""

import json
import logging
import os
import signal
import sys
from pathlib import Path
from threading import RLock

import dlt  # noqa: F401  (imported once for all forks)

from ingest import pipelines  # noqa: F401
from ingest.__main__ import main

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copyfile", "shutil.rmtree", "os.link"}


def is_change(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "open":
        flags = arguments[2]
        return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return event in CHANGES


def watch(home: Path, stop_at: int, report: int) -> None:
    """Count changes below `home`; at number `stop_at` die as if the power went."""
    seen, one_at_a_time = 0, RLock()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if not is_change(event, arguments) or str(home) not in str(arguments):
            return
        with one_at_a_time:  # dlt writes from several threads, and two that count at once would pass the number by
            seen += 1
            os.pwrite(report, b"%8d" % seen, 0)
            if seen == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def run(folder: Path, home: Path, stop_at: int) -> tuple[int, int]:
    """Exit status of a forked run (negative: killed) and how many changes it made."""
    home.mkdir(parents=True, exist_ok=True)
    counter = os.open(home.with_suffix(".count"), os.O_RDWR | os.O_CREAT)
    child = os.fork()
    if child == 0:
        os.environ["SEGUE_HOME"] = str(home)
        logging.disable(logging.CRITICAL)
        watch(home, stop_at, counter)
        code = main(["catalogue_dump", str(folder)])
        os._exit(code)
    _, status = os.waitpid(child, 0)
    changes = int(os.pread(counter, 8, 0) or b"0")
    os.close(counter)
    return os.waitstatus_to_exitcode(status), changes


def try_point(folder: Path, home: Path, point: int) -> dict[str, object]:
    killed, changes = run(folder, home, point)
    again, _ = run(folder, home, 0)
    return {"point": point, "home": str(home), "killed": killed, "changes": changes, "again": again}


if __name__ == "__main__":
    dump, base = Path(sys.argv[1]), Path(sys.argv[2])
    points = [int(word) for word in sys.argv[3:]]
    answers: list[dict[str, object]] = []
    if not points:
        status, changes = run(dump, base / "clean", 0)
        answers.append({"point": 0, "home": str(base / "clean"), "killed": status, "changes": changes})
    for number in points:
        answers.append(try_point(dump, base / f"kill{number}", number))
    Path(base / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
