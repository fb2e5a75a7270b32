"""`segue chat`: the bot in the browser. A local Messenger shows the page; the bot behind it is the real one."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT, SIGTERM, signal
from typing import Any

import requests

from orchestration.errors import EXIT_DONE, CalledWrongly, ChatFailed
from orchestration.local import stack
from orchestration.local.service import HOST, free_port
from orchestration.process import stop_session
from orchestration.settings import ROOT, Settings
from orchestration.steps import messenger_setup_step

_NEEDS = ("postgres", "dynamodb", "sqs", "messenger", "music_api")
_START_SECONDS = 60.0
_LOOK_SECONDS = 0.5


def is_published(settings: Settings) -> bool:
    """Tell whether there is anything that the bot could answer from."""
    with stack.lease(settings.home, ["postgres"], settings.variables) as services:
        return bool(_generations(settings.child_environment(services)))


def serve(settings: Settings, port: int | None = None, people: int = 1) -> int:
    """Run the page and the bot until Ctrl-C or SIGTERM; print where the page is.

    Args:
        settings: the state folder and the user's own variables.
        port: where the page listens from now on; None leaves it where it is.
        people: how many threads the printed address shows side by side.

    Raises:
        CalledWrongly: the variables lead to the real Messenger.
        ChatFailed: nothing is published, or the bot does not come up.
    """
    for name in ("GRAPH_API_URL", "MESSENGER_PAGE_TOKEN"):
        if settings.variables.get(name):
            raise CalledWrongly(
                f"{name} is set, so the bot speaks to a Messenger of yours. Next: unset it to chat here."
            )
    stack.choose(settings.home, "messenger", port)
    ended = threading.Event()
    with (
        _published(settings),
        stack.lease(settings.home, _NEEDS, settings.variables) as services,
    ):
        environment = settings.child_environment(services)
        for number in (SIGINT, SIGTERM):
            signal(number, lambda *_: ended.set())
        _set_up(environment)
        with _bot(environment, settings.home / "logs" / "bot.log", ended) as bot:
            page = services["GRAPH_API_URL"].rsplit("/", 1)[0]
            sys.stdout.write(f"Chat with segue: {page}/{f'?people={people}' if people > 1 else ''}\n")
            sys.stdout.write("Ctrl-C ends it.\n")
            sys.stdout.flush()
            while not ended.wait(_LOOK_SECONDS):
                if any(one.poll() is not None for one in bot):
                    raise ChatFailed("The bot has ended by itself", settings.home / "logs" / "bot.log")
                if any(one.state != "running" for one in stack.status(settings.home) if one.name in _NEEDS):
                    sys.stderr.write("The local services were stopped by another command. Next: `segue chat` again.\n")
                    break
    return EXIT_DONE


@contextmanager
def _published(settings: Settings) -> Iterator[None]:
    """Keep Postgres running; raises ChatFailed where it holds nothing that the bot could answer from."""
    with stack.lease(settings.home, ["postgres"], settings.variables) as services:
        if not _generations(settings.child_environment(services)):
            raise ChatFailed(
                "The bot has no songs yet: nothing is published. Next: make run (or segue run), then segue chat"
            )
        yield


def _generations(environment: Mapping[str, str]) -> Any:
    command = (sys.executable, "-P", "-m", "orchestration.publish", "generations", "--json")
    answer = subprocess.run(command, env=dict(environment), capture_output=True, text=True)
    if answer.returncode:
        raise ChatFailed(answer.stderr.strip())
    return json.loads(answer.stdout)


def _set_up(environment: Mapping[str, str]) -> None:
    """Give the local page its greeting and its menu, as somebody would the real one."""
    step = messenger_setup_step()
    answer = subprocess.run(step.command, cwd=step.folder, env=dict(environment), capture_output=True, text=True)
    if answer.returncode:
        raise ChatFailed(answer.stderr.strip())


@contextmanager
def _bot(
    environment: Mapping[str, str], log: Path, ended: threading.Event
) -> Iterator[tuple["subprocess.Popen[bytes]", ...]]:
    """The bot's own server, set up with its Messenger, and what answers behind its queue, while the block runs."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("chalice")), "local"]
    command += ["--no-autoreload", "--host", HOST, "--port", str(port)]
    answering = [sys.executable, "-P", "-m", "orchestration.local.worker"]
    log.parent.mkdir(parents=True, exist_ok=True)
    with _started(command, environment, log) as server, _started(answering, environment, log) as worker:
        _subscribe(environment, f"http://{HOST}:{port}/webhook", server, log, ended)
        yield server, worker


@contextmanager
def _started(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in the bot's folder, while the block runs."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT / "chalice_bot",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        stop_session(process.pid)
        process.wait()


def _subscribe(
    environment: Mapping[str, str], webhook: str, bot: "subprocess.Popen[bytes]", log: Path, ended: threading.Event
) -> None:
    """Give the local Messenger the bot's webhook, as soon as that answers."""
    control = environment["GRAPH_API_URL"].rsplit("/", 1)[0] + "/_control/webhook"
    wanted = {
        "url": webhook,
        "app_secret": environment["MESSENGER_APP_SECRET"].split(",")[0].strip(),
        "verify_token": environment["MESSENGER_VERIFY_TOKEN"],
    }
    deadline = time.monotonic() + _START_SECONDS
    while not ended.is_set():
        answer = requests.post(control, json=wanted, timeout=10)
        if answer.ok:
            return
        if bot.poll() is not None or time.monotonic() > deadline:
            raise ChatFailed(f"The bot does not answer ({answer.json().get('error')})", log)
        ended.wait(0.1)
