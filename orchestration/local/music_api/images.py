"""A small picture for every image URL the answers hold."""

import re

from orchestration.local.music_api.errors import Refused
from orchestration.local.music_api.messages import Answer
from orchestration.local.music_api.text import digest

_PATH = re.compile(r"/images/([0-9A-Za-z]{1,40})/(\d{1,4})\.svg")


def picture(path: str) -> Answer:
    """Return a square in a colour of the id's own."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise Refused(404, {"error": "images are /images/<id>/<size>.svg"})
    colour = f"#{digest('colour', match[1]) % 0x1000000:06x}"
    size = match[2]
    square = f'<rect width="{size}" height="{size}" fill="{colour}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">{square}</svg>'
    return Answer(200, svg.encode(), content_type="image/svg+xml")
