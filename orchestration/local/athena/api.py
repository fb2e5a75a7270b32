"""The operations of the Athena API, each by its name; what Athena has and this one has not is refused by name."""

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.local.athena.errors import invalid_request
from orchestration.local.athena.executions import Executions
from orchestration.local.athena.metadata import Metadata
from orchestration.local.athena.named_queries import NamedQueries
from orchestration.local.athena.prepared import PreparedStatements
from orchestration.local.athena.query_results import QueryResults
from orchestration.local.athena.tags import Tags
from orchestration.local.athena.validation import check, model
from orchestration.local.athena.work_groups import ENGINE, WorkGroups

Operation = Callable[[Mapping[str, Any]], dict[str, Any]]


class Api:
    """Everything the server answers."""

    def __init__(
        self,
        executions: Executions,
        results: QueryResults,
        groups: WorkGroups,
        metadata: Metadata,
        prepared: PreparedStatements,
        named: NamedQueries,
        tags: Tags,
    ) -> None:
        self._tags = tags
        self._operations: Mapping[str, Operation] = {
            "StartQueryExecution": executions.start,
            "GetQueryExecution": executions.get,
            "BatchGetQueryExecution": executions.batch_get,
            "ListQueryExecutions": executions.list,
            "StopQueryExecution": executions.stop,
            "GetQueryResults": results.results,
            "GetQueryRuntimeStatistics": results.runtime,
            "CreateWorkGroup": self._tagged(groups.create, "workgroup"),
            "GetWorkGroup": groups.get,
            "ListWorkGroups": groups.list,
            "UpdateWorkGroup": groups.update,
            "DeleteWorkGroup": groups.delete,
            "CreateDataCatalog": self._tagged(metadata.create_catalog, "datacatalog"),
            "GetDataCatalog": metadata.get_catalog,
            "ListDataCatalogs": metadata.list_catalogs,
            "UpdateDataCatalog": metadata.update_catalog,
            "DeleteDataCatalog": metadata.delete_catalog,
            "ListDatabases": metadata.list_databases,
            "GetDatabase": metadata.get_database,
            "ListTableMetadata": metadata.list_tables,
            "GetTableMetadata": metadata.get_table,
            "CreatePreparedStatement": prepared.create,
            "GetPreparedStatement": prepared.get,
            "BatchGetPreparedStatement": prepared.batch_get,
            "UpdatePreparedStatement": prepared.update,
            "DeletePreparedStatement": prepared.delete,
            "ListPreparedStatements": prepared.list,
            "CreateNamedQuery": named.create,
            "GetNamedQuery": named.get,
            "BatchGetNamedQuery": named.batch_get,
            "UpdateNamedQuery": named.update,
            "DeleteNamedQuery": named.delete,
            "ListNamedQueries": named.list,
            "TagResource": tags.tag,
            "UntagResource": tags.untag,
            "ListTagsForResource": tags.list,
            "ListEngineVersions": _engine_versions,
        }

    def call(self, operation: str, params: Any) -> dict[str, Any]:
        """Answer one call; ApiError where it is refused."""
        answer = self._operations.get(operation)
        if answer is None:
            known = ", ".join(sorted(self._operations))
            raise invalid_request(f"{operation} is not part of the local Athena, which answers {known}.")
        return answer(check(operation, params))

    def _tagged(self, create: Operation, kind: str) -> Operation:
        def created(params: Mapping[str, Any]) -> dict[str, Any]:
            answer = create(params)
            self._tags.new(f"{kind}/{params['Name']}", params)
            return answer

        return created


def knows(operation: str) -> bool:
    """Tell whether AWS's Athena has such an operation."""
    return operation in model().operation_names


def _engine_versions(_params: Mapping[str, Any]) -> dict[str, Any]:
    effective = ENGINE["EffectiveEngineVersion"]
    versions = [ENGINE, {"SelectedEngineVersion": effective, "EffectiveEngineVersion": effective}]
    return {"EngineVersions": versions}
