"""Which requests of a journal need not be made again, because later ones undid them.

An S3 object that was written again or deleted, and a Glue table or database that was deleted. Untouched are buckets
that were ever versioned, and objects that a copy, a condition or a multipart upload took part in.
"""

import json
import re
from collections.abc import Callable
from urllib.parse import unquote
from xml.etree import ElementTree

from orchestration.local.journal import Entry

_DEPENDING = ("HTTP_X_AMZ_COPY_SOURCE", "HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH")
"""Headers that make what a request does depend on objects written before."""
_PLAIN_QUERIES = {"PUT": ("", "x-id=PutObject"), "DELETE": ("", "x-id=DeleteObject")}
_SCOPE = re.compile(r"/(?P<region>[a-z0-9-]+)/(?P<service>s3|glue)/aws4_request")
_TABLE_OPERATIONS = re.compile(
    r"AWSGlue\.(Create|Update)Table"
    r"|AWSGlue\.(Batch)?(Create|Update|Delete)Partition"
    r"|AWSGlue\.(Update|Delete)ColumnStatisticsFor(Table|Partition)"
    r"|AWSGlue\.(Batch)?DeleteTableVersion"
)

BodyOf = Callable[[str], bytes]


def shortened(entries: list[Entry], body_of: BodyOf) -> list[Entry]:
    """Leave out what later entries undid, and what undid it.

    Args:
        entries: oldest first.
        body_of: gives the body that an entry names.
    """
    history = _History(entries, body_of)
    kept = [entry for entry in reversed(entries) if history.is_needed(entry)]
    return kept[::-1]


class _History:
    """What is known to be undone, while entries are looked at from the newest to the oldest."""

    def __init__(self, entries: list[Entry], body_of: BodyOf) -> None:
        self._body_of = body_of
        self._settled: set[str] = set()
        """Objects, tables and databases whose state a newer entry settles."""
        special = [entry for entry in entries if _service(entry) == "s3" and not self._is_plain(entry)]
        self._touched = {_object(entry.headers.get("HTTP_X_AMZ_COPY_SOURCE", "")) for entry in special}
        self._touched |= {_object(entry.path) for entry in special}
        self._versioned = {_bucket(entry.path) for entry in special if entry.query.startswith("versioning")}

    def is_needed(self, entry: Entry) -> bool:
        """Tell whether an entry has to be made again, and remember what it settles."""
        if _service(entry) == "glue":
            return self._is_glue_needed(entry)
        if not self._is_plain(entry):
            return True
        objects = self._objects(entry)
        if not all(self._is_free(one) for one in objects):
            return True
        needed = entry.method == "PUT" and not self._settled.issuperset(objects)
        self._settled.update(objects)
        return needed

    def _is_glue_needed(self, entry: Entry) -> bool:
        operation = entry.headers.get("HTTP_X_AMZ_TARGET", "")
        asked = json.loads(self._body_of(entry.body) or b"{}")
        catalogue = f"glue {_region(entry)}"
        database = f"{catalogue} {asked.get('DatabaseName') or asked.get('Name')}"
        if operation == "AWSGlue.DeleteDatabase":
            self._settled.add(database)
            return False
        if operation == "AWSGlue.CreateDatabase":
            return f"{catalogue} {asked['DatabaseInput']['Name']}" not in self._settled
        if operation in ("AWSGlue.DeleteTable", "AWSGlue.BatchDeleteTable"):
            names = asked.get("TablesToDelete") or [asked["Name"]]
            self._settled.update(f"{database} {name}" for name in names)
            return False
        if _TABLE_OPERATIONS.fullmatch(operation):
            table = asked.get("TableName") or asked["TableInput"]["Name"]
            return self._settled.isdisjoint((database, f"{database} {table}"))
        return True

    def _is_plain(self, entry: Entry) -> bool:
        """Whether it puts or deletes one object by its path alone, or deletes several by their keys alone."""
        if any(name in entry.headers for name in _DEPENDING):
            return False
        if entry.method == "POST" and entry.query in ("delete", "delete="):
            return b"<VersionId>" not in self._body_of(entry.body)
        has_key = "/" in entry.path.strip("/")
        return has_key and entry.query in _PLAIN_QUERIES.get(entry.method, ())

    def _objects(self, entry: Entry) -> set[str]:
        if entry.method != "POST":
            return {_object(entry.path)}
        keys = ElementTree.fromstring(self._body_of(entry.body)).iterfind("{*}Object/{*}Key")
        return {f"{_bucket(entry.path)}/{key.text}" for key in keys}

    def _is_free(self, name: str) -> bool:
        return name not in self._touched and _bucket(name) not in self._versioned


def _scope(entry: Entry) -> "re.Match[str] | None":
    return _SCOPE.search(entry.headers.get("HTTP_AUTHORIZATION", ""))


def _service(entry: Entry) -> str:
    scope = _scope(entry)
    return scope["service"] if scope else ""


def _region(entry: Entry) -> str:
    scope = _scope(entry)
    return scope["region"] if scope else ""


def _object(path: str) -> str:
    return unquote(path.split("?", 1)[0]).strip("/")


def _bucket(path: str) -> str:
    return path.strip("/").split("/", 1)[0]
