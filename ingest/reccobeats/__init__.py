"""ReccoBeats: audio features of tracks that have none yet. Joined by the Spotify id in `href`, never by position."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ingest.answers import Answer
from ingest.json_api import Refused, Unreadable
from ingest.lake_ids import ids_in
from ingest.loaded import Row
from ingest.polite import Provider
from ingest.settings import Settings

URL = "https://api.reccobeats.com/v1"
BATCH = 40
MISS_DAYS = 30
VALUES = ["danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness"]
VALUES += ["liveness", "valence", "tempo"]
LINK = re.compile(r"open\.spotify\.com/(?:intl-[\w-]+/)?track/([0-9A-Za-z]{22})")

logger = logging.getLogger(__name__)


def wanted_tracks(settings: Settings) -> list[str]:
    """Tracks of the lake without audio features of any API and without a miss of the last 30 days."""
    lake = settings.lake_url
    recently = settings.started_at - timedelta(days=MISS_DAYS)
    have = ids_in(lake, "raw_spotify", "audio_features", "track_id")
    have |= ids_in(lake, "raw_reccobeats", "audio_features", "track_id")
    have |= ids_in(lake, "raw_reccobeats", "misses", "track_id", since=recently)
    return [one for one in ids_in(lake, "raw_spotify", "tracks", "track_id") if one not in have]


def collect(provider: Provider, settings: Settings) -> Iterator[Row]:
    """Rows of audio_features and misses; asked for here, since a load that was cut short is finished by now."""
    tracks = wanted_tracks(settings)
    provider.counts.update(tracks=len(tracks), found=0, missed=0)
    for start in range(0, len(tracks), BATCH):
        ids = tracks[start : start + BATCH]
        kept = provider.answers.many(ids)
        yield from _rows(provider, [one for one in ids if one in kept], kept)
        missing = [one for one in ids if one not in kept]
        if missing:
            yield from _ask(provider, missing)
        if start and start % (BATCH * 50) == 0:
            logger.info("reccobeats: %d of %d tracks", start, len(tracks))
    logger.info("reccobeats: %s", provider.counts)


def _ask(provider: Provider, ids: list[str]) -> Iterator[Row]:
    provider.asked += 1
    try:
        given = provider.api.get("audio-features", [("ids", ",".join(ids))])
    except (Refused, Unreadable) as problem:
        yield provider.unusable("audio-features", problem)
        return
    provider.answered += 1
    content = given.get("content")
    if not isinstance(content, list):
        yield provider.quarantined("audio-features", str(given)[:10_000], "no list `content` in the answer")
        return
    by_id = _by_track(content)
    yield from _rows(provider, ids, provider.answers.put_many({one: by_id.get(one) for one in ids}))


def _by_track(content: list[Any]) -> dict[str, dict[str, Any]]:
    """Rows by Spotify id; of several for one track, the one with the smallest ReccoBeats id."""
    found: dict[str, dict[str, Any]] = {}
    for item in sorted((item for item in content if isinstance(item, dict)), key=lambda item: str(item.get("id"))):
        link = LINK.search(str(item.get("href")))
        if link:
            found.setdefault(link[1], item)
    return found


def _rows(provider: Provider, ids: list[str], answers: dict[str, Answer]) -> Iterator[Row]:
    for one in ids:
        answer = answers[one]
        if answer.value is None:
            provider.counts["missed"] += 1
            yield provider.row("misses", answer, {"track_id": one, "reason": "not known to ReccoBeats"})
            continue
        provider.counts["found"] += 1
        values = {name: answer.value.get(name) for name in VALUES}
        own = {"reccobeats_id": answer.value.get("id"), "isrc": answer.value.get("isrc")}
        yield provider.row("audio_features", answer, {"track_id": one, **own, **values})
