"""Every failure the ingest folder can report, split into what may be tried again and what may not."""

from datetime import datetime


class IngestError(Exception):
    """Base of all: what was done, what came, what would have been right, the next step. Exit 1."""

    exit_code = 1


class Retryable(IngestError):
    """The same command may succeed a little later: a 5xx, a cut connection, a pending package that would not load."""


class Final(IngestError):
    """The same command fails again until somebody changes something: a wrong file, a refused key, a full disk."""


class Deferred(IngestError):
    """Put off by somebody else's quota until `until` (UTC); nothing is lost and cron comes again. Exit 75."""

    exit_code = 75

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class CalledWrongly(IngestError):
    """The command line or a variable is wrong; nothing was read or written. Exit 2."""

    exit_code = 2


class AlreadyRunning(Retryable):
    """Another process holds the lock of this source; `pid` is its process id where it is known."""

    def __init__(self, source: str, pid: int | None) -> None:
        holder = f"process {pid}" if pid else "another process"
        super().__init__(
            f"cannot load {source}: {holder} is loading it into the same state folder right now, and two at once "
            f"would damage the pending package. Next: wait for it, or end {holder} if it hangs."
        )
        self.pid = pid


class LakeUnwritable(Final):
    """The lake or the working folder cannot be written: full, read-only, no such bucket, wrong scheme."""


class CatalogueUnwritable(Final):
    """Glue, which tells Athena of the lake's tables, does not answer or refuses."""
