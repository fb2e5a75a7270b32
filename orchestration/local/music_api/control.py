"""/_control: what tests and the local stack ask of the server itself, never seen by the product.

GET health; GET, DELETE requests (the log; ?path=regex); GET, POST, DELETE faults; GET, POST settings;
DELETE /_control itself puts everything back as it was at the start.
"""

import json
import re
from dataclasses import asdict
from typing import Any

from orchestration.local.music_api.application import MusicApis
from orchestration.local.music_api.errors import FaultRuleError, SettingsError
from orchestration.local.music_api.messages import Answer, Request, json_answer
from orchestration.local.music_api.settings import Settings, changed


def controlled(apis: MusicApis, first: Settings, request: Request) -> Answer:
    """Answer one control request; `first` are the settings the server started with."""
    match request.method, request.path.removeprefix("/_control").strip("/"):
        case "GET", "health":
            return json_answer(_health(apis))
        case "GET", "requests":
            return _requests(apis, request.value("path") or "")
        case "DELETE", "requests":
            apis.log.clear()
        case "GET", "faults":
            return json_answer(apis.faults.listed())
        case "POST", "faults":
            return _obeyed(request, list, lambda rules: {"rules": apis.faults.add(rules)})
        case "DELETE", "faults":
            apis.faults.clear()
        case "GET", "settings":
            return json_answer(asdict(apis.settings))
        case "POST", "settings":
            return _obeyed(request, dict, lambda values: _set(apis, values))
        case "DELETE", "":
            apis.faults.clear()
            apis.limits.reset()
            apis.log.clear()
            apis.settings = first
        case method, path:
            return json_answer({"error": f"no control {method} /_control/{path}", "known": __doc__}, 404)
    return json_answer({"ok": True})


def _health(apis: MusicApis) -> dict[str, Any]:
    catalogue = apis.catalogue
    counts = {"artists": len(catalogue.artists), "tracks": len(catalogue.tracks), "albums": len(catalogue.albums)}
    return {"ok": True, "profile": apis.settings.profile, **counts, "skipped_rows": catalogue.skipped_rows}


def _requests(apis: MusicApis, path: str) -> Answer:
    try:
        wanted = re.compile(path)
    except re.error as error:
        return json_answer({"error": f"got path {path!r}, no regular expression ({error})"}, 400)
    return json_answer([entry for entry in list(apis.log) if wanted.search(entry["path"])])


def _set(apis: MusicApis, values: dict[str, Any]) -> dict[str, Any]:
    apis.settings = changed(apis.settings, values)
    return asdict(apis.settings)


def _obeyed(request: Request, wanted: type, obey: Any) -> Answer:
    try:
        given = json.loads(request.body)
        if not isinstance(given, wanted):
            return json_answer({"error": f"got {type(given).__name__}; the body must be a JSON {wanted.__name__}"}, 400)
        return json_answer(obey(given))
    except (ValueError, FaultRuleError, SettingsError) as error:
        return json_answer({"error": str(error)}, 400)
