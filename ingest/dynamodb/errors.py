"""Refusals of a whole export; nothing of it has been loaded then, and what was loaded before stays."""

from ingest.errors import Final, Retryable


class ExportRefused(Final):
    """The manifest is of another table, another format, or names files where an export has none."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"cannot load the DynamoDB export {place}: {problem}. Nothing of it was loaded. "
            "Next: compare SEGUE_BOT_TABLE and SEGUE_EXPORT_URL with the export that is meant, or start another one."
        )
        self.place = place


class ExportDamaged(Final):
    """A file of an export is missing, broken, or not the one that the manifest tells of."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"cannot load the DynamoDB export file {place}: {problem}. Nothing of the export was loaded. "
            "Next: start another export (segue ingest dynamodb)."
        )
        self.place = place


class ExportFailed(Retryable):
    """DynamoDB did not make the export."""


class RecoveryIsOff(Final):
    """The table has no point-in-time recovery, without which DynamoDB exports nothing."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"cannot export the DynamoDB table {table}: its point-in-time recovery is off. Next: "
            f"aws dynamodb update-continuous-backups --table-name {table} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true"
        )
