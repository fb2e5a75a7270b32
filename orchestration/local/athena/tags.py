"""Tags of work groups and data catalogues."""

import re
from collections.abc import Mapping
from typing import Any

from orchestration.local.athena.errors import resource_not_found
from orchestration.local.athena.paging import paged
from orchestration.local.athena.store import Store

_KIND = "tags"
_RESOURCE = re.compile(r"arn:aws[a-z-]*:athena:[a-z0-9-]*:\d{12}:(workgroup|datacatalog)/(.+)")
_KINDS = {"workgroup": "work_group", "datacatalog": "data_catalog"}
_PAGE = 75


class Tags:
    """The operations on tags; `new` takes those a resource is created with."""

    def __init__(self, store: Store, account: str, region: str) -> None:
        self._store = store
        self._prefix = f"arn:aws:athena:{region}:{account}"

    def new(self, resource: str, params: Mapping[str, Any]) -> None:
        """Keep the tags of a resource (`workgroup/name`) that has just been made."""
        tags = {one["Key"]: one.get("Value", "") for one in params.get("Tags", ())}
        self._store.put(_KIND, f"{self._prefix}:{resource}", tags)

    def tag(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """TagResource."""
        tags = self._of(params["ResourceARN"])
        tags |= {one["Key"]: one.get("Value", "") for one in params["Tags"]}
        self._store.put(_KIND, params["ResourceARN"], tags)
        return {}

    def untag(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """UntagResource."""
        gone = frozenset(params["TagKeys"])
        tags = {key: value for key, value in self._of(params["ResourceARN"]).items() if key not in gone}
        self._store.put(_KIND, params["ResourceARN"], tags)
        return {}

    def list(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """ListTagsForResource, by key."""
        tags = self._of(params["ResourceARN"])
        keys, token = paged(sorted(tags), params, _PAGE)
        return {"Tags": [{"Key": key, "Value": tags[key]} for key in keys], **token}

    def _of(self, resource: str) -> dict[str, str]:
        found = _RESOURCE.fullmatch(resource)
        if not found or self._store.get(_KINDS[found[1]], _key(found[1], found[2])) is None:
            raise resource_not_found(f"Resource {resource} was not found", resource)
        tags: dict[str, str] = self._store.get(_KIND, resource) or {}
        return tags


def _key(kind: str, name: str) -> str:
    return name.lower() if kind == "datacatalog" else name
