"""Every failure the Athena API reports: what a call is refused with, and why a query failed, in Athena's own words."""

from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A call is refused: the code (`InvalidRequestException`), the message, and further members of the answer."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.members = code, message, status, members


def invalid_request(message: str, code: str = "INVALID_INPUT") -> ApiError:
    """Return what Athena answers to a request it does not take."""
    return ApiError("InvalidRequestException", message, AthenaErrorCode=code)


def resource_not_found(message: str, name: str) -> ApiError:
    """Return what Athena answers where a prepared statement or a tagged resource is missing."""
    return ApiError("ResourceNotFoundException", message, ResourceName=name)


def metadata_error(message: str) -> ApiError:
    """Return what Athena answers where the catalogue has no such thing."""
    return ApiError("MetadataException", message)


def too_many_queries() -> ApiError:
    """Return what Athena answers above the account's quota of queued and running queries."""
    message = (
        "You have exceeded the limit for the number of queries you can run concurrently. "
        "Please reduce the number of concurrent queries submitted by this account. "
        "Contact customer support to request a concurrent query limit increase."
    )
    return ApiError("TooManyRequestsException", message, Reason="CONCURRENT_QUERY_LIMIT_EXCEEDED")


SYSTEM, USER, OTHER = 1, 2, 3
"""Athena's error categories."""


@dataclass(eq=False)
class QueryFailure(Exception):
    """A query ended without a result; category and type are those of Athena's error catalogue."""

    message: str
    category: int = SYSTEM
    type: int = 200
    retryable: bool = False


# Athena's error catalogue (documentation, "Athena error catalog") by Trino's error name.
_TYPES = {
    "SYNTAX_ERROR": 1006,
    "TABLE_NOT_FOUND": 1110,
    "SCHEMA_NOT_FOUND": 1301,
    "CATALOG_NOT_FOUND": 1301,
    "NOT_FOUND": 1300,
    "COLUMN_NOT_FOUND": 1004,
    "TYPE_MISMATCH": 1004,
    "HIVE_INVALID_METADATA": 1004,
    "HIVE_PARTITION_SCHEMA_MISMATCH": 1004,
    "FUNCTION_NOT_FOUND": 1303,
    "INVALID_FUNCTION_ARGUMENT": 1106,
    "INVALID_ARGUMENTS": 1100,
    "INVALID_PARAMETER_USAGE": 1100,
    "INVALID_TABLE_PROPERTY": 1103,
    "INVALID_SCHEMA_PROPERTY": 1101,
    "INVALID_VIEW": 1107,
    "VIEW_IS_STALE": 1107,
    "NOT_SUPPORTED": 1200,
    "HIVE_UNSUPPORTED_FORMAT": 1200,
    "DIVISION_BY_ZERO": 1001,
    "INVALID_CAST_ARGUMENT": 1001,
    "NUMERIC_VALUE_OUT_OF_RANGE": 1001,
    "CONSTRAINT_VIOLATION": 1001,
    "HIVE_BAD_DATA": 1007,
    "HIVE_CURSOR_ERROR": 1007,
    "HIVE_FILE_NOT_FOUND": 1302,
    "PERMISSION_DENIED": 1500,
    "HIVE_METASTORE_ERROR": 204,
    "ICEBERG_COMMIT_ERROR": 233,
    "EXCEEDED_TIME_LIMIT": 206,
}
_KINDS = {"USER_ERROR": (USER, 1000), "INSUFFICIENT_RESOURCES": (USER, 1), "EXTERNAL": (USER, 1009)}
_DDL_FAILED = 1003
_SYSTEM_TYPES = frozenset({204, 206, 233})


def query_failure(name: str, kind: str, message: str) -> QueryFailure:
    """Return an error with Athena's category and type.

    Args:
        name: Trino's, which are Athena's too: `TABLE_NOT_FOUND`; '' on the Hive side.
        kind: USER_ERROR, INTERNAL_ERROR, INSUFFICIENT_RESOURCES or EXTERNAL.
        message: what follows the name.
    """
    if name == "COLUMN_NOT_FOUND" and message.endswith("cannot be resolved"):
        message += " or requester is not authorized to access requested resources"
    category, default = (USER, _DDL_FAILED) if not name else _KINDS.get(kind, (SYSTEM, 200))
    number = _TYPES.get(name, default)
    if number in _SYSTEM_TYPES:
        category = SYSTEM
    elif number >= 1000 and kind != "INTERNAL_ERROR":
        category = USER
    return QueryFailure(f"{name}: {message}" if name else message, category, number, retryable=number == 233)
