"""Athena's SQL to a plan: pure, but for `glue_steps.py`, which carries out the steps that are Glue's and S3's."""

from orchestration.local.athena.translate.plan import Context, InvalidRequest, Plan, Refused, StatementType
from orchestration.local.athena.translate.statements import plan
from orchestration.local.athena.translate.steps import TrinoStep

__all__ = ["Context", "InvalidRequest", "Plan", "Refused", "StatementType", "TrinoStep", "plan"]
