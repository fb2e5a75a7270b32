"""The lake as files, wherever it is."""

from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]


def opened(lake_url: str) -> tuple[Any, str]:
    """Return fsspec's file system of a lake (a folder, or an address with `://`) and the lake's root there."""
    system, root = fsspec.core.url_to_fs(lake_url if "://" in lake_url else str(Path(lake_url).resolve()))
    return system, str(root)
