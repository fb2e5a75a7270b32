"""Leases, pins, kills and ports, on the services that start in a second: Postgres and the messenger."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from orchestration.local import processes, service, stack
from orchestration.local.errors import ServiceFailed, ServiceInUse, UnknownService
from orchestration.local.graph_api import Messenger
from orchestration.local.music import MusicOptions
from orchestration.local.records import Records
from orchestration.local.stack import ServiceStatus, down, lease, up

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from pathlib import Path
from orchestration.local.stack import lease
with lease(Path(sys.argv[1]), ["messenger"]) as variables:
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A state folder; nothing of it runs afterwards."""
    folder = tmp_path / "state"
    yield folder
    down(folder)


def look(home: Path, name: str) -> ServiceStatus:
    return next(one for one in stack.status(home) if one.name == name)


def kill(pid: int) -> None:
    process = psutil.Process(pid)
    process.kill()
    psutil.wait_procs([process], timeout=5)


def listening_addresses(pid: int) -> set[str]:
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    pids = {process.pid for process in family}
    return {
        one.laddr.ip.removeprefix("::ffff:")
        for one in psutil.net_connections("tcp")
        if one.laddr and one.pid in pids and one.status == psutil.CONN_LISTEN
    }


def test_unknown_service_is_named(home: Path) -> None:
    with pytest.raises(UnknownService, match=r"'mongodb'.*postgres"), lease(home, ["mongodb"]):
        pass


def test_user_set_variable_wins(home: Path) -> None:
    mine = {
        "SEGUE_POSTGRES_URL": "postgresql://me@elsewhere/db",
        "SPOTIFY_CLIENT_ID": "mine",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://elsewhere",
        "SEGUE_STACK": "production",
        "MESSENGER_PAGE_TOKEN": "mine",
    }
    with lease(home, stack.SERVICES, mine) as variables:
        assert variables == {}
        assert {one.state for one in stack.status(home)} == {"stopped"}


@pytest.mark.slow
def test_service_runs_only_while_it_is_leased(home: Path) -> None:
    with lease(home, ["messenger"]) as variables:
        one = look(home, "messenger")
        assert one.state == "running" and one.holders == (os.getpid(),)
        assert variables["GRAPH_API_URL"] == f"http://127.0.0.1:{one.port}/v26.0"
        pid, port = one.pid, one.port
    assert not psutil.pid_exists(pid or 0)
    assert look(home, "messenger").state == "stopped"
    with lease(home, ["messenger"]):
        assert look(home, "messenger").port == port


@pytest.mark.slow
def test_exception_in_a_lease_stops_what_it_started(home: Path) -> None:
    with pytest.raises(ZeroDivisionError), lease(home, ["messenger"]):
        _ = 1 // 0
    assert look(home, "messenger").state == "stopped"


