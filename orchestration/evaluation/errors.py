"""Every failure that evaluating can report. Whatever is raised, marts and lake are as they were."""

from orchestration.errors import OrchestrationError


class EvaluationFailed(OrchestrationError):
    """Something that evaluating needs is missing or ended with an error. Exit code 1."""


class NoReference(OrchestrationError):
    """The folder holds no related-artists table, or one that cannot be read. Exit code 1."""
