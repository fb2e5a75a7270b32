"""MusicBrainz: the artists of the lake by their Spotify link, with genres, votes and aliases."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ingest.answers import Answer
from ingest.fitting import objects
from ingest.json_api import Refused, Unreadable
from ingest.lake_ids import ids_in
from ingest.loaded import Row
from ingest.polite import Provider
from ingest.settings import Settings

URL = "https://musicbrainz.org/ws/2"
BATCH = 100
MISS_DAYS = 30
STREAMING = "769085a1-c2f7-4c24-a532-2375a77693bd"
"""Type of the relation artist - streaming page; the names of types change, ids do not."""
LINK = "https://open.spotify.com/artist/"
INCLUDED = "aliases+url-rels+genres+tags"

logger = logging.getLogger(__name__)


def wanted_artists(settings: Settings) -> list[str]:
    """Artists of the lake without a row from MusicBrainz and without a miss of the last 30 days."""
    lake = settings.lake_url
    recently = settings.started_at - timedelta(days=MISS_DAYS)
    have = ids_in(lake, "raw_musicbrainz", "artists", "artist_id")
    have |= ids_in(lake, "raw_musicbrainz", "misses", "artist_id", since=recently)
    return [one for one in ids_in(lake, "raw_spotify", "artists", "artist_id") if one not in have]


def collect(provider: Provider, settings: Settings) -> Iterator[Row]:
    """Rows of artists, genres, aliases and misses: one look-up for 100 links, then one call an artist."""
    artists = wanted_artists(settings)
    provider.counts.update(artists=len(artists), found=0, missed=0)
    for start in range(0, len(artists), BATCH):
        ids = artists[start : start + BATCH]
        links = provider.answers.many(_link_key(one) for one in ids)
        missing = [one for one in ids if _link_key(one) not in links]
        if missing:
            try:
                links |= _look_up(provider, missing)
            except Unreadable as problem:
                yield provider.unusable("url", problem)
        for one in ids:
            if link := links.get(_link_key(one)):
                yield from _artist(provider, one, link)
        logger.info("musicbrainz: %d of %d artists", min(start + BATCH, len(artists)), len(artists))


def _look_up(provider: Provider, ids: list[str]) -> dict[str, Answer]:
    """Keep the MBID of each Spotify id, null where MusicBrainz has no such link."""
    provider.asked += 1
    parameters = [("resource", LINK + one) for one in ids]
    try:
        given = provider.api.get("url", [*parameters, ("inc", "artist-rels"), ("fmt", "json")])
    except Refused as refused:
        if refused.status != 404:
            raise
        given = {"urls": []}
    provider.answered += 1
    urls = objects(given.get("urls")) if "urls" in given else [given]
    mbids = {str(url.get("resource")).removeprefix(LINK): _mbid(url) for url in urls}
    return provider.answers.put_many({_link_key(one): mbids.get(one) for one in ids})


def _mbid(url: dict[str, Any]) -> str | None:
    """MBID a link leads to; of several, the smallest, so that every run takes the same."""
    found = [
        relation["artist"].get("id")
        for relation in objects(url.get("relations"))
        if relation.get("type-id") == STREAMING and isinstance(relation.get("artist"), dict)
    ]
    return min((mbid for mbid in found if isinstance(mbid, str)), default=None)


def _artist(provider: Provider, artist_id: str, link: Answer) -> Iterator[Row]:
    if link.value is None:
        provider.counts["missed"] += 1
        yield provider.row("misses", link, {"artist_id": artist_id, "reason": "no link to this Spotify artist"})
        return
    mbid = str(link.value)
    parameters = [("inc", INCLUDED.replace("+", " ")), ("fmt", "json")]
    try:
        answer = provider.get(f"artist#{artist_id}#{mbid}", f"artist/{mbid}", parameters)
    except (Refused, Unreadable) as problem:
        yield provider.unusable(f"artist/{mbid}", problem)
        return
    provider.counts["found"] += 1
    yield from _rows(provider, artist_id, mbid, answer)


def _rows(provider: Provider, artist_id: str, mbid: str, answer: Answer) -> Iterator[Row]:
    given = answer.value
    span = given.get("life-span") if isinstance(given.get("life-span"), dict) else {}
    keys = {"mbid": mbid, "artist_id": artist_id}
    described = {
        "name": given.get("name"),
        "sort_name": given.get("sort-name"),
        "artist_type": given.get("type"),
        "country": given.get("country"),
        "disambiguation": given.get("disambiguation"),
        "begin_date": span.get("begin"),
        "end_date": span.get("end"),
        "is_ended": span.get("ended"),
    }
    yield provider.row("artists", answer, keys | described)
    for genre in objects(given.get("genres")):
        yield provider.row("genres", answer, keys | {"genre": genre.get("name"), "votes": genre.get("count")})
    for alias in objects(given.get("aliases")):
        about = {"locale": alias.get("locale"), "alias_type": alias.get("type"), "is_primary": alias.get("primary")}
        yield provider.row("aliases", answer, keys | {"alias": alias.get("name")} | about)


def _link_key(artist_id: str) -> str:
    return f"url#{artist_id}"
