"""Data catalogues, databases and tables, as Athena shows what Glue holds."""

import re
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import ApiError, invalid_request, metadata_error
from orchestration.local.athena.paging import paged
from orchestration.local.athena.store import Store

AWS_DATA_CATALOG = "AwsDataCatalog"
_KIND = "data_catalog"
_ENTITY = "EntityNotFoundException: {} (Service: AWSGlue; Status Code: 400; Error Code: EntityNotFoundException)"


class Metadata:
    """The operations on data catalogues and what is in them."""

    def __init__(self, store: Store, glue: Any) -> None:
        self._store, self._glue = store, glue

    def list_catalogs(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListDataCatalogs."""
        names, token = paged([AWS_DATA_CATALOG, *self._store.keys(_KIND)], params)
        summaries = [{"CatalogName": name, "Type": self._catalog(name)["Type"]} for name in names]
        return {"DataCatalogsSummary": summaries, **token}

    def get_catalog(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetDataCatalog."""
        return {"DataCatalog": self._catalog(params["Name"])}

    def create_catalog(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """CreateDataCatalog; only one of type GLUE (of this account's own Glue) can be read from here."""
        name = params["Name"]
        if name.lower() == AWS_DATA_CATALOG.lower() or self._store.get(_KIND, name.lower()):
            raise invalid_request(f"DataCatalog {name} already exists")
        return {"DataCatalog": self._keep(params)}

    def update_catalog(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """UpdateDataCatalog."""
        self._own(params["Name"])
        self._keep(params)
        return {}

    def delete_catalog(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """DeleteDataCatalog."""
        found = self._own(params["Name"])
        self._store.delete(_KIND, params["Name"].lower())
        return {"DataCatalog": {**found, "Status": "DELETE_COMPLETE"}}

    def list_databases(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListDatabases, by name."""
        self._check_readable(params["CatalogName"])
        pages = self._glue.get_paginator("get_databases").paginate()
        found = {one["Name"]: one for page in pages for one in page["DatabaseList"]}
        names, token = paged(sorted(found), params)
        return {"DatabaseList": [_database(found[name]) for name in names], **token}

    def get_database(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetDatabase."""
        self._check_readable(params["CatalogName"])
        name = params["DatabaseName"].lower()
        try:
            return {"Database": _database(self._glue.get_database(Name=name)["Database"])}
        except self._glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(_ENTITY.format(f"Database {name} not found.")) from error

    def list_tables(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListTableMetadata, by name; Expression is a regular expression over the whole name."""
        self._check_readable(params["CatalogName"])
        database = params["DatabaseName"].lower()
        try:
            pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=database)
            found = {one["Name"]: one for page in pages for one in page["TableList"]}
        except self._glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(_ENTITY.format(f"Database {database} not found.")) from error
        wanted = _pattern(params.get("Expression"))
        names, token = paged(sorted(name for name in found if wanted.fullmatch(name)), params)
        return {"TableMetadataList": [_table(found[name]) for name in names], **token}

    def get_table(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetTableMetadata."""
        self._check_readable(params["CatalogName"])
        database, table = params["DatabaseName"].lower(), params["TableName"].lower()
        try:
            return {"TableMetadata": _table(self._glue.get_table(DatabaseName=database, Name=table)["Table"])}
        except self._glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(_ENTITY.format(f"Entity Not Found: {database}.{table}")) from error

    def _catalog(self, name: str) -> dict[str, Any]:
        if name.lower() == AWS_DATA_CATALOG.lower():
            return {"Name": AWS_DATA_CATALOG, "Type": "GLUE", "Parameters": {}, "Status": "CREATE_COMPLETE"}
        return self._own(name)

    def _own(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] | None = self._store.get(_KIND, name.lower())
        if found is None:
            raise invalid_request(f"DataCatalog {name} was not found")
        return found

    def _keep(self, params: Mapping[str, Any]) -> dict[str, Any]:
        catalog = {name: params[name] for name in ("Name", "Type", "Description", "Parameters") if name in params}
        catalog["Status"] = "CREATE_COMPLETE"
        self._store.put(_KIND, params["Name"].lower(), catalog)
        return catalog

    def _check_readable(self, name: str) -> None:
        try:
            catalog = self._catalog(name)
        except ApiError as error:
            raise metadata_error(_ENTITY.format(f"Catalog {name} not found.")) from error
        if catalog["Type"] != "GLUE":
            raise metadata_error(f"Catalog {name} is of type {catalog['Type']}; the local Athena reads only GLUE.")


def _pattern(expression: str | None) -> re.Pattern[str]:
    """Return what an Expression matches; `*` alone stands for any text, as in `show tables`."""
    try:
        return re.compile(expression or ".*", re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(str(expression)).replace(r"\*", ".*"), re.IGNORECASE)


def _database(database: Mapping[str, Any]) -> dict[str, Any]:
    return {name: database[name] for name in ("Name", "Description", "Parameters") if database.get(name)}


def _table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return Athena's view of a table: Glue's, its location and formats among the parameters."""
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    parameters = dict(table.get("Parameters", {}))
    parameters |= {
        name: value
        for name, value in (
            ("location", storage.get("Location")),
            ("inputformat", storage.get("InputFormat")),
            ("outputformat", storage.get("OutputFormat")),
            ("serde.serialization.lib", serde.get("SerializationLibrary")),
            *((f"serde.param.{name}", value) for name, value in serde.get("Parameters", {}).items()),
        )
        if value
    }
    shown = {
        "Name": table["Name"],
        "CreateTime": table["CreateTime"].timestamp() if "CreateTime" in table else None,
        "LastAccessTime": table["LastAccessTime"].timestamp() if "LastAccessTime" in table else None,
        "TableType": table.get("TableType"),
        "Columns": [_column(one) for one in storage.get("Columns", ())],
        "PartitionKeys": [_column(one) for one in table.get("PartitionKeys", ())],
        "Parameters": parameters,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    return {name: column[name] for name in ("Name", "Type", "Comment") if column.get(name)}
