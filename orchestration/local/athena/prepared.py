"""Prepared statements of a work group."""

import time
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import ApiError, invalid_request, resource_not_found
from orchestration.local.athena.paging import paged
from orchestration.local.athena.store import Store
from orchestration.local.athena.work_groups import WorkGroups

_KIND = "prepared"


class PreparedStatements:
    """The operations on prepared statements, and the texts of them for `execute`."""

    def __init__(self, store: Store, groups: WorkGroups) -> None:
        self._store, self._groups = store, groups

    def text(self, group: str, name: str) -> str | None:
        """Return the statement's SQL; None where the work group has no such statement."""
        found = self._store.get(_KIND, _key(group, name))
        return str(found["QueryStatement"]) if found else None

    def keep(self, group: str, name: str, text: str, description: str | None = None) -> None:
        """Make a statement, or replace it."""
        statement: dict[str, Any] = {"StatementName": name, "QueryStatement": text, "WorkGroupName": group}
        statement |= {"LastModifiedTime": time.time()} | ({"Description": description} if description else {})
        self._store.put(_KIND, _key(group, name), statement, of=group)

    def forget(self, group: str, name: str) -> None:
        """Delete a statement; ApiError where the work group has no such statement."""
        if not self._store.delete(_KIND, _key(group, name)):
            raise _missing(name, group)

    def create(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """CreatePreparedStatement."""
        group, name = self._groups.named(params["WorkGroup"])["Name"], params["StatementName"]
        if self.text(group, name) is not None:
            raise invalid_request(f"PreparedStatement {name} already exists in WorkGroup {group}")
        self.keep(group, name, params["QueryStatement"], params.get("Description"))
        return {}

    def get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetPreparedStatement."""
        return {"PreparedStatement": self._found(params)}

    def update(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """UpdatePreparedStatement."""
        found = self._found(params)
        description = params.get("Description", found.get("Description"))
        self.keep(params["WorkGroup"], params["StatementName"], params["QueryStatement"], description)
        return {}

    def delete(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """DeletePreparedStatement."""
        self.forget(self._groups.named(params["WorkGroup"])["Name"], params["StatementName"])
        return {}

    def list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListPreparedStatements, by name."""
        keys, token = paged(self._store.keys(_KIND, self._groups.named(params["WorkGroup"])["Name"]), params)
        found = [self._store.get(_KIND, key) for key in keys]
        return {"PreparedStatements": [_summary(one) for one in found if one], **token}

    def batch_get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """BatchGetPreparedStatement."""
        group = self._groups.named(params["WorkGroup"])["Name"]
        found, missing = [], []
        for name in params["PreparedStatementNames"]:
            one = self._store.get(_KIND, _key(group, name))
            if one:
                found.append(one)
            else:
                message = str(_missing(name, group))
                missing.append({"StatementName": name, "ErrorCode": "STATEMENT_NOT_FOUND", "ErrorMessage": message})
        return {"PreparedStatements": found, "UnprocessedPreparedStatementNames": missing}

    def _found(self, params: Mapping[str, Any]) -> dict[str, Any]:
        group, name = self._groups.named(params["WorkGroup"])["Name"], params["StatementName"]
        found: dict[str, Any] | None = self._store.get(_KIND, _key(group, name))
        if found is None:
            raise _missing(name, group)
        return found


def _key(group: str, name: str) -> str:
    return f"{group}/{name}"


def _missing(name: str, group: str) -> ApiError:
    return resource_not_found(f"PreparedStatement {name} was not found in WorkGroup {group}", name)


def _summary(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {name: statement[name] for name in ("StatementName", "LastModifiedTime")}
