"""Named queries of a work group."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import invalid_request
from orchestration.local.athena.paging import paged
from orchestration.local.athena.store import Store
from orchestration.local.athena.work_groups import PRIMARY, WorkGroups

_KIND = "named_query"
_TOKENS = "named_query_token"


class NamedQueries:
    """The operations on named queries."""

    def __init__(self, store: Store, groups: WorkGroups) -> None:
        self._store, self._groups = store, groups

    def create(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """CreateNamedQuery; the same client request token gives the same query."""
        group = self._groups.named(params.get("WorkGroup", PRIMARY))["Name"]
        token = params.get("ClientRequestToken")
        known = self._store.get(_TOKENS, token) if token else None
        if known:
            return {"NamedQueryId": known}
        query = {name: params[name] for name in ("Name", "Description", "Database", "QueryString") if name in params}
        query |= {"NamedQueryId": str(uuid.uuid4()), "WorkGroup": group}
        self._store.put(_KIND, query["NamedQueryId"], query, of=group, at=time.time())
        if token:
            self._store.put(_TOKENS, token, query["NamedQueryId"])
        return {"NamedQueryId": query["NamedQueryId"]}

    def get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetNamedQuery."""
        return {"NamedQuery": self._found(params["NamedQueryId"])}

    def batch_get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """BatchGetNamedQuery."""
        found, missing = [], []
        for query_id in params["NamedQueryIds"]:
            one = self._store.get(_KIND, query_id)
            if one:
                found.append(one)
            else:
                told = {"ErrorCode": "INVALID_INPUT", "ErrorMessage": _missing(query_id)}
                missing.append({"NamedQueryId": query_id, **told})
        return {"NamedQueries": found, "UnprocessedNamedQueryIds": missing}

    def list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListNamedQueries, the newest first."""
        group = self._groups.named(params.get("WorkGroup", PRIMARY))["Name"]
        ids, token = paged(self._store.keys(_KIND, group, newest_first=True), params)
        return {"NamedQueryIds": ids, **token}

    def update(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """UpdateNamedQuery."""
        query = self._found(params["NamedQueryId"])
        query |= {name: params[name] for name in ("Name", "Description", "QueryString") if name in params}
        self._store.put(_KIND, query["NamedQueryId"], query, of=query["WorkGroup"], at=time.time())
        return {}

    def delete(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """DeleteNamedQuery."""
        self._found(params["NamedQueryId"])
        self._store.delete(_KIND, params["NamedQueryId"])
        return {}

    def _found(self, query_id: str) -> dict[str, Any]:
        found: dict[str, Any] | None = self._store.get(_KIND, query_id)
        if found is None:
            raise invalid_request(_missing(query_id))
        return found


def _missing(query_id: str) -> str:
    return f"NamedQuery {query_id} was not found"
