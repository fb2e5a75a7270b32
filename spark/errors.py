"""Every failure that the Spark jobs can report; each message ends with the next step."""


class SparkJobError(Exception):
    """A job failed; the message says what was done, what came and what to do. Exit 1."""

    exit_code = 1


class CalledWrongly(SparkJobError):
    """The command line or a variable is wrong; nothing was read or written. Exit 2."""

    exit_code = 2


class NoJava(SparkJobError):
    """There is no Java that Spark can use."""


class InputUnusable(SparkJobError):
    """A table is not there, or lacks columns that the job needs."""
