"""Every failure of the local stack: of starting, stopping and leasing services, and of fetching their Java."""

from pathlib import Path

from orchestration.errors import CalledWrongly, OrchestrationError


class LocalError(OrchestrationError):
    """Base of what the local stack reports; the message ends with the next step. Exit code 1."""


class UnknownService(LocalError, CalledWrongly):
    """A service was asked for that the stack does not have. Exit code 2."""

    exit_code = CalledWrongly.exit_code

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        super().__init__(f"There is no local service {name!r}. Next: name one of {', '.join(known)}.")


class PortTaken(LocalError, CalledWrongly):
    """A service was given a port that somebody else listens on. Exit code 2."""

    exit_code = CalledWrongly.exit_code

    def __init__(self, name: str, port: int) -> None:
        super().__init__(
            f"The local service '{name}' cannot listen on 127.0.0.1:{port}: another program does. "
            "Next: end that program, name another port, or name none for a free one."
        )


class ServiceFailed(LocalError):
    """A service did not come up: it ended, or did not answer before its deadline."""

    def __init__(self, service: str, what: str, log: Path) -> None:
        self.service, self.log = service, log
        tail = "".join(f"\n    {line}" for line in last_lines(log))
        super().__init__(
            f"The local service '{service}' {what}. Next: read {log}, and try again.\nIts last lines:{tail or ' none'}"
        )


class TooLittleMemory(LocalError):
    """A service would not live long with the memory that is free; it was not started."""

    def __init__(self, service: str, needed: int, free: int) -> None:
        super().__init__(
            f"The local service '{service}' needs {needed} MB of memory to start, and {free} MB are free. "
            "Next: end other programs (`segue down` ends the services of another state folder), and try again."
        )


class ServiceInUse(LocalError):
    """A service would have to restart with other options while another command is using it."""

    def __init__(self, service: str, holders: list[int]) -> None:
        self.service, self.holders = service, holders
        pids = ", ".join(str(pid) for pid in holders)
        super().__init__(
            f"The local service '{service}' has to restart with other options, but another command uses it "
            f"(process {pids}). Next: wait for that command to end, or stop it."
        )


class Busy(LocalError):
    """Another command kept the lock of this state folder longer than any start or stop takes."""


class DownloadFailed(LocalError):
    """A Java library could not be fetched, or what was fetched is not what its checksum says."""


def last_lines(log: Path, count: int = 15) -> list[str]:
    """Return the end of a log file; nothing where there is none yet."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return [line for line in lines if line.strip()][-count:]