@pytest.mark.slow
def test_two_commands_share_a_service_and_the_last_one_stops_it(home: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        pid = look(home, "messenger").pid
        with lease(home, ["messenger"]):
            assert look(home, "messenger").pid == pid
            other.communicate("\n", timeout=30)
            assert look(home, "messenger").pid == pid
    assert look(home, "messenger").state == "stopped"


@pytest.mark.slow
def test_terminated_command_stops_what_it_started(home: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        other.send_signal(signal.SIGTERM)
        other.wait(timeout=30)
    assert look(home, "messenger").state == "stopped"


@pytest.mark.slow
def test_lease_of_a_killed_command_counts_for_nothing(home: Path) -> None:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        other.kill()
        other.wait(timeout=30)
    assert look(home, "messenger").state == "running"
    with lease(home, ["messenger"]):
        assert look(home, "messenger").holders == (os.getpid(),)
    assert look(home, "messenger").state == "stopped"


@pytest.mark.slow
@pytest.mark.parametrize("ended_by", ["the next lease", "down"])
def test_a_service_that_its_killed_command_could_not_write_down_is_ended(home: Path, ended_by: str) -> None:
    up(home, ["postgres"])
    forgotten = look(home, "postgres").pid
    assert forgotten is not None
    process, records = psutil.Process(forgotten), Records(home)
    records.write(records.read("postgres").stopped())
    if ended_by == "down":
        assert down(home) == []
    else:
        with lease(home, ["postgres"]) as variables, psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_a_service_whose_command_was_killed_before_it_answered_is_started_anew(home: Path) -> None:
    up(home, ["messenger"])
    half_started, records = look(home, "messenger").pid, Records(home)
    records.write(replace(records.read("messenger"), is_ready=False))
    with lease(home, ["messenger"]):
        assert look(home, "messenger").state == "running"
        assert look(home, "messenger").pid != half_started


@pytest.mark.slow
def test_pinned_service_outlives_a_lease_and_ends_with_down(home: Path) -> None:
    up(home, ["messenger"])
    pid = look(home, "messenger").pid
    assert pid is not None
    with lease(home, ["messenger"]):
        assert look(home, "messenger").pid == pid
    assert look(home, "messenger").state == "running"
    assert down(home) == ["messenger"]
    assert not psutil.pid_exists(pid)
    assert down(home) == []


@pytest.mark.slow
def test_taken_port_is_replaced(home: Path) -> None:
    with lease(home, ["messenger"]):
        port = look(home, "messenger").port
    with socket.create_server(("127.0.0.1", port or 0)), lease(home, ["messenger"]) as variables:
        other = look(home, "messenger").port
        assert other != port
        assert f":{other}/" in variables["GRAPH_API_URL"]


@pytest.mark.slow
def test_port_of_a_killed_service_is_kept_though_its_last_threads_hold_it_a_while(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = up(home, ["messenger"])["GRAPH_API_URL"]
    kill(look(home, "messenger").pid or 0)
    held = [False, False, False]
    monkeypatch.setattr(service, "is_free", lambda _port: held.pop() if held else True)
    with lease(home, ["messenger"]) as variables:
        assert variables["GRAPH_API_URL"] == port


def test_ports_are_none_that_the_system_gives_to_clients() -> None:
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else 32768
    assert 1024 < service.free_port() < first


@pytest.mark.slow
def test_recycled_pid_is_not_ours(home: Path) -> None:
    with lease(home, ["messenger"]):
        pass
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        file = home / "local" / "messenger.json"
        record = json.loads(file.read_text())
        record |= {"pid": stranger.pid, "created": psutil.Process(stranger.pid).create_time() - 3600}
        file.write_text(json.dumps(record))
        assert look(home, "messenger").state == "died"
        down(home)
        assert stranger.poll() is None
        stranger.communicate(b"\n")


@pytest.mark.slow
def test_session_of_a_recycled_pid_is_not_ours(tmp_path: Path) -> None:
    wait = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(wait, stdin=subprocess.PIPE, start_new_session=True) as leader:
        now = processes.identify(leader.pid)
        assert [one.pid for one in processes.family(now, tmp_path, "")] == [leader.pid]
        before = processes.Identity(leader.pid, now.created - 100)
        assert processes.family(before, tmp_path, "") == [], "a later process with the number of one of ours"
        leader.communicate()


def test_failed_start_shows_the_log_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    options = MusicOptions(catalogue=str(tmp_path / "absent"))
    with (
        pytest.raises(ServiceFailed, match=r"music_api.*music_api\.log") as caught,
        lease(home, ["music_api"], options=options),
    ):
        pass
    assert "absent" in str(caught.value)
    assert look(home, "music_api").state == "stopped"
    assert Records(home).leases() == []


@pytest.mark.slow
def test_a_service_that_never_answers_is_given_up_and_leaves_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Messenger, "is_ready", lambda *_: False)
    monkeypatch.setattr(Messenger, "deadline_seconds", 1.0)
    with pytest.raises(ServiceFailed, match=r"did not answer on .* within 1 s\. Next: read .*messenger\.log"):
        up(home, ["messenger"])
    assert look(home, "messenger").state == "stopped"
    assert [one for one in psutil.process_iter(["cmdline"]) if str(home) in " ".join(one.info["cmdline"] or [])] == []


@pytest.mark.slow
def test_other_options_restart_the_music_apis_unless_they_are_in_use(home: Path) -> None:
    up(home, ["music_api"])
    pid = look(home, "music_api").pid
    with lease(home, ["music_api"], options=MusicOptions()):
        assert look(home, "music_api").pid == pid
    with lease(home, ["music_api"], options=MusicOptions(profile="development")):
        assert look(home, "music_api").pid != pid
        with pytest.raises(ServiceInUse), lease(home, ["music_api"], options=MusicOptions(profile="extended")):
            pass


@pytest.mark.slow
def test_postgres_keeps_its_rows_over_down_and_kill(home: Path) -> None:
    url = up(home, ["postgres"])["SEGUE_POSTGRES_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (1)")
        shown = connection.execute("select cardinality(show_trgm('에스파')), unaccent('é'), '[1]'::vector").fetchone()
    assert shown == (4, "e", "[1]")
    assert oct((home / "local" / "postgres.password").stat().st_mode)[-3:] == "600"
    pid = look(home, "postgres").pid
    assert pid is not None and listening_addresses(pid) == {"127.0.0.1"}
    kill(pid)
    assert look(home, "postgres").state == "died"
    with lease(home, ["postgres"]) as variables, psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]
    down(home)
    assert [one for one in psutil.process_iter(["cmdline"]) if str(home) in " ".join(one.info["cmdline"] or [])] == []
    with lease(home, ["postgres"]) as variables, psycopg.connect(variables["SEGUE_POSTGRES_URL"]) as connection:
        assert connection.execute("select n from kept").fetchall() == [(1,)]
