"""Result reuse: a SELECT asked for again, word for word and within the age it allows, gets the result of before."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import ApiError
from orchestration.local.athena.records import Record, Records
from orchestration.local.athena.store import Store

REUSABLE = "reusable"
_DEFAULT_MINUTES = 60


class Reuse:
    """Which query's result may stand for which question."""

    def __init__(self, store: Store, records: Records) -> None:
        self._store, self._records = store, records

    def remember(self, record: Record) -> None:
        """Let a query that succeeded stand for the same one later."""
        if record.execution["SubstatementType"] == "SELECT":
            self._store.put(REUSABLE, _fingerprint(record.execution), record.id, at=time.time())

    def apply(self, record: Record) -> bool:
        """If the query allows it and there is a result young enough, end it with that; tell whether so."""
        asked = record.execution["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"]
        before = self._before(record) if asked["Enabled"] else None
        if before is None:
            return False
        age_seconds = time.time() - before.execution["Status"]["CompletionDateTime"]
        if age_seconds > asked.get("MaxAgeInMinutes", _DEFAULT_MINUTES) * 60:
            return False
        record.result_of, record.columns, record.update_count = before.result_of, before.columns, before.update_count
        results, old = record.execution["ResultConfiguration"], before.execution["ResultConfiguration"]
        results["OutputLocation"] = old["OutputLocation"]
        record.execution["Statistics"]["ResultReuseInformation"] = {"ReusedPreviousResult": True}
        record.begin()
        record.end("SUCCEEDED")
        return True

    def _before(self, record: Record) -> Record | None:
        known = self._store.get(REUSABLE, _fingerprint(record.execution))
        try:
            found = self._records.get(known) if known else None
        except ApiError:
            return None
        return found if found and self._records.result(found.result_of).exists() else None


def _fingerprint(execution: Mapping[str, Any]) -> str:
    names = ("Query", "QueryExecutionContext", "WorkGroup", "ExecutionParameters")
    told = json.dumps([execution.get(name) for name in names], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
