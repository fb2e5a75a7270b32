"""StartQueryExecution's first part: what Athena refuses at once is refused, the rest becomes a record and a job."""

import time
import uuid
from collections.abc import Mapping
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from orchestration.local.athena.errors import invalid_request, query_failure
from orchestration.local.athena.prepared import PreparedStatements
from orchestration.local.athena.records import Record, Records
from orchestration.local.athena.results import Place
from orchestration.local.athena.running import Job
from orchestration.local.athena.translate import Context, InvalidRequest, Plan, Refused, StatementType, TrinoStep, plan
from orchestration.local.athena.translate.glue_steps import Clients, lookup
from orchestration.local.athena.trino_client import Trino
from orchestration.local.athena.work_groups import ENGINE, PRIMARY, WorkGroups, enforced_location, location

CATALOG = "awsdatacatalog"
DATABASE = "default"
_LONGEST_BYTES = 262_144
_OWN_BUCKETS = "aws-athena-query-results-"
_NO_LOCATION = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)
_WITHOUT_FILE = frozenset({"CREATE_TABLE_AS_SELECT", "INSERT", "UNLOAD"})
_REFUSED = Plan(StatementType.DML, "", (), output="txt")


class Starting:
    """Makes queries ready to run; asks Glue for tables, S3 for the results' bucket, Trino's parser for the syntax."""

    def __init__(
        self, groups: WorkGroups, prepared: PreparedStatements, records: Records, clients: Clients, trino: Trino
    ) -> None:
        self._groups, self._prepared, self._records, self._trino = groups, prepared, records, trino
        self._s3, self._lookup = clients.s3, lookup(clients)

    def take(self, params: Mapping[str, Any]) -> tuple[Record, Job | None]:
        """Return the record of a new query and the job to run; no job where the statement has failed already.

        Raises ApiError where Athena refuses the request.
        """
        sql = params["QueryString"]
        if len(sql.encode()) > _LONGEST_BYTES:
            raise _too_long(sql)
        group = self._groups.usable(params.get("WorkGroup", PRIMARY))
        results = self._results(group, params)
        query_id = str(uuid.uuid4())
        context = self._context(query_id, params, group, results["OutputLocation"])
        try:
            planned = plan(sql, context)
        except InvalidRequest as error:
            raise invalid_request(str(error), "MALFORMED_QUERY") from error
        except Refused as error:
            record = _record(params, group["Name"], results, query_id, _REFUSED)
            record.fail(query_failure(error.code, "USER_ERROR", error.message))
            return record, None
        self._check_syntax(planned)
        record = _record(params, group["Name"], results, query_id, planned)
        place = Place.of(_place(results["OutputLocation"], query_id, planned))
        cutoff = group["Configuration"].get("BytesScannedCutoffPerQuery")
        kept = self._records.result(query_id)
        return record, Job(query_id, planned, context.database, group["Name"], place, kept, cutoff)

    def _check_syntax(self, planned: Plan) -> None:
        """Refuse a text that Trino's parser cannot read, as Athena does at once."""
        texts = (step for step in planned.steps if isinstance(step, TrinoStep) and step.edits.text)
        for step in islice(texts, 1):
            message = self._trino.syntax_error(step.sql)
            if message is not None:
                raise invalid_request(step.in_users_words(message), "MALFORMED_QUERY")

    def _results(self, group: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ResultConfiguration that holds: its OutputLocation is a folder that ends with a slash."""
        asked = params.get("ResultConfiguration", {})
        folder = location(group, asked.get("OutputLocation"))
        if not folder:
            raise invalid_request(_NO_LOCATION)
        if not folder.startswith("s3://") or not Place.of(folder).bucket:
            raise invalid_request("outputLocation is not a valid S3 path.")
        self._check_bucket(Place.of(folder).bucket)
        own = group["Configuration"]["ResultConfiguration"] if enforced_location(group) else asked
        return {**own, "OutputLocation": folder.rstrip("/") + "/"}

    def _check_bucket(self, bucket: str) -> None:
        try:
            self._s3.head_bucket(Bucket=bucket)
        except ClientError as error:
            if not bucket.startswith(_OWN_BUCKETS):
                raise invalid_request(f"Unable to verify/create output bucket {bucket}") from error
            region = {"LocationConstraint": self._s3.meta.region_name}
            self._s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=region)

    def _context(self, query_id: str, params: Mapping[str, Any], group: Mapping[str, Any], folder: str) -> Context:
        asked = params.get("QueryExecutionContext", {})
        return Context(
            execution_id=query_id,
            database=asked.get("Database", DATABASE).strip('`"').lower(),
            catalog=asked.get("Catalog", CATALOG).lower(),
            output_location=folder,
            parameters=tuple(params.get("ExecutionParameters", ())),
            lookup=self._lookup,
            prepared=lambda name: self._prepared.text(group["Name"], name),
            enforced_location=enforced_location(group),
        )


def _record(params: Mapping[str, Any], group: str, results: Mapping[str, Any], query_id: str, planned: Plan) -> Record:
    output = planned.table_location or _place(results["OutputLocation"], query_id, planned)
    execution: dict[str, Any] = {
        "QueryExecutionId": query_id,
        "Query": params["QueryString"],
        "StatementType": planned.statement_type.value,
        "ResultConfiguration": {**results, "OutputLocation": output},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": _reuse(params)},
        "QueryExecutionContext": {name: one.lower() for name, one in params.get("QueryExecutionContext", {}).items()},
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {"DataScannedInBytes": 0, "ResultReuseInformation": {"ReusedPreviousResult": False}},
        "WorkGroup": group,
        "EngineVersion": ENGINE,
        "SubstatementType": planned.substatement_type,
    }
    if params.get("ExecutionParameters"):
        execution["ExecutionParameters"] = params["ExecutionParameters"]
    if planned.manifest:
        execution["Statistics"]["DataManifestLocation"] = planned.manifest
    return Record(execution, result_of=query_id)


def _place(folder: str, query_id: str, planned: Plan) -> str:
    """Return the address of the result, beside which its `.metadata` lies; one that writes tables has no file there."""
    if planned.manifest:
        return planned.manifest.removesuffix("-manifest.csv")
    if planned.substatement_type in _WITHOUT_FILE:
        return f"{folder}{query_id}"
    return f"{folder}{query_id}.{planned.output}"


def _reuse(params: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = params.get("ResultReuseConfiguration", {}).get("ResultReuseByAgeConfiguration", {})
    return found or {"Enabled": False}


def _too_long(sql: str) -> Exception:
    return invalid_request(
        f"1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length "
        f"less than or equal to {_LONGEST_BYTES}; it has {len(sql.encode())} bytes."
    )
