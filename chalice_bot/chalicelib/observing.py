"""Structured logs, metrics and traces of the bot, by Powertools; on a terminal and in tests they stay quiet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

SERVICE = "segue"


@cache
def logger() -> Logger:
    """The logger above all `segue.*` ones: JSON lines with the ids of request and message."""
    return Logger(service=SERVICE, level="INFO", utc=True)


@cache
def metrics() -> Metrics:
    """Counters, written into the log in CloudWatch's format when a function ends."""
    return Metrics(namespace="segue", service=SERVICE)


@cache
def tracer() -> Tracer:
    """X-Ray's; only boto3 is patched: requests to the Graph API carry the page's token in their address."""
    return Tracer(service=SERVICE, patch_modules=("botocore",))


def observed() -> tuple[Callable[..., Any], ...]:
    """What wraps a Lambda function, innermost last."""
    return (
        logger().inject_lambda_context(clear_state=True),
        _counting,
        tracer().capture_lambda_handler(capture_response=False, capture_error=False),
    )


def _counting(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Write out what was counted; Powertools' own decorator warns wherever nothing was."""

    def counted(event: Any, context: Any) -> Any:
        try:
            return handler(event, context)
        finally:
            if metrics().metric_set:
                metrics().flush_metrics()

    return counted


def count(name: str, number: int = 1) -> None:
    """Add to a counter."""
    metrics().add_metric(name=name, unit=MetricUnit.Count, value=number)


@contextmanager
def about(key: str) -> Iterator[None]:
    """Put a message's key into what is logged inside the block, so that webhook and worker can be read together."""
    with logger().append_context_keys(correlation_id=key[:16]):
        yield
