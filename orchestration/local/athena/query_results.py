"""GetQueryResults and GetQueryRuntimeStatistics: what a query that has ended left behind."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from orchestration.local.athena.errors import invalid_request
from orchestration.local.athena.records import Record, Records
from orchestration.local.athena.results import PAGE_ROWS, Place, as_rows, page


class QueryResults:
    """The operations on results."""

    def __init__(self, records: Records, s3: Any) -> None:
        self._records, self._s3 = records, s3

    def results(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetQueryResults."""
        record = self._records.get(params["QueryExecutionId"])
        if record.state in ("QUEUED", "RUNNING"):
            raise invalid_request(f"Query has not yet finished. Current state: {record.state}", "INVALID_QUERY_STATE")
        if record.state != "SUCCEEDED":
            message = f"Query did not finish successfully. Final query state: {record.state}"
            raise invalid_request(message, "INVALID_QUERY_STATE")
        file = self._records.result(record.result_of)
        if not file.exists() or not self._is_there(record):
            raise invalid_request("Could not find results")
        rows, token = page(file, params.get("NextToken"), params.get("MaxResults", PAGE_ROWS))
        result = {"Rows": as_rows(rows), "ResultSetMetadata": {"ColumnInfo": record.columns}}
        answer = {"UpdateCount": record.update_count, "ResultSet": result}
        return answer | ({"NextToken": token} if token else {})

    def runtime(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetQueryRuntimeStatistics."""
        record = self._records.get(params["QueryExecutionId"])
        statistics = record.execution["Statistics"]
        timeline = {name: value for name, value in statistics.items() if name.endswith("TimeInMillis")}
        return {"QueryRuntimeStatistics": {"Timeline": timeline, **record.runtime}}

    def _is_there(self, record: Record) -> bool:
        """Tell whether the result's file is still at its place; a statement that writes has none."""
        place = Place.of(record.execution["ResultConfiguration"]["OutputLocation"])
        if not place.is_file():
            return True
        try:
            self._s3.head_object(Bucket=place.bucket, Key=place.key)
        except ClientError:
            return False
        return True
