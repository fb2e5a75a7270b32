"""Every failure that orchestration can report; publishing and the local stack build on these."""

from pathlib import Path

EXIT_DONE = 0
EXIT_FAILED = 1
EXIT_CALLED_WRONGLY = 2
EXIT_PUT_OFF = 75


class OrchestrationError(Exception):
    """Something failed; the message says what, and the next step. Exit code 1."""

    exit_code = EXIT_FAILED


class CalledWrongly(OrchestrationError):
    """The command line or a variable makes no sense; nothing was started. Exit code 2."""

    exit_code = EXIT_CALLED_WRONGLY


class StepFailed(OrchestrationError):
    """A step of the run ended with a code other than 0 and 75; later steps were not started."""

    def __init__(self, step: str, code: int, log: str, last_lines: list[str]) -> None:
        """Keep the facts for the ledger; the message ends with what the step said last."""
        self.step, self.code, self.log = step, code, log
        tail = "".join(f"\n    {line}" for line in last_lines)
        super().__init__(f"Step '{step}' ended with code {code}. Its whole output: {log}{tail}")


class ForgettingFailed(OrchestrationError):
    """A person is not wholly forgotten yet; the same command may be run again."""


class ChatFailed(OrchestrationError):
    """The chat cannot begin or go on; the bot's own output is in `log`."""

    def __init__(self, what: str, log: Path | None = None) -> None:
        """Name the log where there is one."""
        self.log = log
        super().__init__(f"{what}. Its whole output: {log}" if log else what)


class AlreadyRunning(OrchestrationError):
    """Another run holds the lock of this state folder. Not a fault for cron: exit code 0."""

    exit_code = EXIT_DONE


class BuildGoingOn(OrchestrationError):
    """Another build on Athena holds the lock of this state folder: both would write the same tables. Exit code 1."""

    def __init__(self, home: Path, process: str) -> None:
        super().__init__(
            f"A build on Athena is going on already (process {process}), and a second one would write the same tables. "
            f"Next: wait until it has ended, or set SEGUE_HOME to another folder than {home}, and SEGUE_ATHENA_SCHEMA."
        )
