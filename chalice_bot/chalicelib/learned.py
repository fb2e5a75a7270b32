"""An artist that is not in the catalogue yet, as far as providers told of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Learned:
    """An artist and its tracks as items for the table `SEGUE_BOT_TABLE`, without their keys; what is unknown is absent.

    `artist`: name, genres, followers and the like. `tracks`: each with `track_id`, best first.
    """

    artist_id: str
    artist: dict[str, Any]
    tracks: tuple[dict[str, Any], ...] = ()
