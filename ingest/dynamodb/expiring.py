"""Takes out what somebody typed when its 30 days are over: of raw files, of quarantined lines, and of old exports."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ingest.dynamodb.errors import ExportDamaged, ExportRefused
from ingest.dynamodb.manifest import find_summaries, read_export
from ingest.dynamodb.rewriting import Values, change_lake, edit_export

KEPT = timedelta(days=30)
MARK = "_texts_expired"
"""Beside the manifests of an export whose texts are taken out."""
_TYPED = ("text", "search_key")


def expire(lake_url: str, export_url: str, table: str, now: datetime) -> dict[str, int]:
    """Take out every text that is too old; how many rows and lines that were comes back."""
    rows = change_lake(lake_url, ("requests",), partial(_request, now), holding="text")
    rows += change_lake(lake_url, ("quarantine",), partial(_quarantined, now), holding="payload")
    return {"texts_expired": rows + _expire_exports(export_url, table, now)}


def _request(now: datetime, row: Values) -> Values:
    expires_at = _utc(row["expires_at"])
    if expires_at is None or expires_at > now or not any(row[name] for name in _TYPED):
        return row
    return {**row, **dict.fromkeys(_TYPED)}


def _quarantined(now: datetime, row: Values) -> Values:
    retrieved_at = _utc(row["retrieved_at"])
    if row["payload"] is None or retrieved_at is None or retrieved_at + KEPT > now:
        return row
    return {**row, "payload": None}


def _expire_exports(export_url: str, table: str, now: datetime) -> int:
    changed = 0
    for url in find_summaries(export_url) if export_url else []:
        with suppress(ExportDamaged, ExportRefused):  # it is not loaded either, and whoever loads it is told
            export = read_export(url, table)
            if export.to_time + KEPT <= now and not export.system.exists(f"{export.place}/{MARK}"):
                changed += edit_export(export, _edit)
                export.system.pipe_file(f"{export.place}/{MARK}", b"")
    return changed


def _edit(text: str) -> str | None:
    try:
        line: dict[str, Any] = json.loads(text)
        images = [image for name in ("Item", "OldImage", "NewImage") if (image := line.get(name))]
        typed = [(image, name) for image in images if "expires_at" in image for name in _TYPED if name in image]
    except (ValueError, AttributeError, TypeError):
        return None  # nobody can tell what it holds
    if not typed:
        return text
    for image, name in typed:
        del image[name]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
