"""Work groups: kept settings of queries. `primary` is there from the start, as in a new account."""

import time
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import ApiError, invalid_request
from orchestration.local.athena.paging import paged
from orchestration.local.athena.store import Store

PRIMARY = "primary"
ENGINE = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
_KIND = "work_group"
_OWNED = ("execution", "named_query", "prepared")
_SETTINGS = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
    "AdditionalConfiguration",
    "ExecutionRole",
    "CustomerContentEncryptionConfiguration",
    "EnableMinimumEncryptionConfiguration",
)
_DEFAULTS = {
    "EnforceWorkGroupConfiguration": True,
    "PublishCloudWatchMetricsEnabled": False,
    "RequesterPaysEnabled": False,
    "EngineVersion": ENGINE,
}


class WorkGroups:
    """The operations on work groups, and what queries ask of them."""

    def __init__(self, store: Store, primary_location: str | None = None) -> None:
        self._store = store
        if store.get(_KIND, PRIMARY) is None:
            configuration = {**_DEFAULTS, "EnforceWorkGroupConfiguration": False, "ResultConfiguration": {}}
            self._put(
                {"Name": PRIMARY, "State": "ENABLED", "Configuration": configuration, "CreationTime": time.time()}
            )
        if primary_location:
            update = {"ResultConfigurationUpdates": {"OutputLocation": primary_location}}
            self.update({"WorkGroup": PRIMARY, "ConfigurationUpdates": update})

    def named(self, name: str) -> dict[str, Any]:
        """Return a work group; ApiError where there is none."""
        found: dict[str, Any] | None = self._store.get(_KIND, name)
        if found is None:
            raise _missing(name)
        return found

    def usable(self, name: str) -> dict[str, Any]:
        """Return a work group that takes queries; ApiError where it is disabled or missing."""
        found = self.named(name)
        if found["State"] != "ENABLED":
            raise invalid_request(f"WorkGroup {name} is disabled.")
        return found

    def create(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """CreateWorkGroup."""
        name = params["Name"]
        if self._store.get(_KIND, name) is not None:
            raise invalid_request("WorkGroup is already created.")
        given = params.get("Configuration", {})
        _check_location(given.get("ResultConfiguration", {}))
        configuration = {"ResultConfiguration": {}, **_DEFAULTS, **given, "EngineVersion": ENGINE}
        group = {"Name": name, "State": "ENABLED", "Configuration": configuration, "CreationTime": time.time()}
        self._put(group | ({"Description": params["Description"]} if "Description" in params else {}))
        return {}

    def get(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """GetWorkGroup."""
        return {"WorkGroup": self.named(params["WorkGroup"])}

    def list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListWorkGroups."""
        names, token = paged(self._store.keys(_KIND), params)
        groups = []
        for name in names:
            group = self.named(name)
            summary = {key: group[key] for key in ("Name", "State", "Description", "CreationTime") if key in group}
            groups.append({**summary, "EngineVersion": group["Configuration"]["EngineVersion"]})
        return {"WorkGroups": groups, **token}

    def update(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """UpdateWorkGroup."""
        group = self.named(params["WorkGroup"])
        changes = params.get("ConfigurationUpdates", {})
        configuration = group["Configuration"]
        configuration |= {name: changes[name] for name in _SETTINGS if name in changes}
        if changes.get("RemoveBytesScannedCutoffPerQuery"):
            configuration.pop("BytesScannedCutoffPerQuery", None)
        results = changes.get("ResultConfigurationUpdates", {})
        _check_location(results)
        for name in ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner", "AclConfiguration"):
            if results.get(f"Remove{name}"):
                configuration["ResultConfiguration"].pop(name, None)
            elif name in results:
                configuration["ResultConfiguration"][name] = results[name]
        group |= {name: params[name] for name in ("Description", "State") if name in params}
        self._put(group)
        return {}

    def delete(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """DeleteWorkGroup; with RecursiveDeleteOption also what it holds."""
        name = params["WorkGroup"]
        self.named(name)
        if name == PRIMARY:
            raise invalid_request("Primary WorkGroup could not be deleted.")
        held = [kind for kind in _OWNED if self._store.keys(kind, name)]
        if held and not params.get("RecursiveDeleteOption"):
            raise invalid_request(f"WorkGroup {name} is not empty.")
        for kind in held:
            self._store.delete_all(kind, name)
        self._store.delete(_KIND, name)
        return {}

    def _put(self, group: Mapping[str, Any]) -> None:
        self._store.put(_KIND, group["Name"], group)


def location(group: Mapping[str, Any], asked: str | None) -> str | None:
    """Return where a query's results go: the work group's place if it enforces one, else what was asked for."""
    configuration = group["Configuration"]
    own: str | None = configuration["ResultConfiguration"].get("OutputLocation")
    return own if own and (configuration["EnforceWorkGroupConfiguration"] or not asked) else asked


def enforced_location(group: Mapping[str, Any]) -> str | None:
    """Return the place that a work group forces on its queries; None if it leaves it to them."""
    configuration = group["Configuration"]
    own: str | None = configuration["ResultConfiguration"].get("OutputLocation")
    return own if configuration["EnforceWorkGroupConfiguration"] else None


def _missing(name: str) -> ApiError:
    return invalid_request(f"WorkGroup {name} is not found.")


def _check_location(results: Mapping[str, Any]) -> None:
    chosen = results.get("OutputLocation", "")
    if chosen and not chosen.startswith("s3://"):
        raise invalid_request(f"OutputLocation {chosen!r} is not a valid S3 path.")
