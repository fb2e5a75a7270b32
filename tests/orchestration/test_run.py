"""The runner: order, ledger, exit codes, and what a kill or a put-off source leaves behind."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from orchestration import ledger
from orchestration.bot_tables import has_bot
from orchestration.errors import EXIT_DONE, EXIT_PUT_OFF, AlreadyRunning, StepFailed
from orchestration.progress import Progress
from orchestration.run import Lease, run_all
from orchestration.settings import ROOT, Settings
from orchestration.steps import Step, run_steps


@contextmanager
def no_services(_needs: frozenset[str]) -> Iterator[dict[str, str]]:
    yield {"FROM_THE_STACK": "yes"}


def python(name: str, code: str, loads: bool = False, needs: frozenset[str] = frozenset()) -> Step:
    return Step(name, (sys.executable, "-c", code), f"run {name}", loads=loads, needs=needs)


def settings_for(home: Path) -> Settings:
    return Settings(home, {"PATH": os.environ["PATH"]})


def run(home: Path, *steps: Step, lease: Lease = no_services) -> int:
    progress = Progress(Console(file=io.StringIO()))
    return run_all(settings_for(home), "run-1", "test", steps, lease, progress)


def statuses(home: Path) -> dict[str, str]:
    record = ledger.latest(home / "runs")
    assert record is not None
    return {"run": record["status"]} | {step["name"]: step["status"] for step in record["steps"]}


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 120
    while not file.exists():
        assert time.monotonic() < deadline, f"{file.name} never came"
        time.sleep(0.02)


def test_steps_run_in_order_with_the_run_id_and_the_stack_in_their_environment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write = f"import os; open({str(out)!r}, 'a').write(os.environ['SEGUE_RUN_ID'] + os.environ['FROM_THE_STACK'] + '|')"
    assert run(tmp_path, python("one", write), python("two", write)) == EXIT_DONE
    assert out.read_text() == "run-1yes|run-1yes|"
    assert statuses(tmp_path) == {"run": "done", "one": "done", "two": "done"}


def test_a_failed_step_stops_the_run_and_tells_what_it_said_last(tmp_path: Path) -> None:
    fails = python("one", "import sys; print('the reason', file=sys.stderr); sys.exit(3)")
    with pytest.raises(StepFailed, match=r"Step 'one' ended with code 3.*\n.*the reason"):
        run(tmp_path, fails, python("two", "pass"))
    assert statuses(tmp_path) == {"run": "failed", "one": "failed"}


def test_what_only_later_steps_need_starts_while_the_loads_are_at_work(tmp_path: Path) -> None:
    loaded, held = tmp_path / "loaded", list[str]()

    @contextmanager
    def lease(needs: frozenset[str]) -> Iterator[dict[str, str]]:
        if "engine" in needs:
            wait_for(loaded)
        held.extend(needs)
        yield {name.upper(): "runs" for name in needs}
        held.remove(*needs)

    write = f"import os; open({str(loaded)!r}, 'w').write(os.environ['LAKE'] + os.environ.get('ENGINE', ' alone'))"
    load = python("load", write, loads=True, needs=frozenset({"lake"}))
    build = python("build", "import os; os.environ['ENGINE'], os.environ['LAKE']", needs=frozenset({"engine"}))
    assert run(tmp_path, load, build, lease=lease) == EXIT_DONE
    assert loaded.read_text() == "runs alone"
    assert held == []


def test_a_service_that_does_not_start_beside_the_loads_ends_the_run(tmp_path: Path) -> None:
    @contextmanager
    def lease(needs: frozenset[str]) -> Iterator[dict[str, str]]:
        if "engine" in needs:
            raise OSError("no memory for the engine")
        yield {}

    load, build = python("load", "pass", loads=True), python("build", "pass", needs=frozenset({"engine"}))
    with pytest.raises(OSError, match="no memory for the engine"):
        run(tmp_path, load, build, lease=lease)
    found = statuses(tmp_path)
    assert found["run"] == "failed" and "build" not in found


def test_a_put_off_source_that_loaded_rows_is_still_built_and_the_run_ends_with_75(tmp_path: Path) -> None:
    source = python("one", 'import sys; print(\'{"rows": {"artists": 3}}\'); sys.exit(75)', loads=True)
    assert run(tmp_path, source, python("build", "pass")) == EXIT_PUT_OFF
    assert statuses(tmp_path) == {"run": "put_off", "one": "put_off", "build": "done"}


def test_a_put_off_source_that_loaded_nothing_leaves_the_warehouse_alone(tmp_path: Path) -> None:
    source = python("one", 'import sys; print(\'{"rows": {"artists": 0}}\'); sys.exit(75)', loads=True)
    assert run(tmp_path, source, python("build", "raise SystemExit(1)")) == EXIT_PUT_OFF
    assert statuses(tmp_path) == {"run": "put_off", "one": "put_off", "build": "skipped"}


def test_a_second_run_at_once_is_refused(tmp_path: Path) -> None:
    with ledger.exclusive(tmp_path / "runs"), pytest.raises(AlreadyRunning, match=str(os.getpid())):
        run(tmp_path, python("one", "pass"))


def test_the_answer_of_a_source_is_kept_in_the_ledger(tmp_path: Path) -> None:
    run(tmp_path, python("one", "print('noise'); print('{\"rows\": {\"tracks\": 7}}')", loads=True))
    record = ledger.latest(tmp_path / "runs")
    assert record is not None and record["steps"][0]["answer"] == {"rows": {"tracks": 7}}


def test_sigterm_ends_the_child_too_and_is_written_down(tmp_path: Path) -> None:
    started = tmp_path / "child.pid"
    child = f"import os, time; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from tests_run import run, python\n"
        "run(Path(sys.argv[2]), python('one', sys.argv[3]))\n"
    )
    (tmp_path / "tests_run.py").write_text(Path(__file__).read_text())
    runner = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), str(tmp_path), child],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 120
    while not (started.exists() and started.read_text()):
        assert time.monotonic() < deadline and runner.poll() is None, "the child never started"
    runner.send_signal(signal.SIGTERM)
    runner.communicate(timeout=120)
    assert statuses(tmp_path) == {"run": "interrupted", "one": "interrupted"}
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_a_child_that_outlived_its_killed_runner_is_ended_by_the_next_run(tmp_path: Path) -> None:
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    created = psutil.Process(orphan.pid).create_time()
    step = ledger.StepRecord("build", "running", ledger.now(), process=orphan.pid, process_started=created)
    ledger.save(ledger.RunRecord("killed", "test", steps=[step]), tmp_path / "runs")
    assert run(tmp_path, python("one", "pass")) == EXIT_DONE
    orphan.wait(timeout=120)
    assert not psutil.pid_exists(orphan.pid)


def test_a_process_that_merely_has_the_same_id_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        step = ledger.StepRecord("build", "running", ledger.now(), process=other.pid, process_started=1.0)
        ledger.save(ledger.RunRecord("killed", "test", steps=[step]), tmp_path / "runs")
        run(tmp_path, python("one", "pass"))
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_the_ledger_never_shows_half_a_file(tmp_path: Path) -> None:
    record = ledger.RunRecord("r", "demo")
    ledger.save(record, tmp_path)
    assert json.loads((tmp_path / "r.json").read_text())["run_id"] == "r"
    assert [file.name for file in tmp_path.iterdir()] == ["r.json"]


def test_where_there_is_a_bot_what_it_was_told_is_loaded_before_the_build(tmp_path: Path) -> None:
    assert not has_bot(settings_for(tmp_path))
    assert has_bot(Settings(tmp_path, {"SEGUE_EXPORT_URL": "s3://bucket/exports"}))
    (tmp_path / "sqs").mkdir()  # what `segue chat` leaves behind
    assert has_bot(settings_for(tmp_path))
    names = [step.name for step in run_steps("catalogue_dump", (), has_bot=True)]
    assert names == ["declare", "ingest_catalogue_dump", "ingest_dynamodb", "build", "publish"]
    assert "ingest_dynamodb" not in [step.name for step in run_steps("demo", ())]
