"""What Athena does not run, though Trino or Hive would: refused at once, in Athena's words."""

from orchestration.local.athena.translate.plan import InvalidRequest, Refused

UNSUPPORTED = "Queries of this type are not supported"
EXPECTED_FIRST = (
    "'ALTER', 'ANALYZE', 'CALL', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', "
    "'EXPLAIN', 'GRANT', 'INSERT', 'PREPARE', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'UNLOAD', "
    "'UPDATE', 'USE', <query>"
)
KNOWN_FIRST = {
    *("ALTER", "ANALYZE", "CALL", "COMMENT", "COMMIT", "CREATE", "DENY", "DFS", "DROP", "EXPORT", "GRANT", "IMPORT"),
    *("LOAD", "LOCK", "REFRESH", "RESET", "REVOKE", "ROLLBACK", "SET", "SHOW", "START", "TRUNCATE", "UNLOCK", "USE"),
}
KNOWN_CREATED = {
    *(
        "BRANCH",
        "CATALOG",
        "FUNCTION",
        "INDEX",
        "MACRO",
        "MATERIALIZED",
        "OR",
        "PROTECTED",
        "MULTI",
        "ROLE",
        "TEMPORARY",
    ),
    *("SCHEMA", "TABLE", "VIEW", "DATABASE", "USER"),
}


def unsupported() -> InvalidRequest:
    """Return the error of a statement that parses and is not run."""
    return InvalidRequest(UNSUPPORTED)


def not_supported(message: str) -> Refused:
    """Return the error of a clause or property that is known and not honoured."""
    return Refused("NOT_SUPPORTED", message)


def hive_failure(message: str) -> Refused:
    """Return an error of Athena's Hive side, which has no code before it."""
    return Refused("", f"FAILED: {message}")
