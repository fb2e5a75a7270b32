"""A small picture for every image URL the answers hold."""

import re

from orchestration.local.music_api.errors import Refused
from orchestration.local.music_api.messages import Answer
from orchestration.local.music_api.text import digest

_PATH = re.compile(r"/images/([0-9A-Za-z]{1,40})/(\d{1,4})\.svg")


def picture(path: str) -> Answer:
    """Return a cover whose colours and rings are the id's own."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Refused(404, {"error": "images are /images/<id>/<size>.svg"})
    hue, turn, place = (digest(word, match[1]) for word in ("colour", "turn", "place"))
    size, x, y = match[2], 20 + place % 60, 20 + place // 60 % 60
    rings = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for radius in range(8, 100, 12))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="{size}" height="{size}">'
        f'<defs><linearGradient id="g" gradientTransform="rotate({turn % 90})">'
        f'<stop stop-color="hsl({hue % 360} 70% 55%)"/>'
        f'<stop offset="1" stop-color="hsl({(hue + 60) % 360} 65% 35%)"/></linearGradient></defs>'
        f'<rect width="100" height="100" fill="url(#g)"/>'
        f'<g fill="none" stroke="#fff" stroke-opacity=".28" stroke-width="3">{rings}</g></svg>'
    )
    return Answer(200, svg.encode(), content_type="image/svg+xml")
