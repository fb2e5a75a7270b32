"""Every failure that publishing can report. Whatever is raised, readers keep the generation they had."""

from orchestration.errors import OrchestrationError


class PublishError(OrchestrationError):
    """Publishing or rolling back failed. Exit code 1."""


class WarehouseUnreadable(PublishError):
    """The warehouse file or one of its marts cannot be read; nothing was written."""


class PostgresUnavailable(PublishError):
    """Postgres does not answer, or the connection was lost."""


class NoRights(PublishError):
    """The role may not do what publishing needs; nothing was written."""


class AlreadyPublishing(PublishError):
    """Another publish or rollback holds the advisory lock of this database."""


class PublishRefused(PublishError):
    """The marts are not fit to be published: empty, much smaller, or they fail their tests."""


class CopyFailed(PublishError):
    """The copy to the landing schema did not finish."""


class SwitchBlocked(PublishError):
    """The pointer stayed locked by somebody else for all attempts."""


class NothingToRollBack(PublishError):
    """There is no generation to go to."""


class WriteBackFailed(PublishError):
    """The generation is published, but its figures did not reach the lake."""
