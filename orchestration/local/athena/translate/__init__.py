"""Athena's SQL to a plan: pure, but for `glue_steps.py`, which carries out the steps that are Glue's and S3's."""

from orchestration.local.athena.translate.plan import Context, InvalidRequest, Plan, Refused, StatementType, TrinoStep

__all__ = ["Context", "InvalidRequest", "Plan", "Refused", "StatementType", "TrinoStep", "plan"]


def plan(sql: str, context: Context) -> Plan:
    """Return what to do for one statement.

    Raises:
        InvalidRequest: the service refuses the text at once.
        Refused: the statement fails, with Athena's error.
    """
    return Plan(StatementType.DML, "SELECT", (TrinoStep(sql),), output="csv", has_header=True)
